"""Cash instead of closes: socialized loss, gains haircuts, cash calls, and what clearing houses do at the end."""
