"""Square: payment links, each for one order; what counts is the payment of that order."""

from payments.providers.square.kind import SQUARE_KIND

__all__ = ["SQUARE_KIND"]
