"""Media: images, videos and documents that content refers to, as Drupal's module has them."""
