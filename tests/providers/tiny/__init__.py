"""A second provider: this folder, and one line in a registry."""

from pydantic import BaseModel, SecretStr

from payments.infra.settings_parts import part_of
from payments.providers.kind import ProviderKind
from tests.providers.tiny.provider import TinyProvider
from tests.providers.tiny.shop import TinyShop


class TinySettings(BaseModel):
    """What the program must know to sell by the tiny shop; without it, it is switched off."""

    tiny_key: SecretStr | None = None
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
        is_on=lambda settings: part_of(settings, TinySettings).tiny_key is not None,
    )
