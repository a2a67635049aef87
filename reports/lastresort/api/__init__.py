"""The front door: everything that the commands do, as functions that a notebook or a program calls."""
