"""The questions, in their order."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from app.init.checks import SeenBot, check_address, check_bot
from app.init.taxes import ask_taxes
from bot.connection.permissions import invite_link
from payments.domain.errors import Refused
from payments.domain.values.ids import is_snowflake
from payments.domain.values.money import FIRST_CURRENCY, check_currency
from payments.infra.asking import AnswerRefused, CannotLook, Questions, is_writable
from payments.infra.encryption import new_key
from payments.infra.public_url import PublicUrl
from payments.infra.settings import split_names
from payments.integrations.mail.registry import MAIL_SERVICES, mail_service
from payments.integrations.mail.settings import is_sender
from payments.providers.kind import ProviderKind, ProviderQuestions
from payments.providers.registry import PROVIDERS, named

_URL: Final = TypeAdapter(PublicUrl)


class Interview:
    """Asks for each setting, and looks at each answer at once.

    Args:
        questions: What all questions have in common.
        file: The file of settings, which may name servers in the place of somebody's own.
        kinds: The providers that can be used; of several each is asked about.
    """

    def __init__(
        self, questions: Questions, file: Path, kinds: Sequence[ProviderKind] = PROVIDERS
    ) -> None:
        self._questions = questions
        self._asker = questions.asker
        self._present = questions.present
        self._kinds = kinds
        self._parts = {
            each.name: each.questions(questions, file)
            for each in kinds
            if each.questions is not None
        }
        self.bot: SeenBot | None = None
        self._url = ""

    def answers(self) -> dict[str, str]:
        """Ask everything; returns the settings by name."""
        token = self._ask_token()
        guilds = self._ask_guilds(token)
        currency = self._ask_currency()
        of_providers = self._ask_providers() if len(self._kinds) > 1 else {}
        for _, part in self._asked:
            of_providers |= part.account()
        known = {**self._present, **of_providers}
        of_providers |= ask_taxes(Questions(self._asker, known))
        self._url = self._ask_address()
        for kind, part in self._asked:
            of_providers |= part.door(self._door(kind))
        of_mail = self._ask_mail()
        return {
            "DISCORD_TOKEN": token,
            **of_providers,
            **of_mail,
            "PUBLIC_URL": self._url,
            "GUILD_IDS": guilds,
            "DEFAULT_CURRENCY": currency,
            "ENCRYPTION_KEYS": self._present.get("ENCRYPTION_KEYS") or new_key(),
        }

    def _ask_mail(self) -> dict[str, str]:
        """Whether buyers get mail, and by which service; off unless somebody wants it."""
        before = mail_service(self._present.get("MAIL_SERVICE"))
        if not self._asker.agrees("Send receipts by mail?", default=before is not None):
            return {}
        names = " or ".join(each.name for each in MAIL_SERVICES)
        kind = None
        while kind is None:
            default = (before or MAIL_SERVICES[0]).name
            kind = mail_service(self._asker.line(f"By which service: {names}", default))
        sender = ""
        while not sender:
            asked = "The address that they are from"
            typed = self._asker.line(asked, self._present.get("MAIL_FROM", ""))
            sender = typed if is_sender(typed) else ""
        return {"MAIL_SERVICE": kind.name, "MAIL_FROM": sender, **kind.ask(self._questions)}

    @property
    def _asked(self) -> list[tuple[ProviderKind, ProviderQuestions]]:
        """The providers that have questions."""
        return [(each, self._parts[each.name]) for each in self._kinds if each.name in self._parts]

    def _ask_providers(self) -> dict[str, str]:
        """Which of several are to take money: those that were chosen before come first."""
        before = split_names(self._present.get("PAYMENT_PROVIDERS", ""))
        wanted: list[ProviderKind] = []
        while not wanted:
            wanted = [each for each in self._kinds if self._is_wanted(each, before)]
            if not wanted:
                self._asker.tell("Choose at least one of them: somebody must take the money.")
        names = {each.name: None for each in wanted}
        ordered = dict.fromkeys([*(each for each in before if each in names), *names])
        self._kinds = named(tuple(ordered), wanted)
        return {"PAYMENT_PROVIDERS": ",".join(ordered)}

    def _is_wanted(self, kind: ProviderKind, before: Sequence[str]) -> bool:
        default = kind.name in before if before else kind is self._kinds[0]
        return self._asker.agrees(f"Sell by {kind.title}?", default=default)

    def _door(self, kind: ProviderKind) -> str:
        return f"{self._url}/webhooks/{kind.name}"

    def _ask_token(self) -> str:
        while True:
            question = "The bot's token (developer portal, Bot)"
            token = self._questions.secret("DISCORD_TOKEN", question)
            try:
                self.bot = self._questions.look(check_bot(token))
            except AnswerRefused as error:
                self._asker.tell(f"{error} In the developer portal, Bot, Reset Token makes one.")
            except CannotLook as error:
                if self._questions.takes_unchecked(error):
                    return token
            else:
                self._asker.tell(f"Discord knows it: {self.bot.name}.")
                return token

    def _ask_guilds(self, token: str) -> str:
        """The servers that may sell; the bot is invited first if it is on none."""
        while self.bot is not None and not self.bot.guilds:
            self._asker.tell(f"The bot is on no server yet. Invite it:\n  {self._invitation()}")
            if not self._asker.agrees("Is it there now?", default=True):
                break
            self.bot = self._look_again(token)
        known = {} if self.bot is None else self.bot.guilds
        for identity, name in known.items():
            self._asker.tell(f"The bot is on {name}: {identity}.")
        default = self._present.get("GUILD_IDS") or ",".join(str(each) for each in known)
        while True:
            typed = self._asker.line(
                "Ids of the servers that may sell, with commas (* for any)", default
            )
            ids = [each.strip() for each in typed.split(",")]
            if typed != "*" and not all(is_snowflake(each) for each in ids):
                self._asker.tell("Ids are digits: right-click the server, Copy Server ID.")
                continue
            if typed == "*" and self.bot is not None:
                self._asker.tell(f"Whoever wants the bot invites it:\n  {self._invitation()}")
            for each in ids if self.bot is not None and typed != "*" else []:
                if int(each) not in known:
                    link = invite_link(self.bot.application, int(each)) if self.bot else ""
                    self._asker.tell(f"The bot is not on {each}. Invite it:\n  {link}")
            return ",".join(ids)

    def _ask_currency(self) -> str:
        default = self._present.get("DEFAULT_CURRENCY", FIRST_CURRENCY)
        while True:
            typed = self._asker.line("Currency of what you sell, such as USD", default).upper()
            try:
                check_currency(typed)
            except Refused as error:
                self._asker.tell(str(error))
            else:
                return typed

    def _look_again(self, token: str) -> SeenBot | None:
        try:
            return self._questions.look(check_bot(token))
        except (AnswerRefused, CannotLook) as error:
            self._asker.tell(str(error))
            return None

    def _ask_address(self) -> str:
        default = self._present.get("PUBLIC_URL", "http://localhost:8080")
        who = _listed(["members", *(kind.title for kind, _ in self._asked)])
        while True:
            typed = self._asker.line(f"Where {who} reach this machine", default)
            try:
                url = str(_URL.validate_python(typed)).rstrip("/")
            except ValidationError:
                url = ""
            if not url or not is_writable(url):
                self._asker.tell("Write it like https://pay.example.org.")
                continue
            if far := [kind.title for kind, part in self._asked if part.is_out_of_reach(url)]:
                self._asker.tell(
                    f"{_listed(far)} cannot reach that address; it will do for a first try."
                )
            try:
                self._questions.look(check_address(url))
            except CannotLook as error:
                self._asker.tell(str(error))
            return url

    def _invitation(self) -> str:
        return "" if self.bot is None else invite_link(self.bot.application)


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
