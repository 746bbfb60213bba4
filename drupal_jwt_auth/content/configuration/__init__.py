"""Configuration that is a kind of its own: stored objects, text formats, fields."""
