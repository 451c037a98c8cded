"""Endpoints of the application's shop (Discord: SKU Resource, Entitlement Resource)."""

import json
from collections.abc import Awaitable, Callable, Iterator
from http import HTTPStatus

from aiohttp import web

from sandbox.base.answers import Hold, KeptAnswer, answer_under_faults
from sandbox.base.faults import Fault
from sandbox.discord_shop import Entitlement, LocalShop, Refused
from sandbox.discord_shop.errors import unknown_application
from sandbox.discord_wire.errors import ApiError, invalid_form
from sandbox.discord_wire.form.rules import Form, one_of, record, snowflake
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.call import body, number
from sandbox.discord_wire.state import State

_MOST = 100
_TRUE, _FALSE = frozenset({"True", "true", "1"}), frozenset({"False", "false", "0"})
"""Discord's page "Reference", Boolean Query Strings."""

_TEST = record(
    {"sku_id": snowflake, "owner_id": snowflake, "owner_type": one_of(1, 2)},
    needed=("sku_id", "owner_id", "owner_type"),
)
Do = Callable[[web.Request], Awaitable[object]]


class ShopCalls:
    """What the bot asks the shop. The shop's own faults meet these calls.

    Args:
        state: Whose bot it is.
        shop: The shop.
    """

    def __init__(self, state: State, shop: LocalShop) -> None:
        self._state = state
        self._shop = shop

    def add_routes(self, app: web.Application) -> None:
        """Register the endpoints."""
        many = r"/applications/{application:\d+}/entitlements"
        one = many + "/{entitlement}"
        app.router.add_get(r"/applications/{application:\d+}/skus", self._under(self.skus))
        app.router.add_get(many, self._under(self.entitlements))
        app.router.add_post(many, self._under(self.create))
        app.router.add_get(one, self._under(self.entitlement))
        app.router.add_delete(one, self._under(self.delete))
        app.router.add_post(one + "/consume", self._under(self.consume))

    async def skus(self, _: web.Request) -> object:
        """All SKUs, of every type and also those that are not for sale."""
        shop = self._shop.state
        return [each.render(shop.application) for each in shop.skus.values()]

    async def entitlements(self, request: web.Request) -> object:
        """Entitlements: the newest first, or the oldest after one.

        Deleted ones only where they are asked for. Discord's page does not tell the order; that
        the newest come first is what other programs have met.
        """
        asked = _Query(request)
        before, after = asked.id("before"), asked.id("after")
        if before is not None and after is not None:
            raise invalid_form("before", "BASE_TYPE_BAD", "The local Discord takes one of both.")
        limit = asked.limit()
        found = [each for each in self._wanted(asked) if _between(each.id, after, before)]
        found.sort(key=lambda each: each.id, reverse=after is None)
        return [each.render() for each in found[:limit]]

    async def entitlement(self, request: web.Request) -> object:
        """One entitlement, deleted or not."""
        return self._shop.state.entitlement(number(request, "entitlement")).render()

    async def create(self, request: web.Request) -> object:
        """A test entitlement; of a subscription alone, as Discord's pages want it.

        It has no times: by its page they are left out, by the published document they are null.
        """
        given, _ = await body(request)
        form = Form()
        _TEST(form, (), given)
        form.close()
        return await self._shop.create_test(
            int(given["sku_id"]), int(given["owner_id"]), given["owner_type"], self._state.bot.id
        )

    async def delete(self, request: web.Request) -> object:
        """Delete a test entitlement."""
        await self._shop.delete_test(number(request, "entitlement"))
        return None

    async def consume(self, request: web.Request) -> object:
        """Use a consumable up; a second time it is refused."""
        await self._shop.consume(number(request, "entitlement"))
        return None

    def _wanted(self, asked: "_Query") -> Iterator[Entitlement]:
        """The entitlements that every parameter but the range lets pass."""
        user, guild, skus = asked.id("user_id"), asked.id("guild_id"), asked.ids("sku_ids")
        ended = asked.flag("exclude_ended", usual=False)
        deleted = asked.flag("exclude_deleted", usual=True)
        asked.close()
        now = self._shop.state.clock()
        for each in self._shop.state.entitlements.values():
            if (
                user in {None, each.user}
                and guild in {None, each.guild}
                and (skus is None or each.sku in skus)
                and not (ended and each.ended(now))
                and not (deleted and each.deleted)
            ):
                yield each

    def _under(self, do: Do) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            async def carried_out(hold: Hold) -> KeptAnswer:
                await hold()
                return await self._carried_out(request, do)

            return await answer_under_faults(
                request, self._shop.faults, carried_out, _failure, headers={}
            )

        return serve

    async def _carried_out(self, request: web.Request, do: Do) -> KeptAnswer:
        try:
            if number(request, "application") != self._shop.state.application:
                raise unknown_application()
            said = await do(request)
        except Refused as refused:
            return _kept(refused.status, {"code": refused.code, "message": refused.message})
        except ApiError as refused:
            return _kept(refused.status, refused.body())
        if said is None:
            return KeptAnswer(status=HTTPStatus.NO_CONTENT, body=b"", request_id="")
        return _kept(HTTPStatus.OK, said)


class _Query:
    """The query parameters of a call; those that nobody has read are refused.

    Discord passes over what it does not know; here it is more likely a mistake.
    """

    def __init__(self, request: web.Request) -> None:
        self._query = request.query
        self._read = {"before", "after", "limit"}

    def id(self, name: str) -> int | None:
        """A snowflake."""
        self._read.add(name)
        text = self._query.get(name)
        return None if text is None else _id(name, text)

    def ids(self, name: str) -> frozenset[int] | None:
        """Snowflakes with commas between them, or the parameter several times."""
        self._read.add(name)
        if name not in self._query:
            return None
        texts = [each for text in self._query.getall(name) for each in text.split(",")]
        return frozenset(_id(name, each) for each in texts if each)

    def flag(self, name: str, *, usual: bool) -> bool:
        """Yes or no."""
        self._read.add(name)
        text = self._query.get(name)
        if text is not None and text not in _TRUE | _FALSE:
            raise invalid_form(name, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        return usual if text is None else text in _TRUE

    def limit(self) -> int:
        """How many at most."""
        text = self._query.get("limit", str(_MOST))
        if not text.isdecimal():
            raise invalid_form("limit", "NUMBER_TYPE_COERCE", f'Value "{text}" is not int.')
        if not 1 <= int(text) <= _MOST:
            bound, code = ("1", "MIN") if int(text) < 1 else (str(_MOST), "MAX")
            than = "greater" if code == "MIN" else "less"
            said = f"int value should be {than} than or equal to {bound}."
            raise invalid_form("limit", f"NUMBER_TYPE_{code}", said)
        return int(text)

    def close(self) -> None:
        """Refuse what was not read."""
        for name in self._query:
            if name not in self._read:
                raise invalid_form(name, "BASE_TYPE_BAD", "The local Discord does not know this.")


def _id(name: str, text: str) -> int:
    if not text.isdecimal():
        raise invalid_form(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)


def _between(identity: int, after: int | None, before: int | None) -> bool:
    return (after is None or identity > after) and (before is None or identity < before)


def _kept(status: int, said: object) -> KeptAnswer:
    return KeptAnswer(status=status, body=json.dumps(said).encode(), request_id="")


def _failure(fault: Fault) -> KeptAnswer:
    said: Json = {"message": f"{fault.status}: This was planned.", "code": 0}
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        said |= {"retry_after": fault.retry_after or 0, "global": False}
    return _kept(fault.status, said)
