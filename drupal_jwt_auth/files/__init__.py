"""Files that others have sent: under which names they are kept, and how they are served."""
