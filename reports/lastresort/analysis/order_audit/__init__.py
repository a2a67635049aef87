"""Whether conclusions survive another order of events, accounts, venues and markets."""
