"""What several figures share: the sheet and its style, marks, labels, lines, scales, and how SVG becomes ours."""
