"""Who asks: passwords, tokens, flood control, the audit log. Knows nothing of content."""
