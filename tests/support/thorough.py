"""How many examples properties are tried with: `make trust` takes more, `make mutants` fewer."""

from typing import Final

from hypothesis import Phase, settings

MORE: Final = 10
"""How many times as many examples `make trust` takes."""

_TRUST: Final = "trust"
_LIGHTER: Final = "lighter"


def try_more() -> None:
    """Let properties that are read from now on be tried with `MORE` times as many examples."""
    settings.register_profile(_TRUST, max_examples=settings().max_examples * MORE)
    settings.load_profile(_TRUST)


def try_fewer(most: int) -> None:
    """Let properties that are read from now on be tried with `most` examples at most.

    And a failure is not made smaller, which takes long.
    """
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(_LIGHTER, max_examples=most, phases=phases, database=None)
    settings.load_profile(_LIGHTER)


def examples(usual: int) -> int:
    """How many examples a property is tried with in this run; `usual` is for most runs."""
    profile = settings.get_current_profile_name()
    if profile == _TRUST:
        return usual * MORE
    if profile == _LIGHTER:
        return min(usual, settings().max_examples)
    return usual
