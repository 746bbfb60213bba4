"""A project with nothing but the app and Django's admin: to try it, and to look things up in."""
