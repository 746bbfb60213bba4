"""What there is, a room a kind. Knows nothing of tokens, and nothing of any wire."""
