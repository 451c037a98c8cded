"""The program's settings, with those of its providers and integrations."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, field_validator

from payments.infra.settings import ENV_FILE, SYSTEM_ENV_FILE, Settings
from payments.infra.settings_parts import composed
from payments.infra.settings_reading import read_settings
from payments.integrations.settings import ALL_PARTS, IntegrationChoice, parts_of
from payments.providers.kind import ProviderKind
from payments.providers.registry import PROVIDERS, named


@lru_cache
def settings_model(kinds: Sequence[ProviderKind] | None = None) -> type[Settings]:
    """The settings with those of these providers alone; with all that there are if none are named.

    Whichever of them are switched on.
    """
    if kinds is not None:
        return composed((*(each.settings for each in kinds), IntegrationChoice))
    return composed((*(each.settings for each in PROVIDERS), *ALL_PARTS))


def load_settings(
    env_files: Iterable[Path] = (ENV_FILE, SYSTEM_ENV_FILE),
    *,
    unused: frozenset[str] = frozenset(),
    kinds: Sequence[ProviderKind] = PROVIDERS,
    **given: Any,  # noqa: ANN401 - any setting
) -> Settings:
    """Read all settings; what is given here overrules the environment.

    Those of a provider that is not switched on are not looked at.

    Args:
        env_files: Files that hold secrets if they are there: nobody else may read them.
        unused: Settings that this process has no use for: they may be missing.
        kinds: The providers that can be used.
        given: Settings by their names.

    Raises:
        SettingsWrong: One line that names every setting that is missing or wrong, or a file that
            others can read.
    """

    def model_of(names: Sequence[str]) -> type[Settings]:
        known = tuple(each.name for each in kinds)
        return _model_with(named(names, kinds), known, tuple(parts_of(given)))

    return read_settings(model_of, env_files, unused=unused, **given)


@lru_cache
def _model_with(
    on: Sequence[ProviderKind], known: Sequence[str], integrations: tuple[type[BaseModel], ...]
) -> type[Settings]:
    """The settings of the providers that are on; a name that is not known is refused."""

    def check_names(value: tuple[str, ...]) -> tuple[str, ...]:
        if not set(value) <= set(known):
            names = ", ".join(known)
            raise ValueError(f"must be names of payment providers, separated by commas: {names}")
        return value

    checks = {
        "_check_names": field_validator("payment_providers")(check_names),
    }
    return composed((*(each.settings for each in on), *integrations), checks=checks)
