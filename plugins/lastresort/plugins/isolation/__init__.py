"""Plugins are strangers' code: what keeps them from changing anybody's results but their own."""
