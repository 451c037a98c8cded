"""What stands at a numbered case for a provider."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tried:
    """A test of the provider's own folder, or of one that is about no provider."""

    file: str
    test: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """Why it cannot happen."""

    why: str
