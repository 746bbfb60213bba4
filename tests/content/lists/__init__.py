"""The tests of `drupal_jwt_auth.content.lists`."""
