"""The front end that speaks as Drupal core's REST module does."""
