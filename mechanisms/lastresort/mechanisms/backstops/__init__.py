"""Who pays before any account does: funds, vaults and outside backstops."""
