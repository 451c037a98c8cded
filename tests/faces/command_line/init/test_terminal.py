"""What is told and asked fits on a terminal of 80 columns; addresses stay whole."""

import pytest
import typer

from app.init.terminal import Terminal

LONG = "Secret or restricted key (Stripe's dashboard, Developers, API keys) (Enter keeps it)"
ADDRESS = (
    "https://discord.com/oauth2/authorize?client_id=1234567890123456789&scope=bot&permissions=1"
)


def test_what_is_told_is_broken_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().tell(f"{LONG} {LONG}\n  {ADDRESS}")
    lines = capsys.readouterr().out.splitlines()
    assert [each for each in lines if len(each) > 80] == [f"  {ADDRESS}"]
    assert " ".join(lines[:-1]) == f"{LONG} {LONG}"


def test_a_question_leaves_room_for_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def prompt(text: str, **_: object) -> str:
        asked.append(text)
        return " typed "

    monkeypatch.setattr(typer, "prompt", prompt)
    assert (Terminal().secret(LONG), Terminal().line(LONG, "")) == ("typed", "typed")
    secret, line = asked
    assert all(len(each) < 78 for each in secret.splitlines())
    assert all(len(each) < 60 for each in line.splitlines())
