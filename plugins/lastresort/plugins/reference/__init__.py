"""The reference pages, generated from the code: every record, word, function, hook, check and axiom of the contract."""
