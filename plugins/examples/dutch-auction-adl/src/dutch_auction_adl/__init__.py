"""An auto-deleveraging rule that offers the engine's inventory at a price that improves until enough accept."""
