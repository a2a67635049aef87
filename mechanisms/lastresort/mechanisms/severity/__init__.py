"""When losses are shared with accounts, and how much of them."""
