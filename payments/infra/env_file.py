"""The file of settings as a text: whether it can be read, and which of its lines cannot."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from payments.infra.errors import SettingsWrong


def read_env_file(path: Path) -> str:
    """What the file says; nothing if there is none.

    Raises:
        SettingsWrong: It cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    except OSError as error:
        raise SettingsWrong(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsWrong(f"{path} is not text in UTF-8. Save it again as that.") from None


def odd_lines(path: Path) -> Iterator[str]:
    """A sentence for each line that is no setting, so that nothing of it counts."""
    for each in parse_stream(StringIO(read_env_file(path))):
        if each.error:
            yield (
                f"Line {each.original.line} of {path} cannot be read: write it as NAME=value, and "
                "close each quote."
            )
