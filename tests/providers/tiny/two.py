"""The tiny shop twice: two ways to pay."""

from pydantic import BaseModel

from payments.providers.kind import ProviderKind
from tests.providers.tiny.provider import TinyProvider
from tests.providers.tiny.shop import TinyShop


class NoSettings(BaseModel):
    """It needs none."""


class OtherProvider(TinyProvider):
    """The same under another name."""

    name = "other"
    title = "Other"


def other(shop: TinyShop) -> ProviderKind:
    """Its line in the registry.

    Args:
        shop: The one at the other end.
    """
    return ProviderKind(
        name="other",
        title="Other",
        settings=NoSettings,
        template="",
        build=lambda _: OtherProvider(shop),
    )
