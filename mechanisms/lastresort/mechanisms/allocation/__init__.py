"""Who bears a loss that no backstop paid: auto-deleveraging and socialized loss."""
