"""The questions, in their order."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, Final, TypeVar

from pydantic import AnyHttpUrl, TypeAdapter, ValidationError

from app.init.checks import (
    AnswerRefused,
    CannotLook,
    SeenBot,
    StripeLooks,
    check_address,
    check_bot,
)
from app.init.settings_file import is_writable
from app.init.terminal import Asker
from bot.connection.permissions import invite_link
from payments.infra.encryption import new_key
from payments.infra.settings import is_private
from payments.providers.stripe.inspection import NEEDED_EVENTS
from payments.providers.stripe.updates import API_VERSION

T = TypeVar("T")

KEEPS: Final = " (Enter keeps the present one)"

_URL: Final = TypeAdapter(AnyHttpUrl)


class Interview:
    """Asks for each setting, and looks at each answer at once.

    Args:
        asker: Who asks.
        present: What the settings are now, by name.
        stripe_api_url: Another server that speaks Stripe's API; Stripe's own if none.
    """

    def __init__(
        self, asker: Asker, *, present: Mapping[str, str], stripe_api_url: str | None
    ) -> None:
        self._asker = asker
        self._present = present
        self._stripe_api_url = stripe_api_url
        self.bot: SeenBot | None = None
        self.door = ""

    def answers(self) -> dict[str, str]:
        """Ask everything; returns the settings by name."""
        token = self._ask_token()
        guilds = self._ask_guilds(token)
        key = self._ask_key()
        url = self._ask_address()
        self.door = f"{url}/webhooks/stripe"
        return {
            "DISCORD_TOKEN": token,
            "STRIPE_SECRET_KEY": key,
            "STRIPE_WEBHOOK_SECRET": self._ask_signing_secret(key),
            "PUBLIC_URL": url,
            "GUILD_IDS": guilds,
            "ENCRYPTION_KEYS": self._present.get("ENCRYPTION_KEYS") or new_key(),
        }

    def _ask_token(self) -> str:
        while True:
            token = self._secret("DISCORD_TOKEN", "The bot's token (developer portal, Bot)")
            try:
                self.bot = self._look(check_bot(token))
            except AnswerRefused as error:
                self._asker.tell(f"{error} In the developer portal, Bot, Reset Token makes one.")
            except CannotLook as error:
                if self._takes_unchecked(error):
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
            if typed != "*" and not all(each.isascii() and each.isdecimal() for each in ids):
                self._asker.tell("Ids are digits: right-click the server, Copy Server ID.")
                continue
            for each in ids if self.bot is not None and typed != "*" else []:
                if int(each) not in known:
                    link = invite_link(self.bot.application, int(each)) if self.bot else ""
                    self._asker.tell(f"The bot is not on {each}. Invite it:\n  {link}")
            return ",".join(ids)

    def _look_again(self, token: str) -> SeenBot | None:
        try:
            return self._look(check_bot(token))
        except (AnswerRefused, CannotLook) as error:
            self._asker.tell(str(error))
            return None

    def _ask_key(self) -> str:
        where = "Stripe's dashboard, Developers, API keys"
        while True:
            key = self._secret("STRIPE_SECRET_KEY", f"Secret or restricted key ({where})")
            if not key.startswith(("sk_", "rk_")):
                self._asker.tell("Such a key begins with sk_ or rk_.")
                continue
            try:
                lacking = self._look(StripeLooks(key, self._stripe_api_url).lacking())
            except AnswerRefused as error:
                self._asker.tell(f"{error} Copy it again from {where}.")
                continue
            except CannotLook as error:
                if self._takes_unchecked(error):
                    return key
                continue
            if not lacking:
                mode = "real money moves" if "_live_" in key else "test mode, no real money moves"
                self._asker.tell(f"Stripe takes it: {mode}.")
                return key
            named = ", ".join(each.name for each in lacking)
            self._asker.tell(f"The key lacks: {named}. Edit it in {where}; it stays the same key.")
            if self._asker.agrees("Take it as it is?", default=False):
                return key

    def _ask_address(self) -> str:
        default = self._present.get("PUBLIC_URL", "http://localhost:8080")
        while True:
            typed = self._asker.line("Where members and Stripe reach this machine", default)
            try:
                url = str(_URL.validate_python(typed)).rstrip("/")
            except ValidationError:
                url = ""
            if not url or not is_writable(url):
                self._asker.tell("Write it like https://pay.example.org.")
                continue
            if self._is_out_of_reach(url):
                self._asker.tell("Stripe cannot reach that address; it will do for a first try.")
            try:
                self._look(check_address(url))
            except CannotLook as error:
                self._asker.tell(str(error))
            return url

    def _ask_signing_secret(self, key: str) -> str:
        """Stripe tells it only when an endpoint is made, or in its dashboard."""
        looks = StripeLooks(key, self._stripe_api_url)
        made = None
        if self._is_out_of_reach(self.door):
            self._asker.tell(f"`stripe listen --forward-to {self.door}` prints a signing secret.")
        else:
            made = self._make_endpoint(looks)
        if made is not None:
            old = self._present.get("STRIPE_WEBHOOK_SECRET")
            return f"{made},{old}" if old else made
        while True:
            typed = self._secret(
                "STRIPE_WEBHOOK_SECRET", "The endpoint's signing secret", needed=False
            )
            if not typed:
                self._asker.tell("Left empty: write it into the file before you start.")
            if all(each.startswith("whsec_") for each in typed.split(",")) or not typed:
                return typed
            self._asker.tell("A signing secret begins with whsec_.")

    def _make_endpoint(self, looks: StripeLooks) -> str | None:
        """The secret of an endpoint that was made here; None if a person must look it up."""
        try:
            there = self._look(looks.endpoint(self.door))
        except CannotLook as error:
            self._asker.tell(str(error))
            self._asker.tell(f"Add one by hand. {self.endpoint_words()}")
            return None
        if there is not None:
            state = "" if there.is_enabled else ", but it is disabled: enable it there"
            self._asker.tell(
                f"Stripe has the endpoint {self.door} already{state}. Its signing secret stands in "
                "Stripe's dashboard, Developers, Webhooks."
            )
            return None
        if self._asker.agrees(f"Create the endpoint {self.door} at Stripe?", default=True):
            try:
                return self._look(looks.create_endpoint(self.door))
            except (AnswerRefused, CannotLook) as error:
                self._asker.tell(str(error))
        self._asker.tell(f"Add it by hand. {self.endpoint_words()}")
        return None

    def endpoint_words(self) -> str:
        """What is to be entered at Stripe."""
        events = "\n".join(f"    {each}" for each in sorted(NEEDED_EVENTS))
        words = (
            "In Stripe's dashboard, Developers, Webhooks:\n"
            f"  Address: {self.door}\n  API version: {API_VERSION}\n  Events:\n{events}"
        )
        if self._is_out_of_reach(self.door):
            words += f"\n  On this machine alone: stripe listen --forward-to {self.door}"
        return words

    def _invitation(self) -> str:
        return "" if self.bot is None else invite_link(self.bot.application)

    def _is_out_of_reach(self, url: str) -> bool:
        """Whether Stripe itself cannot reach an address; another Stripe may well."""
        return self._stripe_api_url is None and is_private(AnyHttpUrl(url).host or "")

    def _secret(self, name: str, question: str, *, needed: bool = True) -> str:
        """A secret that can stand in the file; the present one if nothing is typed."""
        kept = self._present.get(name, "")
        while True:
            typed = self._asker.secret(question + (KEEPS if kept else "")) or kept
            if not is_writable(typed):
                self._asker.tell("That has spaces or signs in it that no such secret has.")
            elif typed or not needed:
                return typed

    def _takes_unchecked(self, error: CannotLook) -> bool:
        self._asker.tell(str(error))
        return self._asker.agrees("Take it without a look?", default=False)

    def _look(self, work: Coroutine[Any, Any, T]) -> T:
        """Look, outside any prompt: so Ctrl-C ends a prompt at once."""
        return asyncio.run(work)
