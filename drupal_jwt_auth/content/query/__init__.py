"""Queries over entities of any type: conditions, orders and windows, as far as an account sees."""
