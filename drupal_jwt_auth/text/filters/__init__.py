"""The filters of Drupal core, each in a module with others of its kind."""
