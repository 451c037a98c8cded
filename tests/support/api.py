"""The API as another program uses it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from payments.runner.runner import Runner
from tests.support.commands import grant
from tests.support.make import ADA
from tests.support.program_keys import add_key
from tests.support.program_orders import ordered
from tests.support.web import Web

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was answered."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def short(self) -> tuple[int, str]:
        """Its status, and why in a word."""
        return self.status, self.body.get("reason", self.body.get("state", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The API, and the key of a game server."""

    web: Web
    key: str

    async def post(
        self, path: str, body: bytes | None = b"", headers: Mapping[str, str] | None = None
    ) -> Said:
        """Post it as it is."""
        url = f"{self.web.url}/api/v1/orders/{path}"
        async with self.web.session.post(
            url, data=body, headers=headers, skip_auto_headers=["Content-Type"]
        ) as answer:
            assert answer.content_type == "application/json"
            assert answer.headers["Cache-Control"] == "no-store"
            return Said(
                status=answer.status, body=await answer.json(), headers=dict(answer.headers)
            )

    async def say(self, path: str, *, using: str | None = None, **fields: Any) -> Said:
        """Post JSON with the key."""
        bearer = {"Authorization": f"Bearer {using or self.key}"}
        return await self.post(path, json.dumps(fields).encode(), JSON | bearer)


@pytest.fixture
async def sold(runner: Runner) -> str:
    """Ada has ordered a sword; returns the key of the game server."""
    await runner.run(grant(1_000, ADA))
    await ordered(runner, "sword")
    return await add_key(runner)


@pytest.fixture
async def api(web: Web, sold: str) -> Api:
    return Api(web=web, key=sold)
