"""Somebody who is asked, and the services at which their answers are checked."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.cli.init import ask
from payments.infra.settings import Settings
from payments.infra.settings_parts import part_of
from payments.providers.settings import load_settings, settings_model
from payments.providers.stripe.settings import StripeSettings
from sandbox.discord_wire import WireDiscord
from sandbox.stripe import LocalStripe
from tests.faces.command_line.doctor.conftest import addresses, stripe, wire

__all__ = ["addresses", "stripe", "wire"]

Answer = str | bool | Callable[[], str]
"""What is answered, or what is done first; an empty text takes the default."""

Script = Sequence[tuple[str, Answer]]
"""A part of each question in turn, and the answer."""


@dataclass(slots=True)
class Scripted:
    """Answers by a script, and remembers what was told.

    Which providers take money, who computes taxes, and whether mail is sent, is answered as it is
    offered where the script does not say.
    """

    script: list[tuple[str, Answer]]
    lines: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return "\n".join(self.lines)

    def _answer(self, question: str) -> str | bool:
        assert self.script, f"not expected: {question}; told: {self.words}"
        part, answer = self.script.pop(0)
        assert part in question, f"{question}; told: {self.words}"
        return answer() if callable(answer) else answer

    def _expects(self, question: str) -> bool:
        return bool(self.script) and self.script[0][0] in question

    def secret(self, question: str) -> str:
        return str(self._answer(question))

    def line(self, question: str, default: str) -> str:
        return str(self._answer(question)) or default

    def agrees(self, question: str, *, default: bool) -> bool:
        by_default = ("Sell by", "Compute taxes by", "Send receipts")
        if question.startswith(by_default) and not self._expects(question):
            return default
        answer = self._answer(question)
        return answer if isinstance(answer, bool) else default

    def tell(self, words: str) -> None:
        self.lines.append(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where an owner sits: Discord, Stripe, and the file."""

    wire: WireDiscord
    stripe: LocalStripe
    file: Path

    async def ask(self, script: Script) -> Scripted:
        """Go through the questions; every one of the script is asked."""
        asker = Scripted(list(script))
        await asyncio.to_thread(ask, self.file, asker)
        assert asker.script == []
        return asker

    def settings(self) -> Settings:
        """What the program makes of the file."""
        return load_settings((), _env_file=self.file)

    def of_stripe(self) -> StripeSettings:
        """Those of Stripe among them."""
        return part_of(self.settings(), StripeSettings)


@pytest.fixture
def desk(
    wire: WireDiscord,
    stripe: LocalStripe,
    addresses: None,  # noqa: ARG001 - as above
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    """Nothing is set but where the services are."""
    for name in settings_model().model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DISCORD_API_URL", wire.api_url)
    monkeypatch.setenv("STRIPE_API_URL", stripe.url)
    return Desk(wire=wire, stripe=stripe, file=tmp_path / ".env")
