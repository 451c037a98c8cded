"""A second provider: this folder, and one line in a registry."""

from pydantic import BaseModel, SecretStr

from payments.providers.kind import ProviderKind
from tests.providers.tiny.provider import TinyProvider
from tests.providers.tiny.shop import TinyShop


class TinySettings(BaseModel):
    """What the program must know to sell by the tiny shop."""

    tiny_key: SecretStr
    """The owner's key."""


def tiny(shop: TinyShop) -> ProviderKind:
    """The line in the registry.

    Args:
        shop: The one at the other end, in the place of an address.
    """
    return ProviderKind(
        name="tiny",
        title="Tiny",
        settings=TinySettings,
        template="# The tiny shop, Settings, Key\nTINY_KEY=\n",
        build=lambda _: TinyProvider(shop),
    )
