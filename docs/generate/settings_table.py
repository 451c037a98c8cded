"""All settings as a table, from the classes that they are composed of."""

import ast
import inspect
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from tables import table

from payments.providers.settings import settings_model


def settings_table() -> str:
    """One line for each setting: name, whether it must be set, what it means, whether secret."""
    model = settings_model()
    parts = [each for each in model.__mro__[1:] if each.__module__.startswith("payments.")]
    meanings = {name: words for part in parts for name, words in _meanings(part).items()}
    return table(
        ("setting", "if not set", "meaning", "secret"),
        (
            (f"`{name.upper()}`", _default(field), meanings[name], _is_secret(field))
            for name, field in model.model_fields.items()
        ),
    )


def _meanings(of: type[object]) -> Mapping[str, str]:
    """The text below each field, in the source."""
    body = [part for each in ast.parse(inspect.getsource(of)).body for part in _parts(each)]
    found = {}
    for field, after in pairwise(body):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                found[name] = words
    return found


def _parts(of: ast.stmt) -> list[ast.stmt]:
    return of.body if isinstance(of, ast.ClassDef) else []


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is PydanticUndefined:
        return "**must be set**"
    if value is None or value == ():
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _is_secret(field: FieldInfo) -> str:
    return "yes" if "SecretStr" in repr(field.annotation) else ""
