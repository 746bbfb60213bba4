"""Searching by words, with the indexes that a site may have for it."""
