"""A Django app that answers as a Drupal 10 site with JWT REST authentication does."""

__version__ = "0.1.0"
