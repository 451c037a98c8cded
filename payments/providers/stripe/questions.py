"""Stripe's part of `guildbank init`: the key, and the endpoint that gets Stripe's messages."""

from pathlib import Path
from typing import Final, Self

from pydantic import AnyHttpUrl

from payments.infra.asking import LIMIT_SECONDS, AnswerRefused, CannotLook, Questions
from payments.infra.settings import is_private, load_addresses
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.stripe.inspection import (
    EVENTS,
    NEEDED,
    NEEDED_EVENTS,
    Inspector,
    Permission,
    SeenEndpoint,
)
from payments.providers.stripe.settings import StripeAddresses, address_of
from payments.providers.stripe.updates import API_VERSION

_WHERE: Final = "Stripe's dashboard, Developers, API keys"


class StripeLooks:
    """Looks at an account at Stripe, one question at a time.

    Args:
        key: The secret or restricted key.
        api_url: Another server that speaks Stripe's API; Stripe's own if none.
    """

    def __init__(self, key: str, api_url: str | None) -> None:
        self._key = key
        self._api_url = api_url

    def _inspector(self) -> Inspector:
        return Inspector(self._key, api_url=self._api_url, timeout_seconds=LIMIT_SECONDS)

    async def lacking(self) -> list[Permission]:
        """What the key may not do and should.

        Raises:
            AnswerRefused: Stripe does not know the key.
            CannotLook: Stripe cannot be asked.
        """
        inspector = self._inspector()
        try:
            answer = await inspector.try_out(EVENTS)
            if answer.is_key_refused:
                raise AnswerRefused("Stripe refuses this key.")
            if answer.is_permitted is None:
                raise CannotLook(f"Stripe cannot be reached: it answered {answer.status}.")
            return await inspector.lacking(NEEDED) if inspector.is_restricted else []
        except ProviderUnavailable as error:
            raise CannotLook("Stripe cannot be reached from this machine.") from error
        finally:
            await inspector.close()

    async def endpoint(self, address: str) -> SeenEndpoint | None:
        """The webhook endpoint of an address, if there is one; an enabled one first.

        Raises:
            CannotLook: The key may not look, or Stripe cannot be asked.
        """
        inspector = self._inspector()
        try:
            found = [each for each in await inspector.endpoints() if each.leads_to(address)]
        except (ProviderRefused, ProviderUnavailable) as error:
            raise CannotLook("The webhook endpoints at Stripe cannot be looked at.") from error
        finally:
            await inspector.close()
        enabled = [each for each in found if each.is_enabled]
        return next(iter(enabled or found), None)

    async def create_endpoint(self, address: str) -> str:
        """Register an address; returns its signing secret.

        Raises:
            AnswerRefused: The key may not, or Stripe does not take the address.
            CannotLook: Stripe cannot be asked.
        """
        inspector = self._inspector()
        try:
            return await inspector.create_endpoint(address)
        except ProviderRefused as error:
            raise AnswerRefused(
                "Stripe did not create it: the key lacks Webhook Endpoints (write), or the "
                "address is not public."
            ) from error
        except ProviderUnavailable as error:
            raise CannotLook("Stripe cannot be reached from this machine.") from error
        finally:
            await inspector.close()


