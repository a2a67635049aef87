"""What a mechanism promises, and how breaches are looked for: in the small crash, in books that are drawn, in a run."""
