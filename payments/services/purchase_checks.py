"""Moderators decide about purchases whose money is only set aside."""

from payments.commands.base import by_member
from payments.commands.payments.checks import ApprovePurchase, RefusePurchase
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Verbatim
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.services.money_service import MoneyService


class PurchaseChecks(MoneyService):
    """Commits what a moderator decides; the queue then asks the provider."""

    async def approve(
        self,
        *,
        key: CommandKey,
        guild: GuildId,
        moderator: MemberId,
        payment: PaymentId,
        as_owner: bool,
    ) -> Payment:
        """Let the money of a purchase be taken.

        Args:
            key: The same key decides once.
            guild: Where.
            moderator: Who decides.
            payment: About which purchase.
            as_owner: Whether the server is theirs.

        Returns:
            The payment as it is then.

        Raises:
            Refused: It cannot be approved; says why.
            BooksUnavailable: The database is away.
        """
        found = await self._found(guild, payment)
        provider = self._providers.get(found.provider)
        if provider is None or provider.authorizations is None:
            raise Refused(
                "{provider} cannot be asked for this with the settings as they are. Please tell "
                "whoever runs the bot.",
                provider=Verbatim(self._known.title(found.provider)),
            )
        command = ApprovePurchase(
            key=key,
            at=self._clock(),
            actor=by_member(moderator),
            guild=guild,
            payment=payment,
            moderator=moderator,
            as_owner=as_owner,
            request=provider.authorizations.request(payment),
        )
        await self._runner.run(command)
        return await self._found(guild, payment)

    async def refuse(
        self, *, key: CommandKey, guild: GuildId, moderator: MemberId, payment: PaymentId
    ) -> Payment:
        """Let go of the money of a purchase. Arguments, answer and errors as `approve`."""
        command = RefusePurchase(
            key=key,
            at=self._clock(),
            actor=by_member(moderator),
            guild=guild,
            payment=payment,
            moderator=moderator,
        )
        await self._runner.run(command)
        return await self._found(guild, payment)

    async def _found(self, guild: GuildId, payment: PaymentId) -> Payment:
        found = await self._queries.payment(payment)
        if found is None or found.guild != guild:
            raise Refused("There is no such payment here.")
        return found
