"""Folders of comparisons and of studies: what is written into them, and how it is read again, whoever wrote it."""
