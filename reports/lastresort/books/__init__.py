"""Real books: a venue's own accounts, what every rule would take from them, and events that really happened."""
