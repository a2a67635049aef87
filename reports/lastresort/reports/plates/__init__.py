"""Figures of the choice."""
