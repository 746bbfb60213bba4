"""Terms and their vocabularies."""
