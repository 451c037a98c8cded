"""Which objects are due, and which of them were refused."""

from sqlalchemy import BigInteger, Connection, Select, bindparam, exists, select, text

from payments.commands.base import SYSTEM
from payments.commands.payments.checks import LapseCheck
from payments.commands.payments.level import LevelPayment
from payments.commands.payments.ways import LapseUnopened
from payments.commands.points.lapse import LapsePoints
from payments.commands.timer import Due
from payments.domain.values.characters import cleaned
from payments.domain.values.ids import GuildId, LotId, MemberId, PaymentId
from payments.domain.values.time import Instant
from payments.store import rows
from payments.store.books.unreached_debt import unreached
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_leave
from payments.store.tables import lots, payments, refused_timers
from payments.store.tables.payments import ABSENT, CHECKED

LOT = "lot"
PAYMENT = "payment"
UNOPENED = "unopened"
CHECK = "check"


class EndingLots:
    """Lots with points whose time is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: Instant, limit: int) -> list[Due]:
        """One lot of each account that has some; all of an account's lapse together."""
        found = await self._database.reader.read(
            lambda connection: (
                connection.execute(_ENDING, {"now": now, "most": limit}).mappings().all()
            )
        )
        due: dict[tuple[int, int], Due] = {}
        for row in found:
            guild, at = GuildId(row["guild_id"]), Instant(row["expires_at"])
            key = LapsePoints.key_of(guild, LotId(row["lot_id"]), at, row["lapsed"])
            member = MemberId(row["member_id"])
            command = LapsePoints(key=key, at=now, actor=SYSTEM, guild=guild, member=member, due=at)
            each = Due(kind=LOT, guild=guild, object=row["lot_id"], at=at, command=command)
            due.setdefault((guild, member), each)
        return list(due.values())


class UnlevelPayments:
    """Payments of which an older version left debt with the buyer though others have the points.

    Looked for once, at the start: this version leaves none.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._left: list[Due] | None = None

    async def due(self, now: Instant, limit: int) -> list[Due]:
        """The next of them."""
        if self._left is None:
            found = await self._database.reader.read(lambda connection: list(unreached(connection)))
            self._left = [
                Due(
                    kind=PAYMENT,
                    guild=payment.guild,
                    object=payment.id,
                    at=payment.created_at,
                    command=LevelPayment(
                        key=LevelPayment.key_of(payment.id),
                        at=now,
                        actor=SYSTEM,
                        guild=payment.guild,
                        payment=payment.id,
                    ),
                )
                for payment, _ in found
            ]
        batch, self._left = self._left[:limit], self._left[limit:]
        return batch


class UnopenedPayments:
    """Payments whose checkout was never opened, and whose time is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: Instant, limit: int) -> list[Due]:
        """The next of them."""
        found = await self._database.reader.read(
            lambda connection: (
                connection.execute(_UNOPENED, {"now": now, "most": limit}).mappings().all()
            )
        )
        return [_unopened(row, now) for row in found]


def _unopened(row: rows.Row, now: Instant) -> Due:
    guild, payment = GuildId(row["guild_id"]), PaymentId(row["payment_id"])
    at = Instant(row["expires_at"])
    return Due(
        kind=UNOPENED,
        guild=guild,
        object=payment,
        at=at,
        command=LapseUnopened(
            key=LapseUnopened.key_of(payment, at),
            at=now,
            actor=SYSTEM,
            guild=guild,
            payment=payment,
            due=at,
        ),
    )


def _unopened_query() -> Select[tuple[object, ...]]:
    refused = exists().where(
        refused_timers.c.kind == text(f"'{UNOPENED}'"),
        refused_timers.c.guild_id == payments.c.guild_id,
        refused_timers.c.object == payments.c.payment_id,
        refused_timers.c.due_at == payments.c.expires_at,
    )
    return (
        select(payments.c.guild_id, payments.c.payment_id, payments.c.expires_at)
        .where(ABSENT, payments.c.expires_at <= bindparam("now", type_=BigInteger), ~refused)
        .order_by(payments.c.expires_at, payments.c.payment_id)
        .limit(bindparam("most"))
    )


_UNOPENED = _unopened_query()


class EndingChecks:
    """Purchases that waited for a moderator's check, and whose time is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: Instant, limit: int) -> list[Due]:
        """The next of them."""
        found = await self._database.reader.read(
            lambda connection: (
                connection.execute(_CHECKS, {"now": now, "most": limit}).mappings().all()
            )
        )
        return [_lapsed_check(row, now) for row in found]


def _lapsed_check(row: rows.Row, now: Instant) -> Due:
    guild, payment = GuildId(row["guild_id"]), PaymentId(row["payment_id"])
    at = Instant(row["check_ends_at"])
    return Due(
        kind=CHECK,
        guild=guild,
        object=payment,
        at=at,
        command=LapseCheck(
            key=LapseCheck.key_of(payment, at),
            at=now,
            actor=SYSTEM,
            guild=guild,
            payment=payment,
            due=at,
        ),
    )


def _checks_query() -> Select[tuple[object, ...]]:
    refused = exists().where(
        refused_timers.c.kind == text(f"'{CHECK}'"),
        refused_timers.c.guild_id == payments.c.guild_id,
        refused_timers.c.object == payments.c.payment_id,
        refused_timers.c.due_at == payments.c.check_ends_at,
    )
    return (
        select(payments.c.guild_id, payments.c.payment_id, payments.c.check_ends_at)
        .where(CHECKED, payments.c.check_ends_at <= bindparam("now", type_=BigInteger), ~refused)
        .order_by(payments.c.check_ends_at, payments.c.payment_id)
        .limit(bindparam("most"))
    )


_CHECKS = _checks_query()


def _ending_query() -> Select[tuple[object, ...]]:
    refused = exists().where(
        refused_timers.c.kind == text(f"'{LOT}'"),
        refused_timers.c.guild_id == lots.c.guild_id,
        refused_timers.c.object == lots.c.lot_id,
        refused_timers.c.due_at == lots.c.expires_at,
    )
    return (
        select(lots)
        .where(
            lots.c.remaining > text("0"),  # a literal, so that the index is found
            lots.c.expires_at.is_not(None),
            lots.c.expires_at <= bindparam("now", type_=BigInteger),
            ~refused,
        )
        .order_by(lots.c.expires_at, lots.c.guild_id, lots.c.lot_id)
        .limit(bindparam("most"))
    )


_ENDING = _ending_query()


class RefusedTimers:
    """What is not to be tried again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, due: Due, reason: str, now: Instant) -> None:
        """Note that an object is not to be tried again."""
        row = {
            "guild_id": due.guild,
            "kind": due.kind,
            "object": due.object,
            "due_at": due.at,
            "at": now,
            "reason": cleaned(reason),
        }

        def work(connection: Connection) -> None:
            insert_or_leave(connection, refused_timers, [row])

        await self._database.transact(work)
