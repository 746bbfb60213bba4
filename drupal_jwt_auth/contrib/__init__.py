"""Kinds of content that many Drupal sites have and many have not: apps to be installed as needed.

Each is built as one of a project's own would be, on the public names alone.
"""
