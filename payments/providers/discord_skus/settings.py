"""The settings of Discord's own shop. Their names in the environment are these, in capitals."""

from typing import Annotated, Final

from pydantic import AnyHttpUrl, BaseModel, Field

from payments.domain.values.ids import MAX_SNOWFLAKE
from payments.infra.settings_words import Note

LIVE: Final = "https://discord.com/api/v10"
"""Where real money moves."""


class DiscordSkusSettings(BaseModel):
    """What the program must know to sell by Discord's own shop; the bot's token does the rest."""

    discord_skus_guild: Annotated[
        int | None, Note(should_be="must be the id of a server (digits)")
    ] = Field(default=None, ge=1, le=MAX_SNOWFLAKE)
    """The server where a purchase counts that names none, if its buyer has chosen none."""
    discord_skus_public_key: Annotated[
        str | None,
        Note(should_be="must be the application's public key: 64 digits and letters from a to f"),
    ] = Field(default=None, pattern=r"^[0-9a-fA-F]{64}$")
    """The application's public key; asked for with the bot's token if none."""


def server_of(url: AnyHttpUrl | None) -> str:
    """The address of the API, without a slash at its end; Discord's own if none."""
    return LIVE if url is None else str(url).rstrip("/")


def is_live(server: str) -> bool:
    """Whether real money moves there; another server in Discord's place counts as one for tests."""
    return server.startswith(("https://discord.com/", "https://canary.discord.com/"))
