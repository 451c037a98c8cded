"""The file of settings: what it says, and what it is to say, with everything else left alone."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from payments.domain.values.money import FIRST_CURRENCY
from payments.infra.encryption import new_key
from payments.providers.kind import ProviderKind
from payments.providers.registry import PROVIDERS

_DISCORD: Final = """\
# Discord's developer portal, Bot, Reset Token
DISCORD_TOKEN=
"""

_REST: Final = f"""\
# Where members' browsers and payment providers reach this server
PUBLIC_URL=http://localhost:8080
# The servers that may sell, separated by commas
GUILD_IDS=
# The currency of a server's first package, unless its owner chooses one
DEFAULT_CURRENCY={FIRST_CURRENCY}
# Encrypts what must not be read in the database. Keep it; without it nothing is lost but tokens.
ENCRYPTION_KEYS=
"""

_LINE: Final = re.compile(r"(?:export\s+)?([A-Za-z_]+)\s*=")


def blank(kinds: Sequence[ProviderKind] = PROVIDERS) -> str:
    """The file with an empty line for each setting, those of these providers among them."""
    return "".join([_DISCORD, _choice(kinds), *(each.template for each in kinds), _REST])


def _choice(kinds: Sequence[ProviderKind]) -> str:
    """Which of several providers take money."""
    if len(kinds) < 2:  # noqa: PLR2004 - with one there is no choice
        return ""
    names = ", ".join(each.name for each in kinds)
    return (
        f"# Who takes the money, separated by commas: {names}\nPAYMENT_PROVIDERS={kinds[0].name}\n"
    )


def template() -> str:
    """The file without answers, with a fresh encryption key."""
    return filled(blank(), {"ENCRYPTION_KEYS": new_key()})


def present(path: Path) -> dict[str, str]:
    """What a file says now; nothing if it is not there."""
    return {name.upper(): value for name, value in dotenv_values(path).items() if value}


def filled(text: str, values: Mapping[str, str]) -> str:
    """A file's text with these values in the place of what it said; the rest stays as it is."""
    lines, written = [], set()
    for line in text.splitlines():
        found = _LINE.match(line.strip())
        name = found[1].upper() if found else None
        if name is None or name not in values:
            lines.append(line)
        elif name not in written:
            lines.append(f"{name}={values[name]}")
            written.add(name)
    lines += [f"{name}={value}" for name, value in values.items() if name not in written]
    return "".join(f"{line}\n" for line in lines)
