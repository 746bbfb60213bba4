"""HTTP as Drupal speaks it: headers, ``_format``, content types, JSON text, status order.

The ground floor of the app: nothing here knows of tokens or of content.
"""
