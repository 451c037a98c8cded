"""What `guildbank init` asks, and what is answered."""

from tests.faces.command_line.doctor.conftest import KEY, TOKEN
from tests.faces.command_line.init.conftest import Answer, Script

URL = "http://127.0.0.1:9"
DOOR = f"{URL}/webhooks/stripe"

ALL: Script = [
    ("token", TOKEN),
    ("servers", ""),
    ("Currency", "usd"),
    ("key", KEY),
    ("reach", URL),
    ("Create the endpoint", True),
]


def but(*changes: tuple[str, list[tuple[str, Answer]]]) -> Script:
    """The usual answers, with others in the place of some."""
    others = dict(changes)
    return [each for usual in ALL for each in others.get(usual[0], [usual])]
