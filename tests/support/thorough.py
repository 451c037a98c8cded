"""How many examples properties are tried with: `make trust` takes more, `make mutants` fewer."""

from typing import Final

from hypothesis import Phase, settings

MORE: Final = 10
"""How many times as many examples `make trust` takes."""

_SAME: Final = "same"
_TRUST: Final = "trust"
_LIGHTER: Final = "lighter"


def try_the_same() -> None:
    """Let properties that are read from now on be tried with the same examples each time."""
    settings.register_profile(_SAME, derandomize=True, deadline=None)
    settings.load_profile(_SAME)


def try_more() -> None:
    """Let properties that are read from now on be tried with `MORE` times as many examples."""
    most = settings().max_examples * MORE
    settings.register_profile(_TRUST, max_examples=most, deadline=None)
    settings.load_profile(_TRUST)


def try_fewer(most: int) -> None:
    """Let properties that are read from now on be tried with `most` examples at most.

    And a failure is not made smaller, which takes long.
    """
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(
        _LIGHTER, max_examples=most, phases=phases, derandomize=True, deadline=None, database=None
    )
    settings.load_profile(_LIGHTER)


def examples(usual: int) -> int:
    """How many examples a property is tried with in this run; `usual` is for most runs."""
    profile = settings.get_current_profile_name()
    if profile == _TRUST:
        return usual * MORE
    if profile == _LIGHTER:
        return min(usual, settings().max_examples)
    return usual
