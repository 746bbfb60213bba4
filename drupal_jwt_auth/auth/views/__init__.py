"""The endpoints that give tokens and take them back, and what all views are made from."""
