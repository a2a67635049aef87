"""A deleveraging that happened, from its public record: what was done, and what other rules would have done."""
