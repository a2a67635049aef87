"""What one run scores against the reference run of its seed: each score beside the function that measures it."""
