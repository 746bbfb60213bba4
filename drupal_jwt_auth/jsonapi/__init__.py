"""Drupal core's JSON:API: a front end for every kind of content that has fields."""
