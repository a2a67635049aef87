"""How rules get in: hook specifications, discovery, validation, and the waterfall of a venue."""
