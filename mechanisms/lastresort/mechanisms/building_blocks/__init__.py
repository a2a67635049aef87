"""Parts that many rules share: ranking, filling, rounding, closing at one or two prices, charging."""
