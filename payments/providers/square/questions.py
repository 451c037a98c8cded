"""Square's part of `guildbank init`: the token, who sells, and who gets Square's messages."""

from pathlib import Path
from typing import Final, Self

from pydantic import AnyHttpUrl

from payments.infra.asking import LIMIT_SECONDS, AnswerRefused, CannotLook, Questions, is_writable
from payments.infra.settings import is_private, load_addresses
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.square.inspection import Inspector, Location, of_address
from payments.providers.square.settings import (
    LIVE,
    SANDBOX,
    SquareAddresses,
    is_live,
    server_of,
)

_WHERE: Final = "Square's developer console, your application"
KEY: Final = "SQUARE_WEBHOOK_SIGNATURE_KEY"


class SquareLooks:
    """Looks at an account at Square, one question at a time.

    Args:
        token: The access token.
        api_url: The address of the API.
    """

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._api_url = api_url

    def _inspector(self) -> Inspector:
        return Inspector(self._token, api_url=self._api_url, timeout_seconds=LIMIT_SECONDS)

    async def locations(self) -> list[Location]:
        """Those that can sell.

        Raises:
            AnswerRefused: Square does not know the token.
            CannotLook: Square cannot be asked.
        """
        inspector = self._inspector()
        try:
            return [each for each in await inspector.locations() if each.can_sell]
        except AccessRefused as error:
            raise AnswerRefused("Square refuses this token.") from error
        except (ProviderRefused, ProviderUnavailable) as error:
            raise CannotLook("Square cannot be reached from this machine.") from error
        finally:
            await inspector.close()

    async def key_of(self, address: str) -> str:
        """The signature key of an address's subscription; one is made if need be.

        Raises:
            AnswerRefused: Square does not take the address.
            CannotLook: Square cannot be asked, or does not tell the key.
        """
        inspector = self._inspector()
        try:
            there = of_address(await inspector.subscriptions(), address)
            seen = await (inspector.mended(there[0]) if there else inspector.subscribe(address))
        except ProviderRefused as error:
            words = "Square did not take the address. It must be public, and https."
            raise AnswerRefused(words) from error
        except ProviderUnavailable as error:
            raise CannotLook("The subscriptions at Square cannot be looked at.") from error
        finally:
            await inspector.close()
        if seen.key is None:
            raise CannotLook("Square does not tell the signature key.")
        return seen.key


class SquareQuestions:
    """Asks for Square's settings.

    Args:
        questions: What all questions have in common.
        api_url: The address of the API, where the file names one.
    """

    def __init__(self, questions: Questions, api_url: str | None) -> None:
        self._questions = questions
        self._asker = questions.asker
        self._named = api_url
        self._token = ""
        self._server = api_url or LIVE
        self._sellers: list[Location] = []

    @classmethod
    def of(cls, questions: Questions, file: Path) -> Self:
        """Those for a file of settings, which may name another server. Raises SettingsWrong."""
        named = load_addresses(SquareAddresses, file).square_api_url
        return cls(questions, None if named is None else server_of(named))

    def account(self) -> dict[str, str]:
        """Ask for the token, find out whether it is one of the sandbox, and ask who sells."""
        while not self._is_taken():
            pass
        named = {} if self._server == (self._named or LIVE) else {"SQUARE_API_URL": self._server}
        return {"SQUARE_ACCESS_TOKEN": self._token, **self._ask_seller(), **named}

    def door(self, address: str) -> dict[str, str]:
        """Make the subscription, or ask for the key of the one that is there."""
        return {KEY: self._ask_key(address)}

    def is_out_of_reach(self, url: str) -> bool:
        """Whether Square itself cannot reach an address; another server in its place may well."""
        return self._server in {LIVE, SANDBOX} and is_private(AnyHttpUrl(url).host or "")

    def _is_taken(self) -> bool:
        """Ask for the token once, and look at it."""
        self._token = self._questions.secret(
            "SQUARE_ACCESS_TOKEN", f"Access token ({_WHERE}, Credentials)"
        )
        for server in [self._named] if self._named else [LIVE, SANDBOX]:
            self._server = server
            try:
                self._sellers = self._questions.look(SquareLooks(self._token, server).locations())
            except AnswerRefused:
                continue
            except CannotLook as error:
                return self._questions.takes_unchecked(error)
            live = is_live(server)
            mode = "real money moves" if live else "sandbox, no real money moves"
            self._asker.tell(f"Square takes it: {mode}.")
            return True
        self._asker.tell(f"Square refuses this token. Copy it again from {_WHERE}, Credentials.")
        return False

    def _ask_seller(self) -> dict[str, str]:
        """Which location sells, and in which currency: Square takes no other there."""
        for each in self._sellers:
            self._asker.tell(f"{each.name or 'A location'} sells in {each.currency}: {each.id}.")
        known = {each.id: each for each in self._sellers}
        present = self._questions.present.get("SQUARE_LOCATION_ID", "")
        default = present if present in known or not known else next(iter(known))
        while True:
            typed = self._asker.line("Id of the location that sells", default).strip()
            if typed in known:
                return {"SQUARE_LOCATION_ID": typed, "SQUARE_CURRENCY": known[typed].currency}
            if not known and typed and is_writable(typed):
                return {"SQUARE_LOCATION_ID": typed, "SQUARE_CURRENCY": self._ask_currency()}
            self._asker.tell("That is no location that can sell.")

    def _ask_currency(self) -> str:
        """The currency of a location that could not be looked at."""
        present = self._questions.present.get("SQUARE_CURRENCY", "USD")
        while True:
            typed = self._asker.line("The location's currency", present).strip().upper()
            if len(typed) == 3 and typed.isascii() and typed.isalpha():  # noqa: PLR2004 - ISO 4217
                return typed
            self._asker.tell("A currency has three letters, such as USD.")

    def _ask_key(self, door: str) -> str:
        if self.is_out_of_reach(door):
            self._asker.tell(f"Square cannot reach {door}: register a public address later.")
        elif self._asker.agrees(f"Have Square send its messages to {door}?", default=True):
            try:
                made = self._questions.look(SquareLooks(self._token, self._server).key_of(door))
            except (AnswerRefused, CannotLook) as error:
                self._asker.tell(str(error))
            else:
                self._asker.tell("Square sends them there; the signature key is kept.")
                return _with_others(made, self._questions.present.get(KEY, ""))
        typed = self._questions.secret(KEY, f"Signature key ({_WHERE}, Webhooks)", needed=False)
        if not typed:
            self._asker.tell("Left empty: write it into the file before you start.")
        return typed


def _with_others(made: str, known: str) -> str:
    """The key first; those that are known stay, as messages signed by them may still come."""
    others = [each for each in known.split(",") if each and each != made]
    return ",".join([made, *others])
