"""The report's figures: one file each, all drawn as SVG in the colours of the page."""
