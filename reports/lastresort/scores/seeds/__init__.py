"""How many seeds it takes: to know a difference well enough, or to find the best policy."""
