"""Users, and their roles."""
