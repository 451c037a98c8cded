"""Ids as Stripe makes them: a prefix and letters and digits."""

from sandbox.base.ids import RandomTexts

_LENGTHS = {"cs_test": 58, "cus": 14, "req": 14, "whsec": 32, "prod": 14, "we": 24}
_USUAL_LENGTH = 24


class Ids(RandomTexts):
    """Makes Stripe's ids."""

    def new(self, prefix: str) -> str:
        """A new id such as `pi_…`, of the length that Stripe's have."""
        return f"{prefix}_{self.text(_LENGTHS.get(prefix, _USUAL_LENGTH))}"
