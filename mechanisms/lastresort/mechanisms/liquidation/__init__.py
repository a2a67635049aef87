"""What happens to accounts below maintenance margin."""
