"""The program's settings, with those of its providers."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from payments.infra.settings import ENV_FILE, SYSTEM_ENV_FILE, Settings, read_settings
from payments.infra.settings_parts import composed
from payments.providers.kind import ProviderKind
from payments.providers.registry import PROVIDERS


@lru_cache
def settings_model(kinds: Sequence[ProviderKind] = PROVIDERS) -> type[Settings]:
    """The settings, with those of these providers."""
    return composed(each.settings for each in kinds)


def load_settings(
    env_files: Iterable[Path] = (ENV_FILE, SYSTEM_ENV_FILE),
    *,
    unused: frozenset[str] = frozenset(),
    kinds: Sequence[ProviderKind] = PROVIDERS,
    **given: Any,  # noqa: ANN401 - any setting
) -> Settings:
    """Read all settings; what is given here overrules the environment.

    Args:
        env_files: Files that hold secrets if they are there: nobody else may read them.
        unused: Settings that this process has no use for: they may be missing.
        kinds: The providers that can be used.
        given: Settings by their names.

    Raises:
        SettingsWrong: One line that names every setting that is missing or wrong, or a file that
            others can read.
    """
    return read_settings(settings_model(kinds), env_files, unused=unused, **given)
