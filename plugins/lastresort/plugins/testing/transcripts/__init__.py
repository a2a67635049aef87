"""Golden transcripts: what every rule says in the small crash, in words that a risk officer can read."""
