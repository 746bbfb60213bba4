"""The gate for goods: whole sites that move in."""
