"""A project with django-axes, whose middleware and backend come before all others."""
