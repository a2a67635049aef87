"""Topics of the reports on real books: a policy's outcome on a snapshot, and a real event under every rule."""
