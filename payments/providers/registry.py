"""The providers that can be used. Another one is one more entry."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from payments.infra.outbound import Outbound, Purpose
from payments.infra.settings import Settings
from payments.providers.discord_skus import DISCORD_SKUS_KIND
from payments.providers.errors import AccessRefused
from payments.providers.kind import ProviderKind, Wiring
from payments.providers.paypal import PAYPAL_KIND
from payments.providers.protocol import PaymentProvider
from payments.providers.square import SQUARE_KIND
from payments.providers.stripe import STRIPE

PROVIDERS: Final[Sequence[ProviderKind]] = (STRIPE, PAYPAL_KIND, SQUARE_KIND, DISCORD_SKUS_KIND)
"""In the order in which they are offered; the first is switched on where no other is named."""


def named(
    names: Sequence[str], kinds: Sequence[ProviderKind] = PROVIDERS
) -> tuple[ProviderKind, ...]:
    """Providers by their names, in that order; without any name the first of all.

    Args:
        names: As `PAYMENT_PROVIDERS` has them; one that no provider has is left out.
        kinds: The providers that can be used.
    """
    if not names:
        return tuple(kinds[:1])
    by_name = {each.name: each for each in kinds}
    return tuple(by_name[each] for each in names if each in by_name)


def switched_on(
    settings: Settings, kinds: Sequence[ProviderKind] = PROVIDERS
) -> tuple[ProviderKind, ...]:
    """Those that the settings switch on, in the order in which they are used."""
    return named(settings.payment_providers, kinds)


def build_providers(
    settings: Settings,
    *,
    outbound: Outbound,
    purpose: Purpose = Purpose.MEMBERS,
    refused: Callable[[str, AccessRefused], None] = lambda _name, _error: None,
    kinds: Sequence[ProviderKind] = PROVIDERS,
    clock: Clock = system_clock,
    conceal: Conceal = take_no_address,
) -> dict[str, PaymentProvider]:
    """All providers by name, as the settings say.

    Args:
        settings: The settings.
        outbound: The policy for calls.
        purpose: What calls are made for.
        refused: Called with a provider's name when it refuses our key.
        kinds: Those that can be used.
        clock: Tells the time.
        conceal: Encrypts buyers' addresses.
    """
    return {
        each.name: each.build(
            Wiring(
                settings=settings,
                outbound=outbound,
                purpose=purpose,
                refused=partial(refused, each.name),
                clock=clock,
                conceal=conceal,
            )
        )
        for each in switched_on(settings, kinds)
    }
