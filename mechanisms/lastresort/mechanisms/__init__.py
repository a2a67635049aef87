"""What a rule may see and say, every built-in rule, and waterfalls as data."""
