"""How much of a score a rule does directly, and how much the prices do that it moves."""
