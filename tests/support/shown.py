"""What people see, written down whole and compared with what was written down before.

A sentence that is looked for says nothing of the rest of its card: a colour, a button, a line that
is missing. Here each card is compared as Discord gets it. After a change that is meant, write them
down again with `SHOWN=write pytest tests -k 'shown or written_down'`, and read the
difference.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from simcord.results import InteractionResult

from tests.faces.discord.conftest import World
from tests.support import pseudo

FOLDER: Final = Path(__file__).parents[1] / "faces" / "discord" / "shown"
_READ: Final = frozenset({"content", "label", "placeholder", "title", "description"})
"""Parts of Discord's components in which people read."""

_LIVE: Final = re.compile(r"\blive(?::[0-9a-f]{8,})+")
"""Ids of buttons that live in one process: each part is random, and may be all digits."""
_SNOWFLAKE: Final = re.compile(r"(?<![0-9a-f])\d{15,20}(?![0-9a-f])")
_RANDOM: Final = re.compile(
    r"(?<=(?<!<t):)[0-9a-f]{8,}(?![0-9a-f])|(?<=key:)\d+|(?<=whsec_)[0-9A-Za-z+/=]+"
    r"|(?<=_)[0-9a-f]{64}"
)
"""What differs each time: parts of ids and of tests' keys, and secrets."""


@pytest.fixture(params=["english", "pseudo"], autouse=True)
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What everybody reads: each scene is shown in both."""
    if request.param == "pseudo":
        pseudo.speak(monkeypatch)


class Scene:
    """Cards in the order in which they appear.

    Args:
        name: Under which they are written down.
        world: Whose people, channels and roles are called by their names.
    """

    def __init__(self, name: str, world: World) -> None:
        self._path = FOLDER / f"{name}.json"
        self._shown: list[Any] = []
        self._names: dict[str, str] = {
            str(world.guild.id): "«guild»",
            str(world.general.id): "«general»",
            str(world.mods.id): "«mods»",
            str(world.moderators.id): "«moderators»",
        }
        for name_, person in (
            ("ada", world.ada),
            ("ben", world.ben),
            ("mira", world.mira),
            ("olga", world.olga),
        ):
            self._names[str(person.id)] = f"«{name_}»"

    def see(self, what: str, result: InteractionResult, *, privately: bool | None = None) -> None:
        """Take down what came of something that a person did.

        Args:
            what: What they did.
            result: What came of it.
            privately: Whether nobody else may see it; not looked at if none.
        """
        if privately is not None:
            assert result.ephemeral is privately, what
        self._shown.append({"after": what, **self._answers(result)})

    def _answers(self, result: InteractionResult) -> dict[str, Any]:
        sent: dict[str, Any] = {"privately": result.ephemeral}
        if result.modal is not None:
            sent["form"] = self._plain(result.modal)
        for name, message in (
            ("answer", result.response),
            *(("then", each) for each in result.followups),
        ):
            if message is not None:
                sent[name] = self._plain(
                    {"content": message.content, "components": message.components}
                )
        return sent

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: self._plain(each)
                for key, each in value.items()
                if not (key == "id" and isinstance(each, int))  # Discord counts the parts itself
            }
        if isinstance(value, list):
            return [self._plain(each) for each in value]
        if isinstance(value, str):
            return steady(value, self._name)
        return value

    def _name(self, snowflake: str) -> str:
        return self._names.setdefault(snowflake, f"«{len(self._names)}»")

    def compare(self) -> None:
        """Compare it with what was written down, or write it down.

        In the pseudo-language, each text must be made of whole sentences instead.
        """
        if not pseudo.is_spoken():
            compare(self._path, self._shown)
            return
        texts = [each for shown in self._shown for each in texts_of(shown)]
        assert {text: found for text in texts if (found := pseudo.outside(text))} == {}
        glued = [text for text in texts if pseudo.glued(text)]
        assert glued == [], glued


def texts_of(part: Any) -> Iterator[str]:
    """All that a person reads in something that was shown."""
    if isinstance(part, list):
        for each in part:
            yield from texts_of(each)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in _READ and isinstance(value, str):
                yield value
            else:
                yield from texts_of(value)


def steady(text: str, name: Callable[[str], str]) -> str:
    """A text without what differs each time.

    Args:
        text: As people see it.
        name: What somebody or something with this id is called.
    """
    without_live = _LIVE.sub(lambda found: re.sub(":[0-9a-f]+", ":«…»", found[0]), text)
    known = _SNOWFLAKE.sub(lambda found: name(found[0]), without_live)
    return _RANDOM.sub("«…»", known)


def compare(path: Path, shown: Any) -> None:
    """Compare what people see with what was written down, or write it down."""
    text = json.dumps(shown, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("SHOWN") == "write":
        path.write_text(text)
    assert text == path.read_text(), (
        "if this is meant: SHOWN=write pytest tests -k 'shown or written_down'"
    )
