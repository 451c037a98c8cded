"""Discord's own shop, as the program finds it. What it needs is imported when it is used."""

from typing import Final

from payments.domain.values.ids import GuildId
from payments.infra.settings_parts import part_of
from payments.providers.discord_skus.names import DISCORD_SKUS
from payments.providers.discord_skus.settings import DiscordSkusSettings, server_of
from payments.providers.kind import Examined, ProviderDoctor, ProviderKind, Wiring
from payments.providers.protocol import PaymentProvider


def _build(wiring: Wiring) -> PaymentProvider:
    from payments.providers.discord_skus.provider import (  # noqa: PLC0415 - only if used
        DiscordSkusProvider,
    )

    settings = part_of(wiring.settings, DiscordSkusSettings)
    return DiscordSkusProvider(
        token=wiring.settings.discord_token.get_secret_value(),
        api_url=server_of(wiring.settings.discord_api_url),
        public_key=settings.discord_skus_public_key,
        home=None if settings.discord_skus_guild is None else GuildId(settings.discord_skus_guild),
        outbound=wiring.outbound,
        purpose=wiring.purpose,
        refused=wiring.refused,
        clock=wiring.clock,
    )


def _doctor(examined: Examined) -> ProviderDoctor:
    from payments.providers.discord_skus.doctor import (  # noqa: PLC0415 - as above
        DiscordSkusDoctor,
    )

    return DiscordSkusDoctor(examined)


DISCORD_SKUS_KIND: Final = ProviderKind(
    name=DISCORD_SKUS,
    title="Discord",
    settings=DiscordSkusSettings,
    template="""\
# The server where a purchase in Discord's shop counts if its buyer has chosen none
# DISCORD_SKUS_GUILD=
""",
    build=_build,
    doctor=_doctor,
)
