"""Ids as Stripe makes them: a prefix and letters and digits."""

import random
import string

_ALPHABET = string.ascii_letters + string.digits
_LENGTHS = {"cs_test": 58, "req": 14, "whsec": 32, "prod": 14, "we": 24}
_USUAL_LENGTH = 24


class Ids:
    """Makes ids, from the system's randomness or, with a seed, always the same ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = (
            random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - repeatable on purpose
        )

    def new(self, prefix: str) -> str:
        """A new id such as `pi_…`, of the length that Stripe's have."""
        length = _LENGTHS.get(prefix, _USUAL_LENGTH)
        return f"{prefix}_{''.join(self._random.choices(_ALPHABET, k=length))}"

    def digits(self, count: int) -> str:
        """A number of digits."""
        return "".join(self._random.choices(string.digits, k=count))
