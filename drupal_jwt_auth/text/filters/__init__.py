"""The filters of Drupal core, a module each or a few of a kind."""
