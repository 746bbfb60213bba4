"""The endpoints for tokens, and the base classes of all views of this app."""
