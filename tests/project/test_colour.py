"""The bot's cards, its pages, the demo and the documentation have one colour."""

from pathlib import Path

import pytest

from bot.ui.card import Mood

ROOT = Path(__file__).parents[2]
COLOUR = f"#{Mood.PLAIN.value:06x}"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("docs/site.css", f"--md-primary-fg-color: {COLOUR};"),
        ("sandbox/demo/static/shell.css", f"--accent: {COLOUR};"),
        ("sandbox/demo/static/icon.svg", f'fill="{COLOUR}"'),
        ("sandbox/base/templates/base.html", f"--main: {COLOUR};"),
        ("webhooks/static/pay.css", f"--wait: {COLOUR};"),
        ("webhooks/static/coin.svg", f'fill="{COLOUR}"'),
    ],
)
def test_what_belongs_together_looks_so(file: str, said: str) -> None:
    assert said in (ROOT / file).read_text("utf-8")
