"""Where settings come from beside the environment and `.env`: files with one secret each."""

import os
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
)

from payments.infra.errors import SecretUnreadable
from payments.infra.secret_files import secret_from_file

ALSO_SECRET: Final = frozenset({"database_url"})
"""Settings that may hold a secret and are shown without it."""


def may_hold_secret(name: str, field: FieldInfo) -> bool:
    """Whether a setting may come from a file of its own."""
    return name in ALSO_SECRET or "SecretStr" in repr(field.annotation)


class SecretFiles(PydanticBaseSettingsSource):
    """Reads each secret setting whose `<NAME>_FILE` is set, or that is a credential of systemd.

    Args:
        settings: Whose fields are read.
        env_file: The file in which `<NAME>_FILE` may stand too.
    """

    def __init__(self, settings: type[BaseSettings], env_file: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        said = env_file.env_vars if isinstance(env_file, DotEnvSettingsSource) else {}
        self._environment = {
            **{name.upper(): value for name, value in said.items() if value and _points(name)},
            **{name.upper(): value for name, value in os.environ.items()},
        }

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The secret in a field's file; none if there is no file.

        The reason why a file cannot be used stands in place of the secret: as it is no text, it is
        refused with all else that is wrong.

        Raises:
            SecretUnreadable: The secret is set, too.
        """
        del field
        try:
            value: object = secret_from_file(field_name.upper(), self._environment)
        except SecretUnreadable as error:
            if self._environment.get(field_name.upper()):
                raise  # it would be hidden by the value that is set too
            value = error
        return value, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All secrets that are in files."""
        fields = self.settings_cls.model_fields.items()
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in fields
            if may_hold_secret(name, field)
        }
        return {name: value for name, value in found.items() if value is not None}


def _points(name: str) -> bool:
    """Whether a line of the env file names a file; its other lines have a source of their own."""
    return name.lower().endswith("_file")
