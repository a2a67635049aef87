"""The order books and their prices: ladder, fundamental paths, displacements, depth."""
