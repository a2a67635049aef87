"""What to make of several scores and scenarios at once."""
