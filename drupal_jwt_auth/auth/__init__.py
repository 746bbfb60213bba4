"""Authentication: passwords, tokens, flood control and the audit log, without any content."""
