"""Random texts, of which each service makes ids in its vendor's form."""

import random
import string
import uuid

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
CAPITALS_AND_DIGITS = string.ascii_uppercase + string.digits


class RandomTexts:
    """Makes texts from the system's randomness or, with a seed, always the same ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = (
            random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - repeatable on purpose
        )

    def text(self, length: int, alphabet: str = LETTERS_AND_DIGITS) -> str:
        """A text of this length."""
        return "".join(self._random.choices(alphabet, k=length))

    def digits(self, count: int) -> str:
        """A number of digits."""
        return self.text(count, string.digits)

    def uuid(self) -> str:
        """A UUID of version 4, in its usual form of 36 characters."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
