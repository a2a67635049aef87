"""From a file or a data frame to a book: formats, layouts, cells, and what must agree."""
