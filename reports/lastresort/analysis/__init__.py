"""What is asked of finished comparisons: how conclusions hang on numbers, on orders of events, and on prices."""
