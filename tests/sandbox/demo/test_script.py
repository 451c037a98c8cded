"""The demo's script: one purchase from beginning to end, and what its points buy."""

import pytest

import sandbox.demo
from app.process import Guildbank
from sandbox.demo import play_script
from sandbox.demo.script import Failed


async def test_the_script_buys_and_sees_what_points_buy_arrive() -> None:
    steps: list[str] = []
    assert await play_script(Guildbank, steps.append) == 0
    words = "\n".join(steps)
    for expected in (
        "Ada typed /buy Starter and got the link http://127.0.0.1:",
        "She paid on the local Stripe",
        "Ada got a direct message: **500 points added** on Harbour Guild.",
        "Ada has 500 points.",
        "The answer to /buy says so too.",
        "Ada typed /redeem Harbour VIP and pressed Order.",
        "Ada has the role Harbour VIP in the list of members.",
        "Ada typed /redeem Album of shanties and pressed Order.",
        "**Album of shanties** on Harbour Guild is yours: `SHANTY-4711`",
        "Everything arrived.",
    ):
        assert expected in words


async def test_the_script_says_what_went_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise Failed("no direct message came")

    monkeypatch.setattr(sandbox.demo, "play", fail)
    steps: list[str] = []
    assert await play_script(Guildbank, steps.append) == 1
    assert steps == ["It went wrong: no direct message came."]
