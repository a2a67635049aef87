"""Rules that slow a market down: halts, bands, throttles."""
