"""Square's published document, to hold answers and events against it."""

import re
from collections.abc import Mapping
from typing import Any

from tests.support.schemas import Json, Schemas, closed, published

FILE = "square-api.json"

_MISNAMED = ("DisputeCreatedEventObject", "DisputeStateUpdatedEventObject")
"""Their own examples, and Square's messages, call it `dispute`."""


class SquareSchema:
    """What Square answers and tells, as it is published; skips where that is unknown."""

    def __init__(self) -> None:
        document = published(FILE)
        for name in _MISNAMED:
            named = document["components"]["schemas"][name]["properties"]
            named["dispute"] = named.pop("object")
        self._schemas = Schemas(closed(document))

    def answered(self, method: str, path: str, body: Json) -> list[str]:
        """What is wrong with an answer; an endpoint that is not published is wrong too."""
        for template, operations in self._schemas.document["paths"].items():
            pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
            if re.fullmatch(pattern, path) and method.lower() in operations:
                where = ("paths", template, method.lower(), "responses", "200")
                return self._schemas.violations(
                    body, *where, "content", "application/json", "schema"
                )
        return [f"{method} {path} is not published"]

    def asked(
        self, method: str, path: str, query: Mapping[str, str], body: Json | None
    ) -> list[str]:
        """What is wrong with a request; an endpoint that is not published is wrong too."""
        for template, operations in self._schemas.document["paths"].items():
            pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
            if re.fullmatch(pattern, path) and method.lower() in operations:
                operation = operations[method.lower()]
                known = {each["name"] for each in operation.get("parameters", ())}
                wrong = [f"{name} is no parameter" for name in query if name not in known]
                if "requestBody" not in operation:
                    return wrong if body is None else [*wrong, "it takes no body"]
                where = ("paths", template, method.lower(), "requestBody")
                schema = (*where, "content", "application/json", "schema")
                return wrong + self._schemas.violations(body, *schema)
        return [f"{method} {path} is not published"]

    def told(self, event: dict[str, Any]) -> list[str]:
        """What is wrong with an event and with what it is about."""
        name = "".join(part.title() for part in re.split(r"[._]", event["type"])) + "Event"
        return self._schemas.violations(event, "components", "schemas", name)