class StripeQuestions:
    """Asks for Stripe's settings.

    Args:
        questions: What all questions have in common.
        api_url: Another server that speaks Stripe's API; Stripe's own if none.
    """

    def __init__(self, questions: Questions, api_url: str | None) -> None:
        self._questions = questions
        self._asker = questions.asker
        self._api_url = api_url
        self._key = ""

    @classmethod
    def of(cls, questions: Questions, file: Path) -> Self:
        """Those for a file of settings, which may name another server. Raises SettingsWrong."""
        return cls(questions, address_of(load_addresses(StripeAddresses, file).stripe_api_url))

    def account(self) -> dict[str, str]:
        """Ask for the key, and look at what it may do."""
        self._key = self._ask_key()
        return {"STRIPE_SECRET_KEY": self._key}

    def door(self, address: str) -> dict[str, str]:
        """Make the endpoint, or ask for the signing secret of the one that is there."""
        return {"STRIPE_WEBHOOK_SECRET": self._ask_signing_secret(address)}

    def _ask_key(self) -> str:
        while True:
            key = self._questions.secret(
                "STRIPE_SECRET_KEY", f"Secret or restricted key ({_WHERE})"
            )
            if not key.startswith(("sk_", "rk_")):
                self._asker.tell("Such a key begins with sk_ or rk_.")
                continue
            try:
                lacking = self._questions.look(StripeLooks(key, self._api_url).lacking())
            except AnswerRefused as error:
                self._asker.tell(f"{error} Copy it again from {_WHERE}.")
                continue
            except CannotLook as error:
                if self._questions.takes_unchecked(error):
                    return key
                continue
            if not lacking:
                mode = "real money moves" if "_live_" in key else "test mode, no real money moves"
                self._asker.tell(f"Stripe takes it: {mode}.")
                return key
            named = ", ".join(each.name for each in lacking)
            self._asker.tell(f"The key lacks: {named}. Edit it in {_WHERE}; it stays the same key.")
            if self._asker.agrees("Take it as it is?", default=False):
                return key

    def _ask_signing_secret(self, door: str) -> str:
        """Stripe tells it only when an endpoint is made, or in its dashboard."""
        looks = StripeLooks(self._key, self._api_url)
        made = None
        if self.is_out_of_reach(door):
            self._asker.tell(f"`stripe listen --forward-to {door}` prints a signing secret.")
        else:
            made = self._make_endpoint(looks, door)
        if made is not None:
            old = self._questions.present.get("STRIPE_WEBHOOK_SECRET")
            return f"{made},{old}" if old else made
        while True:
            typed = self._questions.secret(
                "STRIPE_WEBHOOK_SECRET", "The endpoint's signing secret", needed=False
            )
            if not typed:
                self._asker.tell("Left empty: write it into the file before you start.")
            if all(each.startswith("whsec_") for each in typed.split(",")) or not typed:
                return typed
            self._asker.tell("A signing secret begins with whsec_.")

    def _make_endpoint(self, looks: StripeLooks, door: str) -> str | None:
        """The secret of an endpoint that was made here; None if a person must look it up."""
        try:
            there = self._questions.look(looks.endpoint(door))
        except CannotLook as error:
            self._asker.tell(str(error))
            self._asker.tell(f"Add one by hand. {_door_words(door)}")
            return None
        if there is not None:
            state = "" if there.is_enabled else ", but it is disabled: enable it there"
            self._asker.tell(f"Stripe has the endpoint {door} already{state}.")
            if not self._questions.present.get("STRIPE_WEBHOOK_SECRET"):
                where = "Stripe's dashboard, Developers, Webhooks"
                self._asker.tell(f"Its signing secret stands in {where}.")
            return None
        if self._asker.agrees(f"Create the endpoint {door} at Stripe?", default=True):
            try:
                made = self._questions.look(looks.create_endpoint(door))
            except (AnswerRefused, CannotLook) as error:
                self._asker.tell(str(error))
            else:
                self._asker.tell("Stripe has the endpoint now; its signing secret is kept.")
                return made
        self._asker.tell(f"Add it by hand. {_door_words(door)}")
        return None

    def is_out_of_reach(self, url: str) -> bool:
        """Whether Stripe itself cannot reach an address; another Stripe may well."""
        return self._api_url is None and is_private(AnyHttpUrl(url).host or "")


def _door_words(door: str) -> str:
    """What is to be entered at Stripe."""
    events = "\n".join(f"    {each}" for each in sorted(NEEDED_EVENTS))
    return (
        "In Stripe's dashboard, Developers, Webhooks:\n"
        f"  Address: {door}\n  API version: {API_VERSION}\n  Events:\n{events}"
    )
