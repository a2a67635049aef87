"""What one run scores against the reference run of its seed."""
