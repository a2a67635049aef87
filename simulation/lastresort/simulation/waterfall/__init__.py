"""From a breached account to who bears the loss: asking a venue's rules and posting their answers."""
