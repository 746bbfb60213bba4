"""Comments, and what goes with what they are on."""
