"""What tax services have computed, kept for a while: nobody's place but the place itself."""

from typing import Any, Final

from sqlalchemy import Connection, delete, select

from payments.domain.values.tax_quotes import TaxQuestion, TaxQuote
from payments.domain.values.time import DAY, Instant, later
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import tax_quotes

KEPT: Final = 90 * DAY
"""How long the last rate of a place is remembered, at most: as long as Stripe keeps them."""


class TaxQuotes:
    """Keeps computed taxes.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, service: str, asked: TaxQuestion, since: Instant) -> TaxQuote | None:
        """What was computed for exactly this since then, if anything."""
        rows = await self._read(
            select(tax_quotes).where(
                *_of(service, asked),
                tax_quotes.c.price_minor == asked.price.minor,
                tax_quotes.c.at > since,
            )
        )
        return _quote(rows[0]) if rows else None

    async def last(self, service: str, asked: TaxQuestion) -> tuple[int, TaxQuote] | None:
        """The youngest that was computed for the same place, code, behaviour and currency.

        Returns:
            The price for which it was, in minor units, and what was computed; None if nothing was.
        """
        youngest = tax_quotes.c.at.desc(), tax_quotes.c.price_minor.desc()
        query = select(tax_quotes).where(*_of(service, asked)).order_by(*youngest).limit(1)
        rows = await self._read(query)
        return (rows[0]["price_minor"], _quote(rows[0])) if rows else None

    async def keep(self, asked: TaxQuestion, quote: TaxQuote) -> None:
        """Keep what was computed, in the place of what was computed for the same before."""
        row = {
            **_columns(quote.service, asked),
            "price_minor": asked.price.minor,
            "tax": quote.tax,
            "calculation": quote.calculation,
            "at": quote.at,
        }

        def work(connection: Connection) -> None:
            insert_or_update(connection, tax_quotes, [row])

        await self._database.transact(work)

    async def forget_old(self, now: Instant) -> int:
        """Delete what is too old to be of use. Returns how many there were."""

        def work(connection: Connection) -> int:
            old = tax_quotes.c.at <= later(now, -KEPT)
            return connection.execute(delete(tax_quotes).where(old)).rowcount

        return await self._database.transact(work)

    async def _read(self, query: Any) -> list[Any]:  # noqa: ANN401 - a select
        return await self._database.reader.read(
            lambda connection: list(connection.execute(query).mappings())
        )


def _columns(service: str, asked: TaxQuestion) -> dict[str, str]:
    return {
        "service": service,
        "country": asked.place.country,
        "postal_code": asked.place.postal_code,
        "tax_code": asked.rule.code,
        "tax_behavior": asked.rule.behavior,
        "currency": asked.price.currency,
    }


def _of(service: str, asked: TaxQuestion) -> list[Any]:
    return [tax_quotes.c[name] == value for name, value in _columns(service, asked).items()]


def _quote(row: Any) -> TaxQuote:  # noqa: ANN401 - a row
    return TaxQuote(
        service=row["service"],
        tax=row["tax"],
        calculation=row["calculation"],
        at=Instant(row["at"]),
    )
