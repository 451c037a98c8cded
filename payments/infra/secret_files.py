"""Secrets that come from files: `<NAME>_FILE`, or a credential of systemd.

A secret in the environment is readable in `/proc`, by anybody who can read the container, and in
the output of `docker inspect`; a file is not. systemd's `LoadCredential=` puts one file for each
credential into `$CREDENTIALS_DIRECTORY`, Docker puts secrets into `/run/secrets`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from payments.infra.errors import SecretUnreadable
from payments.infra.private_files import open_to_others

CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
"""The variable in which systemd names the folder of a unit's credentials."""

_GUARDED: Final = (Path("/run/secrets"), Path("/run/credentials"))
"""Folders that Docker and systemd guard themselves, whatever the files in them look like."""


def secret_from_file(name: str, environment: Mapping[str, str]) -> str | None:
    """The secret of this name, if a file holds it.

    Args:
        name: The setting's, such as `DISCORD_TOKEN`.
        environment: Where `<NAME>_FILE`, `<NAME>` and `CREDENTIALS_DIRECTORY` may stand.

    Returns:
        What the file says, without white space around it, with commas between its lines; None if
        no file is named and there is no such credential.

    Raises:
        SecretUnreadable: The file cannot be read or is empty, others can read it, or the secret is
            set twice.
    """
    pointer = f"{name}_FILE"
    if named := environment.get(pointer):
        if environment.get(name):
            raise SecretUnreadable(f"{name} and {pointer} are both set. Keep one of them.")
        return _read(pointer, Path(named), guarded=_is_guarded(Path(named), environment))
    if (folder := environment.get(CREDENTIALS)) and not environment.get(name):
        for spelling in (name, name.lower()):
            path = Path(folder) / spelling
            if path.is_file():
                return _read(f"The credential {spelling}", path, guarded=True)
    return None


def _is_guarded(path: Path, environment: Mapping[str, str]) -> bool:
    folders = [*_GUARDED, *([Path(environment[CREDENTIALS])] if CREDENTIALS in environment else [])]
    return any(path.is_relative_to(folder) for folder in folders)


def _read(what: str, path: Path, *, guarded: bool) -> str:
    if not guarded and open_to_others(path):
        raise SecretUnreadable(
            f"{what}: others on this machine can read or change {path}, which holds a secret. "
            f"Run: chmod 600 {path}"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SecretUnreadable(f"{what}: {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SecretUnreadable(f"{what}: {path} is not text in UTF-8.") from None
    if not text.strip():
        raise SecretUnreadable(f"{what}: {path} is empty.")
    return ",".join(line.strip() for line in text.splitlines() if line.strip())
