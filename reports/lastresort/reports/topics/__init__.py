"""The topics of the report, one file each: its figure, its table and its words."""
