"""A Drupal site as its database has it: read, and put in the words of a site's description.

Nothing here writes anything anywhere but in temporary files; `site_import` loads what was read.
"""
