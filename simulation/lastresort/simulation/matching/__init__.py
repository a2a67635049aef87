"""Where orders meet the books: one uniform price per book and tick, and liquidation orders at once."""
