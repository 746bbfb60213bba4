"""What all kinds of content share."""
