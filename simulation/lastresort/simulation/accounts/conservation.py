"""What every posting keeps: contracts and USD move, and none come into being."""


class ConservationError(Exception):
    """Contracts or cash did not balance; the sentence names the event, the venue and the amount."""
