"""Lists of entities at paths of their own, as Drupal's views have them: declared, or imported."""
