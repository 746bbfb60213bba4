"""Aliases: other paths of entities."""
