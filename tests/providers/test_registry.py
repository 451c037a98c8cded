"""Which providers there are, as the settings say."""

from cryptography.fernet import Fernet

from payments.infra.outbound import Outbound
from payments.providers.registry import build_providers
from payments.providers.settings import load_settings


async def test_stripe_is_built_from_the_settings() -> None:
    settings = load_settings(
        discord_token="token",
        stripe_secret_key="rk_live_1",
        stripe_webhook_secret="whsec_1,whsec_2",
        stripe_api_url="http://127.0.0.1:1/",
        guild_ids="1",
        encryption_keys=Fernet.generate_key().decode(),
    )
    providers = build_providers(settings, outbound=Outbound())
    assert set(providers) == {"stripe"}
    assert (providers["stripe"].name, providers["stripe"].livemode) == ("stripe", True)
    await providers["stripe"].close()
