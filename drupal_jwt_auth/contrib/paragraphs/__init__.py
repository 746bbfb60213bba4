"""Paragraphs: pieces of content of other content, as Drupal's module has them."""
