"""Flags: what is switched on, and which of two of a kind is used, written as `name=value`."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from payments.domain.errors import Refused

MAX_FLAGS: Final = 50
"""The most flags that a server or an installation sets."""

_FLAG: Final = re.compile(r"(?P<name>[a-z][a-z0-9_.]{0,62})=(?P<value>[a-z0-9_.-]{1,64})")
_INTEGRATION: Final = "integration."
_ON: Final = {"on": True, "off": False}


def integration(name: str) -> str:
    """The flag that switches a provider or an integration on and off."""
    return f"{_INTEGRATION}{name}"


MAIL: Final = "mail"
"""The name of mail to buyers, in its flag."""

TAX: Final = "tax"
"""The integration that computes taxes: off takes no tax of what is bought from then on."""

TAX_SERVICE: Final = "tax.service"
"""The flag that says which service computes taxes where several are switched on."""

SELLER: Final = "checkout.provider"
"""The flag that says which provider's checkout is used where several are switched on."""


def parse_flags(written: Iterable[str]) -> Mapping[str, str]:
    """Flags by name.

    Raises:
        Refused: One is not written as `name=value`, one that switches says neither on nor off, or
            they are too many.
    """
    flags: dict[str, str] = {}
    for each in written:
        found = _FLAG.fullmatch(each)
        if found is None:
            raise Refused("{flag} is not a flag. Write it like integration.NAME=off.", flag=each)
        name, value = found["name"], found["value"]
        if name.startswith(_INTEGRATION) and switch_of(value) is None:
            raise Refused("{flag} says neither on nor off.", flag=each)
        flags[name] = value
    if len(flags) > MAX_FLAGS:
        raise Refused("There can be at most {most} flags.", most=MAX_FLAGS)
    return flags


def switch_of(value: str) -> bool | None:
    """What a value means for a flag that is on or off; none if it means neither."""
    return _ON.get(value)
