"""Mail, as far as the program is concerned where it is off: nothing of it is imported then."""

from typing import TYPE_CHECKING

from app.queues import Queues
from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.time import Clock
from payments.infra.encryption import Encryptor
from payments.infra.outbound import Outbound
from payments.infra.settings import Settings
from payments.integrations.flags import Flags
from payments.integrations.mail.registry import mail_service
from payments.integrations.settings import mail_service_of
from payments.notifications.routing import MAIL_QUEUE, route, route_with_mail
from payments.notifications.worker import Worker
from payments.providers.known import KnownProviders
from payments.services.health import Check
from payments.store.engine.database import Database
from payments.store.outbox.destination import Route
from payments.store.queries import Queries

if TYPE_CHECKING:
    from app.mail_desk import MailDesk


def desk(
    settings: Settings,
    encryptor: Encryptor,
    outbound: Outbound,
    database: Database,
    clock: Clock,
) -> "MailDesk | None":
    """What sends mail; None where it is off.

    Args:
        settings: The settings.
        encryptor: With their keys.
        outbound: The policy for calls.
        database: Where addresses are kept.
        clock: Tells the time.
    """
    kind = mail_service(mail_service_of(settings))
    if kind is None:
        return None
    from app.mail_desk import MailDesk  # noqa: PLC0415 - costs nothing where it is off

    return MailDesk(
        settings, kind, encryptor=encryptor, outbound=outbound, database=database, clock=clock
    )


def route_of(settings: Settings) -> Route:
    """Where events go."""
    return route if mail_service_of(settings) is None else route_with_mail


def conceal_of(of: "MailDesk | None") -> Conceal:
    """What encrypts buyers' addresses."""
    return take_no_address if of is None else of.addresses.conceal


def checks(of: "MailDesk | None") -> dict[str, Check]:
    """Whether mail can be sent, where it is on."""
    return {} if of is None else of.checks()


def workers(
    of: "MailDesk | None",
    queues: Queues,
    queries: Queries,
    flags: Flags,
    known: KnownProviders,
) -> dict[str, Worker]:
    """What delivers mails, by queue; nothing where mail is off.

    Args:
        of: What sends them.
        queues: What all workers have in common.
        queries: Reads the books.
        flags: Say where mail is switched off.
        known: What people read of providers.
    """
    if of is None:
        return {}
    return {MAIL_QUEUE: of.worker(queues, queries=queries, flags=flags, known=known)}


async def begin(of: "MailDesk | None") -> None:
    """Read what mail needs of a database that is at its version."""
    if of is not None:
        await of.start()


async def end(of: "MailDesk | None") -> None:
    """Let go of its connections."""
    if of is not None:
        await of.close()
