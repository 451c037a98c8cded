"""A ledger over the real store."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import make_url, select

from payments.commands.base import Command, ResultT
from payments.domain.books import (
    ACCOUNTS,
    HOLDS,
    PAYMENTS,
    REPAYMENTS,
    Books,
    GuildBooks,
    NeedsMore,
    Slice,
)
from payments.domain.values.guilds import GuildSettings, Package
from payments.domain.values.ids import AccountKey, ActionId, GuildId, PaymentId
from payments.domain.values.ledger import Account
from payments.domain.values.payment import Payment
from payments.runner.batch import carry_out
from payments.runner.runner import MAX_ROUNDS
from payments.store import tables
from payments.store.books.holds import load_payments_whole
from payments.store.books.load import load
from payments.store.books.write import write
from payments.store.engine.database import create_sqlite_engine
from payments.store.outbox.destination import Destination
from payments.store.rows import transfer_from
from payments.store.verify.verify import verify
from tests.support.just_asked import asked_just_now
from tests.support.ledgers import Standing, Whole, payment_whole, taken_of
from tests.support.sqlite import empty_sqlite
from tests.support.stored_shop import stored_shop


class StoreLedger:
    """The real store: a SQLite file, written and read by the program's own code.

    Args:
        folder: Where the file is.
        proven: Whether the books are proven whenever all of them are shown.
    """

    def __init__(self, folder: Path, *, proven: bool = True) -> None:
        self.proven = proven
        self.engine = create_sqlite_engine(make_url(empty_sqlite(folder)))

    def put_up(self, guild: GuildId, packages: Iterable[Package]) -> None:
        books = Books(Slice())
        books.put_guild(GuildBooks(settings=GuildSettings(guild=guild), packages=tuple(packages)))
        with self.engine.begin() as connection:
            write(connection, Slice(), books, [], lambda _, __: ())

    def run(self, command: Command[ResultT]) -> ResultT:
        command = asked_just_now(command, self.payment)
        needs = command.needs()
        for _ in range(MAX_ROUNDS):
            try:
                with self.engine.begin() as connection:
                    batch = carry_out(
                        connection,
                        commands=[command],
                        more=needs,
                        route=lambda _, __: (Destination(channel="dm", queue="discord"),),
                    )
            except NeedsMore as more:
                needs |= more.needs
                continue
            if isinstance(batch.outcomes[0], Exception):
                raise batch.outcomes[0]
            result: ResultT = batch.outcomes[0]
            return result
        raise AssertionError(f"still not enough: {needs}")

    def payment(self, payment: PaymentId) -> Payment | None:
        with self.engine.begin() as connection:
            return next((each for each, _ in load_payments_whole(connection, [payment])), None)

    def whole(self) -> Whole:
        with self.engine.begin() as connection:
            if self.proven:
                assert list(verify(connection)) == []
            keys = {
                AccountKey(*key)
                for key in connection.execute(
                    select(tables.accounts.c.guild_id, tables.accounts.c.member_id)
                )
            }
            loaded = load(connection, ACCOUNTS.all_of(keys))
            ids = connection.execute(select(tables.payments.c.payment_id)).scalars().all()
            transfers = connection.execute(select(tables.transfers)).mappings().all()
            followed = load(connection, PAYMENTS.all_of(map(PaymentId, ids)))
            taken = taken_of(
                (each for each in followed[PAYMENTS].values() if each),
                {**followed[HOLDS], **loaded[HOLDS]}.values(),
                followed[REPAYMENTS],
                (lot for account in loaded[ACCOUNTS].values() for lot in account.lots),
            )
            payments = {
                payment.id: payment_whole(payment, pieces)
                for payment, pieces in load_payments_whole(connection, map(PaymentId, ids))
            }
            shop = stored_shop(connection)
        return Whole(
            accounts={
                key: Standing(
                    account.balance,
                    account.in_lots,
                    sum(loaded[HOLDS][debt].owed for debt in account.debts),
                )
                for key, account in loaded[ACCOUNTS].items()
                if account != Account(key=key)
            },
            transfers={ActionId(row["transfer_id"]): transfer_from(row) for row in transfers},
            payments=payments,
            taken=taken,
            **shop,
        )

    def close(self) -> None:
        self.engine.dispose()
