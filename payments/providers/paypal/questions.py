"""PayPal's part of `guildbank init`: the key, and the webhook that gets PayPal's messages."""

from pathlib import Path
from typing import Final, Self

from pydantic import AnyHttpUrl

from payments.infra.asking import LIMIT_SECONDS, AnswerRefused, CannotLook, Questions, is_writable
from payments.infra.settings import is_private, load_addresses
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.paypal.inspection import Inspector, SeenWebhook, of_address
from payments.providers.paypal.settings import (
    LIVE,
    SANDBOX,
    PayPalAddresses,
    is_live,
    server_of,
)

_WHERE: Final = "PayPal's developer dashboard, Apps & Credentials"


class PayPalLooks:
    """Looks at an account at PayPal, one question at a time.

    Args:
        client_id: Names the REST app.
        client_secret: Its secret.
        api_url: The address of the API.
    """

    def __init__(self, client_id: str, client_secret: str, api_url: str) -> None:
        self._key = (client_id, client_secret)
        self._api_url = api_url

    def _inspector(self) -> Inspector:
        return Inspector(*self._key, api_url=self._api_url, timeout_seconds=LIMIT_SECONDS)

    async def lacking(self) -> list[str]:
        """What the app may not do and should.

        Raises:
            AnswerRefused: PayPal does not know the key.
            CannotLook: PayPal cannot be asked.
        """
        inspector = self._inspector()
        try:
            await inspector.check_key()
            return await inspector.lacking()
        except AccessRefused as error:
            raise AnswerRefused("PayPal refuses this key.") from error
        except (ProviderRefused, ProviderUnavailable) as error:
            raise CannotLook("PayPal cannot be reached from this machine.") from error
        finally:
            await inspector.close()

    async def webhook(self, address: str) -> str:
        """The id of an address's webhook, which sends all that is needed: one is made if need be.

        Raises:
            AnswerRefused: PayPal does not take the address.
            CannotLook: PayPal cannot be asked.
        """
        inspector = self._inspector()
        try:
            there = of_address(await inspector.webhooks(), address)
            if not there:
                return await inspector.create_webhook(address)
            best = min(there, key=_lacking_of)
            if best.missing:
                await inspector.add_events(best)
        except ProviderRefused as error:
            words = "PayPal did not take the address. It must be public, https, and on port 443."
            raise AnswerRefused(words) from error
        except ProviderUnavailable as error:
            raise CannotLook("The webhooks at PayPal cannot be looked at.") from error
        else:
            return best.id
        finally:
            await inspector.close()


def _lacking_of(webhook: SeenWebhook) -> int:
    return len(webhook.missing)


class PayPalQuestions:
    """Asks for PayPal's settings.

    Args:
        questions: What all questions have in common.
        api_url: The address of the API, where the file names one.
    """

    def __init__(self, questions: Questions, api_url: str | None) -> None:
        self._questions = questions
        self._asker = questions.asker
        self._named = api_url
        self._key = ("", "")
        self._server = api_url or LIVE

    @classmethod
    def of(cls, questions: Questions, file: Path) -> Self:
        """Those for a file of settings, which may name another server. Raises SettingsWrong."""
        named = load_addresses(PayPalAddresses, file).paypal_api_url
        return cls(questions, None if named is None else server_of(named))

    def account(self) -> dict[str, str]:
        """Ask for the key, and find out whether it is one of Live or of the sandbox."""
        while not self._is_taken():
            pass
        named = {} if self._server == (self._named or LIVE) else {"PAYPAL_API_URL": self._server}
        client_id, client_secret = self._key
        return {"PAYPAL_CLIENT_ID": client_id, "PAYPAL_CLIENT_SECRET": client_secret, **named}

    def door(self, address: str) -> dict[str, str]:
        """Make the webhook, or ask for the id of the one that is there."""
        return {"PAYPAL_WEBHOOK_ID": self._ask_webhook(address)}

    def is_out_of_reach(self, url: str) -> bool:
        """Whether PayPal itself cannot reach an address; another server in its place may well."""
        return self._server in {LIVE, SANDBOX} and is_private(AnyHttpUrl(url).host or "")

    def _is_taken(self) -> bool:
        """Ask for id and secret once, and look at them."""
        known = self._questions.present.get("PAYPAL_CLIENT_ID", "")
        client_id = self._asker.line(f"Client ID ({_WHERE}, your app)", known).strip()
        if not client_id or not is_writable(client_id):
            self._asker.tell("That is no client ID.")
            return False
        secret = self._questions.secret("PAYPAL_CLIENT_SECRET", "Secret (the same page)")
        self._key = (client_id, secret)
        for server in [self._named] if self._named else [LIVE, SANDBOX]:
            self._server = server
            try:
                lacking = self._questions.look(PayPalLooks(*self._key, server).lacking())
            except AnswerRefused:
                continue
            except CannotLook as error:
                return self._questions.takes_unchecked(error)
            return self._accepts(lacking)
        self._asker.tell(f"PayPal refuses this key. Copy both again from {_WHERE}.")
        return False

    def _accepts(self, lacking: list[str]) -> bool:
        if not lacking:
            live = is_live(self._server)
            mode = "real money moves" if live else "sandbox, no real money moves"
            self._asker.tell(f"PayPal takes it: {mode}.")
            return True
        self._asker.tell(
            f"The app lacks: {', '.join(lacking)}. Switch these features on in {_WHERE}, your app."
        )
        return self._asker.agrees("Take it as it is?", default=False)

    def _ask_webhook(self, door: str) -> str:
        if self.is_out_of_reach(door):
            self._asker.tell(f"PayPal cannot reach {door}: register a public address later.")
        elif self._asker.agrees(f"Have PayPal send its messages to {door}?", default=True):
            looks = PayPalLooks(*self._key, self._server)
            try:
                made = self._questions.look(looks.webhook(door))
            except (AnswerRefused, CannotLook) as error:
                self._asker.tell(str(error))
            else:
                self._asker.tell("PayPal sends them there; the webhook's id is kept.")
                return _with_others(made, self._questions.present.get("PAYPAL_WEBHOOK_ID", ""))
        return self._typed()

    def _typed(self) -> str:
        known = self._questions.present.get("PAYPAL_WEBHOOK_ID", "")
        while True:
            typed = self._asker.line(f"Webhook ID ({_WHERE}, your app, Webhooks)", known).strip()
            if not typed:
                self._asker.tell("Left empty: write it into the file before you start.")
            if is_writable(typed):
                return typed
            self._asker.tell("That is no webhook ID.")


def _with_others(made: str, known: str) -> str:
    """The new id first; those that are known stay, as messages signed for them may still come."""
    others = [each for each in known.split(",") if each and each != made]
    return ",".join([made, *others])
