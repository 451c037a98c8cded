"""Keys of other programs as they are written: made, read, and hashed."""

import hashlib
import re
import secrets
from typing import Final, NamedTuple

from payments.domain.values.ids import GuildId, is_snowflake

_WRITTEN: Final = re.compile(r"gbk_(?P<guild>[0-9]{1,19})_[0-9a-f]{64}", re.ASCII)
"""The guild stands in a key, so that a key is looked up among the few of its guild."""


class WrittenKey(NamedTuple):
    """What a key says of itself, without its secret.

    Attributes:
        guild: For whose books it is.
        hashed: The hash by which it is known. One round is enough for 256 random bits.
    """

    guild: GuildId
    hashed: str


def new_api_key(guild: GuildId) -> str:
    """A fresh key that nobody can guess."""
    return f"gbk_{guild}_{secrets.token_hex(32)}"


def read_api_key(written: str) -> WrittenKey | None:
    """What a key says; none if it is not written as one."""
    found = _WRITTEN.fullmatch(written)
    if found is None or not is_snowflake(found["guild"]):
        return None
    hashed = hashlib.sha256(written.encode("ascii")).hexdigest()
    return WrittenKey(GuildId(int(found["guild"])), hashed)
