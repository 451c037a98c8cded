"""The control API: what members do and see, for another process, as JSON under `/control`.

Ids are strings in answers (snowflakes are too long for some readers), and either in requests.
A mistake answers 400 with `error`; a wait that ends without result 408.
"""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from payments.domain.values.time import SECOND
from sandbox.discord_wire.errors import ApiError, CannotAct
from sandbox.discord_wire.faults import Fault, Faults
from sandbox.discord_wire.limits import Limit, Limits
from sandbox.discord_wire.member_actions import MemberActions
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.call import answer, any_body

Act = Callable[[Json], Awaitable[object]]
Premium = Callable[[int, int, int], Awaitable[Json]]
"""A user presses the button for a SKU in a message, and buys."""


class Control:
    """The routes. Each takes one JSON object by POST; `GET /control` tells what they are for."""

    def __init__(
        self, member_actions: MemberActions, faults: Faults, limits: Limits, premium: Premium
    ) -> None:
        self._member_actions = member_actions
        self._premium = premium
        self._faults = faults
        self._limits = limits

    def add_routes(self, app: web.Application) -> None:
        """Register all acts and readings."""
        acts: dict[str, Act] = {
            "slash": self.slash,
            "menu": self.menu,
            "autocomplete": self.autocomplete,
            "click": self.click,
            "premium": self.premium,
            "submit": self.submit,
            "leave": self.leave,
            "take_dms": self.take_dms,
            "thread": self.thread,
            "answer": self.answer,
            "dms": self.dms,
            "messages": self.messages,
            "commands": self.commands,
            "ready": self.ready,
            "faults": self.faults,
            "limits": self.limits,
            "gateway": self.gateway,
            "requests": self.requests,
            "time": self.time,
        }
        descriptions = {name: act.__doc__ for name, act in acts.items()}

        async def help_(_: web.Request) -> web.Response:
            return answer(descriptions)

        app.router.add_get("/control", help_)
        for name, act in acts.items():
            app.router.add_post(f"/control/{name}", _handler(act))

    async def slash(self, given: Json) -> object:
        """`user`, `channel` (or `dm: true`), `command`, `options`: the interaction's id."""
        options = given.get("options", {})
        where = self._where(given)
        made = await self._member_actions.slash(
            int(given["user"]), where, given["command"], options
        )
        return {"interaction": str(made)}

    async def menu(self, given: Json) -> object:
        """`user`, `channel`, `name` in a context menu, `target`: the interaction's id."""
        made = await self._member_actions.menu(
            int(given["user"]), int(given["channel"]), given["name"], int(given["target"])
        )
        return {"interaction": str(made)}

    async def autocomplete(self, given: Json) -> object:
        """`user`, `channel`, `command`, `option`, `typed`, `options`: the choices."""
        choices = await self._member_actions.autocomplete(
            int(given["user"]),
            self._where(given),
            given["command"],
            given["option"],
            given.get("typed", ""),
            given.get("options"),
        )
        return {"choices": choices}

    async def click(self, given: Json) -> object:
        """`user`, `message`, `custom_id`, `values` of a select: the interaction's id."""
        made = await self._member_actions.click(
            int(given["user"]), int(given["message"]), given["custom_id"], given.get("values")
        )
        return {"interaction": str(made)}

    async def premium(self, given: Json) -> object:
        """`user` presses the premium button for `sku` in `message` and buys: the entitlement."""
        made = await self._premium(int(given["user"]), int(given["message"]), int(given["sku"]))
        return {"entitlement": made}

    async def submit(self, given: Json) -> object:
        """`interaction` that opened a modal, `values`: the new interaction's id."""
        made = await self._member_actions.submit(int(given["interaction"]), given["values"])
        return {"interaction": str(made)}

    async def leave(self, given: Json) -> object:
        """`user` leaves `guild`."""
        await self._member_actions.leave(int(given["user"]), int(given["guild"]))
        return {}

    async def take_dms(self, given: Json) -> object:
        """Whether the bot's direct messages reach `user`: `accepts`."""
        self._member_actions.take_dms(int(given["user"]), accepts=bool(given["accepts"]))
        return {}

    async def thread(self, given: Json) -> object:
        """`user` starts a thread below `channel`, called `name`, perhaps `private`: its id."""
        made = await self._member_actions.start_thread(
            int(given["user"]),
            int(given["channel"]),
            given["name"],
            private=bool(given.get("private")),
        )
        return {"thread": str(made)}

    async def answer(self, given: Json) -> object:
        """`interaction`; with `timeout` (seconds) waits for the first answer.

        And for `edited` edits of it and `followups` further messages, where they are given.
        """
        interaction = int(given["interaction"])
        if "timeout" not in given:
            return _plain(self._member_actions.answer(interaction))
        return _plain(
            await self._member_actions.wait_for_answer(
                interaction,
                edited=int(given.get("edited", 0)),
                followups=int(given.get("followups", 0)),
                timeout_seconds=float(given["timeout"]),
            )
        )

    async def dms(self, given: Json) -> object:
        """`user`: the bot's direct messages; with `timeout` waits until there are `count`."""
        return await self._messages(self._member_actions.dm_channel(int(given["user"])), given)

    async def messages(self, given: Json) -> object:
        """`channel`: what everyone sees; with `timeout` waits until there are `count`."""
        return await self._messages(int(given["channel"]), given)

    async def _messages(self, channel: int, given: Json) -> object:
        if "timeout" not in given:
            return {"messages": self._member_actions.messages(channel)}
        count, timeout = int(given.get("count", 1)), float(given["timeout"])
        found = await self._member_actions.wait_for_messages(
            channel, count, timeout_seconds=timeout
        )
        return {"messages": found}

    async def commands(self, given: Json) -> object:
        """`guild` or none: the synced commands; with `timeout` waits until there are any."""
        guild = int(given["guild"]) if given.get("guild") is not None else None
        if "timeout" in given:
            await self._member_actions.wait_for_commands(
                guild, timeout_seconds=float(given["timeout"])
            )
        return {"commands": self._member_actions.state.commands.get(guild, [])}

    async def ready(self, given: Json) -> object:
        """Waits `timeout` seconds at most until a bot is connected."""
        await self._member_actions.wait_for_bot(timeout_seconds=float(given.get("timeout", 30)))
        return {"connected": True}

    async def faults(self, given: Json) -> object:
        """A fault to come (see `Fault`), or `clear: true`; those that are waiting."""
        if given.pop("clear", False):
            self._faults.clear()
        if given:
            self._faults.add(Fault.model_validate(given))
        return {"waiting": [each.model_dump() for each in self._faults.waiting]}

    async def limits(self, given: Json) -> object:
        """A limit to hold from now on (see `Limit`), or `clear: true`; those that hold."""
        if given.pop("clear", False):
            self._limits.clear()
        if given:
            self._limits.add(Limit.model_validate(given))
        return {"holding": [each.model_dump() for each in self._limits.holding]}

    async def gateway(self, given: Json) -> object:
        """`act`: `drop` (of one `shard`), `reconnect`, `invalidate` (`resumable`), or `state`.

        Or `recommend` (a number of `shards`), `leave` (no new connection is taken), `return`.
        """
        gateway, act = self._member_actions.gateway, given.get("act", "state")
        if act == "drop":
            gateway.drop(given.get("shard"))
        elif act == "reconnect":
            await gateway.reconnect()
        elif act == "invalidate":
            await gateway.invalidate(resumable=bool(given.get("resumable")))
        elif act == "recommend":
            gateway.recommended = int(given["shards"])
        elif act in {"leave", "return"}:
            gateway.away = act == "leave"
        elif act != "state":
            raise CannotAct(f"the gateway cannot {act}")
        return {
            "connected": gateway.connected,
            "resumes": gateway.resumes,
            "shards": gateway.shards,
        }

    async def requests(self, given: Json) -> object:
        """The calls of the bot so far, from number `after` on."""
        found = self._member_actions.state.requests[int(given.get("after", 0)) :]
        return {"requests": [dataclasses.asdict(each) for each in found]}

    async def time(self, given: Json) -> object:
        """The time here in microseconds since 1970, after `pass` more seconds went by at once."""
        self._member_actions.state.pass_time(int(float(given.get("pass", 0)) * SECOND))
        return {"now": self._member_actions.state.clock()}

    def _where(self, given: Json) -> int:
        if given.get("dm"):
            return self._member_actions.state.dm(int(given["user"]))
        return int(given["channel"])


def _plain(found: MemberAnswer) -> dict[str, Any]:
    return dataclasses.asdict(found) | {"interaction": str(found.interaction)}


async def _given(request: web.Request) -> Json:
    given = await any_body(request)
    if not isinstance(given, dict):
        raise CannotAct("a JSON object is wanted")
    return given


def _handler(act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return answer(await act(await _given(request)))
        except TimeoutError:
            return answer({"error": "nothing came in time"}, 408)
        except KeyError as missing:
            return answer({"error": f"{missing} is missing"}, 400)
        except (CannotAct, ApiError, ValidationError, ValueError) as error:
            return answer({"error": str(error)}, 400)

    return handle
