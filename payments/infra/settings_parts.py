"""Settings are composed of parts: what is behind a registry brings its own."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, create_model

from payments.infra.settings import Settings

PartT = TypeVar("PartT", bound=BaseModel)


def composed(
    parts: Iterable[type[BaseModel]],
    checks: Mapping[str, Any] | None = None,
) -> type[Settings]:
    """The settings with those of further parts, which are read and checked as one.

    Args:
        parts: Models whose fields have the names that the environment has, in small letters.
        checks: Further checks by name, as `field_validator` makes them.

    Raises:
        ValueError: Two of them call a setting or a check the same, so one would go unnoticed.
    """
    bases: tuple[type[BaseModel], ...] = (*parts, Settings)
    names = [name for each in bases for name in (*each.model_fields, *_checks_of(each))]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"settings with one name: {', '.join(sorted(twice))}")
    wide: Any = bases  # whose common class is `Settings`, because that is one of them
    made = create_model("AllSettings", __base__=wide, __validators__=dict(checks or {}))
    return cast("type[Settings]", made)


def _checks_of(part: type[BaseModel]) -> Iterable[str]:
    return part.__pydantic_decorators__.field_validators


def part_of(settings: Settings, part: type[PartT]) -> PartT:
    """The settings as one of the parts that they were composed of.

    Raises:
        TypeError: They were composed without it: a mistake in the wiring.
    """
    if not isinstance(settings, part):
        raise TypeError(f"the settings were composed without {part.__name__}")
    return settings
