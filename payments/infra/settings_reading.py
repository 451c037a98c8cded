"""Reading all settings at once: whatever is missing or wrong is said together."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from payments.infra.encryption import new_key
from payments.infra.env_file import odd_lines
from payments.infra.errors import SecretUnreadable, SettingsWrong
from payments.infra.private_files import open_to_others
from payments.infra.settings import ENV_FILE, SYSTEM_ENV_FILE, ProviderChoice, Settings
from payments.infra.settings_words import absent, all_that_is_wrong, note_of


def read_settings(
    model_of: Callable[[Sequence[str]], type[Settings]],
    env_files: Iterable[Path] = (ENV_FILE, SYSTEM_ENV_FILE),
    *,
    unused: frozenset[str] = frozenset(),
    **given: Any,  # noqa: ANN401 - any setting
) -> Settings:
    """Read the settings; what is given here overrules the environment.

    Args:
        model_of: Composes the settings with those of the providers that are named.
        env_files: Files that hold secrets if they are there: nobody else may read them.
        unused: Settings that this process has no use for: they may be missing. Each part of the
            program gets its own secrets alone.
        given: Settings by their names.

    Raises:
        SettingsWrong: It names every setting that is missing or wrong, every secret whose file
            cannot be used, and files that others can read.
    """
    said = [
        f"{file} can be read or changed by others on this machine, and holds secrets. "
        f"Run: chmod 600 {file}"
        for file in env_files
        if open_to_others(file)
    ]
    odd = list(odd_lines(ENV_FILE))
    model = model_of(ProviderChoice(**given).payment_providers)
    try:
        settings = _read(model, given, unused)
    except ValidationError as error:
        raise SettingsWrong(*said, *odd, *all_that_is_wrong(error, model.model_fields)) from None
    except SecretUnreadable as error:
        raise SettingsWrong(*said, *odd, str(error)) from None
    if said:
        raise SettingsWrong(*said)
    return settings


def _read(model: type[Settings], given: dict[str, Any], unused: frozenset[str]) -> Settings:
    try:
        return model(**given)
    except ValidationError as error:
        not_needed = absent(error, model.model_fields) & unused
        if not not_needed:
            raise
        stand_ins = {name: _stand_in(model, name) for name in not_needed}
        settings = model(**given | stand_ins)
        settings._absent = not_needed  # noqa: SLF001 - a setting cannot be called so
        return settings


def _stand_in(model: type[Settings], name: str) -> str:
    """A value for a setting that is not used: random, so that nothing could be done with it."""
    others = {"encryption_keys": new_key(), "guild_ids": "0", "public_url": "http://localhost"}
    begins = note_of(model.model_fields[name]).begins
    return others.get(name, f"{begins}{secrets.token_hex(16)}")
