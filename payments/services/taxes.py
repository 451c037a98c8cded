"""Which purchases are taxed, by which ways they can be paid then, and how much tax there is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.values.flags import TAX, TAX_SERVICE
from payments.domain.values.ids import GuildId
from payments.domain.values.tax import TaxRule
from payments.domain.values.tax_quotes import TaxQuestion, TaxQuote, estimated
from payments.domain.values.time import DAY, Clock, later
from payments.infra.clock import system_clock
from payments.integrations.flags import Flags
from payments.integrations.tax.errors import TaxRefused, TaxUnavailable
from payments.integrations.tax.protocol import TaxService
from payments.integrations.tax.settings import WhenAway
from payments.services.pricing import Seller
from payments.store.records.tax_quotes import KEPT, TaxQuotes

log = structlog.get_logger(__name__)

FRESH: Final = DAY
"""How long a computed tax is used again for the same place, code, behaviour and amount."""


@dataclass(frozen=True, kw_only=True)
class Taxes:
    """Says where tax is taken, who can take it, and how much it is.

    Attributes:
        services: Those that compute it, by name; the first is used unless another is chosen.
        recorders: The same, for what is reported in the background.
        flags: Say where taxes are switched off, and which service is chosen.
        quotes: Keeps what was computed; None where nothing is ever computed.
        when_away: What is done while the service does not answer.
        fell_back: Called with a service's integration when an older rate was used instead.
        clock: Tells the time.
    """

    services: Mapping[str, TaxService] = field(default_factory=dict)
    recorders: Mapping[str, TaxService] = field(default_factory=dict)
    flags: Flags | None = None
    quotes: TaxQuotes | None = None
    when_away: WhenAway = WhenAway.REFUSE
    fell_back: Callable[[str], None] = lambda _: None
    clock: Clock = system_clock

    async def are_on(self, guild: GuildId) -> bool:
        """Whether tax is taken on a server, of what says so. Raises Refused if it is not known."""
        if not self.services:
            return False
        return self.flags is None or await self.flags.is_on(TAX, guild)

    def check_set_up(self) -> None:
        """Refuse that something be taxed where nobody could compute it. Raises Refused."""
        if not self.services:
            raise Refused(
                "Taxes are not switched on. Whoever runs the bot must set {setting} first.",
                setting=Code("TAX_SERVICES"),
            )

    async def rule_of(self, guild: GuildId, rule: TaxRule | None) -> TaxRule | None:
        """How something is taxed at a server now; None if no tax is taken. Raises as `are_on`."""
        return rule if rule is not None and await self.are_on(guild) else None

    def able(self, sellers: Iterable[Seller], rule: TaxRule | None) -> list[Seller]:
        """Who of those that sell can take the tax; all of them where none is taken."""
        computable = bool(self.services) and self.quotes is not None
        return [
            each for each in sellers if rule is None or each.checkouts.computes_tax or computable
        ]

    async def quote(self, guild: GuildId, asked: TaxQuestion) -> TaxQuote:
        """How much tax there is; asks the service unless it was asked the same within a day.

        Raises:
            Refused: It cannot be told now, or not for this place. Nothing was charged.
            BooksUnavailable: The database is away.
        """
        service, quotes = await self._service_of(guild), self.quotes
        if service is None or quotes is None:
            raise Refused("The tax cannot be computed here any more. Please tell a moderator.")
        now = self.clock()
        if known := await quotes.find(service.name, asked, later(now, -FRESH)):
            return known
        try:
            computed = await service.compute(asked)
        except TaxUnavailable as error:
            log.warning("tax.not_computed", service=service.name, error=str(error))
            return await self._without(service, quotes, asked)
        except TaxRefused as error:
            log.warning("tax.refused", service=service.name, error=str(error))
            raise _refusal(error) from error
        quote = TaxQuote(
            service=service.name, tax=computed.tax, calculation=computed.calculation, at=now
        )
        await quotes.keep(asked, quote)
        return quote

    async def close(self) -> None:
        """Close the services' connections."""
        for service in (*self.services.values(), *self.recorders.values()):
            await service.close()

    async def _without(
        self, service: TaxService, quotes: TaxQuotes, asked: TaxQuestion
    ) -> TaxQuote:
        """By the last rate of the same place, where the operator wants that and there is one."""
        now = self.clock()
        if self.when_away is WhenAway.LAST_RATE:
            last = await quotes.last(service.name, asked)
            if last is not None and last[1].at > later(now, -KEPT):
                self.fell_back(service.integration)
                quote = estimated(asked, *last, now)
                age = now - last[1].at
                log.warning("tax.estimated", service=service.name, age_days=age // DAY)
                return quote
        raise Refused(
            "The tax cannot be computed right now, so this way to pay cannot be used. Nothing was "
            "charged. Please choose another way, or try again later."
        )

    async def _service_of(self, guild: GuildId) -> TaxService | None:
        if not self.services:
            return None
        usual = next(iter(self.services))
        if self.flags is None:
            return self.services[usual]
        chosen = await self.flags.choice(TAX_SERVICE, guild, usual)
        return self.services.get(chosen, self.services[usual])


def _refusal(error: TaxRefused) -> Refused:
    if error.about_place:
        return Refused(
            "No tax is known for this place. Please look at country and postal code again."
        )
    return Refused(
        "The tax could not be computed. Nothing was charged. Please tell a moderator, or choose "
        "another way to pay."
    )


NO_TAXES: Final = Taxes()
"""Of an installation that takes none."""
