"""The sections of the report, each a function of what is known that returns blocks."""
