"""A shop where each purchase is checked by a moderator before anybody is charged."""

from dataclasses import dataclass
from typing import Any

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.payment import Payment
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus
from payments.domain.values.purchase_check import PurchaseCheck
from payments.store.records.timers import EndingChecks
from tests.support.checking import CHECK_ALL, MODERATOR
from tests.support.make import GUILD, key
from tests.support.provider_shop import ProviderShop


@dataclass(kw_only=True)
class CheckedShop(ProviderShop):
    """One purchase of 500 points for 4.99, whose money is only set aside."""

    async def check_all(self) -> None:
        """The owner wants each purchase to be checked."""
        await self.core.runner.run(
            ChangeSettings(
                key=key(),
                at=self.clock(),
                actor=by_member(MODERATOR),
                guild=GUILD,
                settings=CHECK_ALL,
            )
        )

    async def held(self) -> Payment:
        """A purchase whose money was set aside."""
        bought = await self.buy()
        await self.pay(bought)
        await self.settle()
        return await self.now(bought)

    async def approve(self, payment: Payment, **changes: Any) -> Payment:
        """A moderator approves it, and what follows is called."""
        usual = {"guild": GUILD, "moderator": MODERATOR, "as_owner": False}
        await self.core.purchase_checks.approve(key=key(), payment=payment.id, **(usual | changes))
        await self.settle()
        return await self.now(payment)

    async def refuse(self, payment: Payment) -> Payment:
        """A moderator refuses it, and what follows is called."""
        await self.core.purchase_checks.refuse(
            key=key(), guild=GUILD, moderator=MODERATOR, payment=payment.id
        )
        await self.settle()
        return await self.now(payment)

    async def time_passes(self) -> None:
        """What is due by now comes to its end, and what follows is called."""
        for due in await EndingChecks(self.core.database).due(self.clock(), 50):
            await self.core.runner.run(due.command)
        await self.settle()

    async def call(self, payment: Payment, kind: CallKind) -> CallStatus | None:
        """How the call of a kind stands that is about the money of a payment."""
        of = check_of(payment).authorization or ""
        found = await self.core.queries.provider_call(CallKey(payment.provider, kind, of))
        return None if found is None else found.status

    async def pay(self, payment: Payment) -> None:
        """The buyer pays, or approves."""
        raise NotImplementedError

    async def capture_elsewhere(self, payment: Payment, amount: int | None = None) -> None:
        """Somebody takes the money at the provider itself."""
        raise NotImplementedError

    async def void_elsewhere(self, payment: Payment) -> None:
        """Somebody lets go of the money at the provider itself."""
        raise NotImplementedError

    def deafen(self) -> None:
        """None of the provider's messages arrives from now on."""
        raise NotImplementedError

    def taken(self) -> list[int]:
        """What the provider has taken, in minor units, for each purchase."""
        raise NotImplementedError

    def lets_go_after(self) -> int:
        """How long the provider keeps money set aside. Microseconds."""
        raise NotImplementedError


def check_of(payment: Payment) -> PurchaseCheck:
    """The check of a payment that needs one."""
    assert payment.check is not None
    return payment.check
