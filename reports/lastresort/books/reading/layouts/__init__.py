"""Layouts that come along, one file each."""
