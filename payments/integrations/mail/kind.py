"""A kind of mail service: all that one brings of its own. What it needs is imported when used."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from payments.domain.values.time import Clock
from payments.infra.asking import Questions
from payments.infra.outbound import Outbound
from payments.infra.settings import Settings
from payments.integrations.mail.protocol import Mailer, MailEvents


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKind:
    """A service that can be chosen.

    Attributes:
        name: As in `MAIL_SERVICE`, and in `/webhooks/{name}` if it posts to us.
        title: What people call it.
        settings: Its part of the settings.
        build: Makes it; settings that it needs are there.
        events: Reads what it posts to us; None if it posts nothing, or not with these settings.
        at_once: How many mails it takes at the same time.
        ask: Asks for its settings, as a part of `guildbank init`.
    """

    name: str
    title: str
    settings: type[BaseModel]
    build: Callable[[Settings, Outbound, Clock], Mailer]
    ask: Callable[[Questions], dict[str, str]]
    events: Callable[[Settings], MailEvents | None] = lambda _: None
    at_once: int = 1
