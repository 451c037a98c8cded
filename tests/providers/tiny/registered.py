"""The program with the tiny shop beside Stripe: to be imported before the program."""

from payments.providers import registry
from tests.providers.tiny import tiny
from tests.providers.tiny.shop import TinyShop

registry.PROVIDERS = (  # type: ignore[misc]  # as the line that a provider adds
    registry.PROVIDERS[0],
    tiny(TinyShop()),
)
