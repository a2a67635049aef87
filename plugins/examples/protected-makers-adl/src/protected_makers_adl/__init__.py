"""An auto-deleveraging rule that spares accounts whose hedges, attested ones included, offset their position."""
