"""Characters that no database of ours can keep: NUL, and halves of characters (lone surrogates).

PostgreSQL refuses them in any text, and SQLite would cut or keep them: so they are refused where
people write, and replaced where other programs do, whatever the database.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from payments.domain.sentences.sentence import Sentence

UNSTORABLE: Final = Sentence(
    "The text contains a character that cannot be stored. Write it again without it."
)
"""The sentence for the writer of such a text."""

_CANNOT_BE_STORED = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT: Final = "\ufffd"


def is_storable(text: str) -> bool:
    """Whether a text can be stored as it is."""
    return _CANNOT_BE_STORED.search(text) is None


def cleaned(text: str) -> str:
    """The text with a replacement character for each that cannot be stored."""
    return _CANNOT_BE_STORED.sub(_REPLACEMENT, text)


def all_cleaned(value: Any) -> Any:  # noqa: ANN401 - parsed JSON
    """Parsed JSON, all of whose texts can be stored."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict):
        return {cleaned(str(key)): all_cleaned(each) for key, each in value.items()}
    return [all_cleaned(each) for each in value] if isinstance(value, list) else value


def texts_in(value: Any) -> Iterable[str]:  # noqa: ANN401 - as above
    """All texts in parsed JSON, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)
