"""What a member chooses in selects and fills into modals, checked as Discord's own client does it.

After Discord's page "Component Reference".
"""

from collections.abc import Mapping, Sequence

from sandbox.discord_wire.command_options import CHANNEL, MENTIONABLE, ROLE, USER, Options
from sandbox.discord_wire.components import walk
from sandbox.discord_wire.errors import CannotAct
from sandbox.discord_wire.payloads import Json

Value = str | bool | Sequence[str]

_STRING_SELECT, _TEXT, _RADIO, _CHECKBOXES, _CHECKBOX = 3, 4, 21, 22, 23
_ENTITY = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL}
"""Selects that Discord fills itself, and what can be picked in each."""
_MANY = {_STRING_SELECT, _CHECKBOXES, *_ENTITY}
_TEXT_LENGTH = 4000


def chosen(select: Json, values: Sequence[str], options: Options) -> list[str]:
    """The values of a select as they are sent; users, roles and channels go to `options.resolved`.

    Raises:
        CannotAct: It offers no such value, or fewer together.
    """
    name, values = select["custom_id"], [str(each) for each in values]
    most = select.get("max_values", len(select.get("options", [])) or 1)
    least = select.get("min_values", 1)
    if not select.get("required", True) and not values:
        least = 0
    if select["type"] == _STRING_SELECT:
        most = select.get("max_values", 1)
    if len(set(values)) != len(values) or not least <= len(values) <= most:
        raise CannotAct(f"{name} takes {least} to {most} different values, not {values}")
    if select["type"] in _ENTITY:
        for each in values:
            options.resolve(_ENTITY[select["type"]], int(each))
        return values
    offered = [each["value"] for each in select.get("options", [])]
    if set(values) - set(offered):
        raise CannotAct(f"{name} offers {offered}")
    return values


def filled(modal: Json, values: Mapping[str, Value], options: Options) -> list[Json]:
    """A modal's components as they are sent; what is not in `values` stays as the bot set it.

    Raises:
        CannotAct: There is no such field, or it does not take the value.
    """
    fields = {each["custom_id"] for each in walk(modal["components"]) if "custom_id" in each}
    if set(values) - fields:
        raise CannotAct(f"the modal has the fields {sorted(fields)}")
    return [_filled(each, values, options) for each in modal["components"]]


def _filled(component: Json, values: Mapping[str, Value], options: Options) -> Json:
    kind = component["type"]
    sent: Json = {"type": kind, "id": component.get("id", 1)}
    if "components" in component:
        sent["components"] = [_filled(each, values, options) for each in component["components"]]
    if "component" in component:
        sent["component"] = _filled(component["component"], values, options)
    if "custom_id" not in component:
        return sent
    name = component["custom_id"]
    sent["custom_id"] = name
    value = values.get(name, _preset(component))
    if kind in _MANY and not isinstance(value, str | bool):
        return sent | {"values": chosen(component, value, options)}
    if kind == _TEXT and isinstance(value, str):
        return sent | {"value": _written(component, value)}
    if kind == _CHECKBOX and isinstance(value, bool):
        return sent | {"value": value}
    if kind == _RADIO and isinstance(value, str):
        return sent | {"value": _picked(component, value)}
    raise CannotAct(f"{name} does not take {value!r}")


def _preset(component: Json) -> Value:
    """What stands in a field before anyone touches it."""
    kind = component["type"]
    presets = [each["value"] for each in component.get("options", []) if each.get("default")]
    if kind in _MANY:
        return presets or [each["id"] for each in component.get("default_values", [])]
    if kind == _CHECKBOX:
        return bool(component.get("default"))
    if kind == _RADIO:
        return "".join(presets)
    return str(component.get("value") or "")


def _written(field: Json, text: str) -> str:
    name, least = field["custom_id"], field.get("min_length") or 0
    most = field.get("max_length") or _TEXT_LENGTH
    if not text:
        if field.get("required", True):
            raise CannotAct(f"{name} must be filled in")
    elif not least <= len(text) <= most:
        raise CannotAct(f"{name} takes {least} to {most} characters, not {len(text)}")
    return text


def _picked(field: Json, value: str) -> str | None:
    name, offered = field["custom_id"], [each["value"] for each in field["options"]]
    if not value and not field.get("required", True):
        return None
    if value not in offered:
        raise CannotAct(f"{name} offers {offered}")
    return value
