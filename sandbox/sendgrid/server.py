"""The local SendGrid as one object: start it, read what it was given, let mails bounce."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from payments.domain.values.time import Clock, to_seconds
from payments.infra.clock import system_clock
from sandbox.base.answers import Hold, KeptAnswer, answer_under_faults, respond
from sandbox.base.common import Json
from sandbox.base.faults import Fault
from sandbox.base.recording import JsonExchange, Recorder, json_exchange
from sandbox.base.server import LocalService
from sandbox.sendgrid.shapes import wrong_with
from sandbox.sendgrid.webhooks import PAUSES, Endpoint, Report, dispatcher

SEND: Final = "/v3/mail/send"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that was taken.

    Attributes:
        id: SendGrid's id of it.
        to: Its address.
        args: Our arguments, which its events bring back.
        asked: The whole request.
    """

    id: str
    to: str
    args: Json
    asked: Json

    @property
    def text(self) -> str:
        """What is read where pages are not shown."""
        return str(self.asked["content"][0]["value"])


class LocalSendGrid(LocalService):
    """A SendGrid of one's own on 127.0.0.1, that keeps its state in memory.

    Args:
        api_key: The key that it takes; every other is refused.
        verified: Addresses from which may be sent; any if none are named.
        clock: The time of events.
        retry_pauses: Seconds of real time between the attempts to send an event.
    """

    def __init__(
        self,
        *,
        api_key: str,
        verified: Sequence[str] = (),
        clock: Clock = system_clock,
        retry_pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.mails: list[Sent] = []
        self.suppressed: set[str] = set()
        self.url = ""
        self._key = api_key
        self._verified = frozenset(verified)
        self._clock = clock
        self._numbers = itertools.count(1)
        self._endpoints: dict[str, Endpoint] = {}
        self._dispatcher = dispatcher(self._now, self._endpoints, retry_pauses)
        self._recorder = Recorder(json_exchange, ("/v3/",))
        super().__init__(now=self._now, sender=self._dispatcher)

    def _now(self) -> int:
        return to_seconds(self._clock())

    def application(self) -> web.Application:
        """Its API."""
        app = web.Application(middlewares=[self._recorder.middleware()])
        app.router.add_post(SEND, self._serve)
        return app

    def listening(self, address: str) -> None:
        """Take in where it is served."""
        self.url = address

    def sweep(self) -> None:
        """Nothing lapses."""

    def record(self) -> list[JsonExchange]:
        """Keep what is asked and answered from now on, in a list that grows."""
        return self._recorder.start()

    def add_webhook(self, url: str) -> Endpoint:
        """Send signed events there."""
        made = Endpoint(id=f"webhook{len(self._endpoints)}", url=url)
        self._endpoints[made.id] = made
        return made

    async def drain(self) -> None:
        """Wait until all events were answered."""
        await self._dispatcher.drain()

    def report(self, mail: Sent, event: str, **more: object) -> None:
        """Tell what became of a mail: `delivered`, `bounce`, `dropped` or `spamreport`."""
        number = next(self._numbers)
        told = {
            "email": mail.to,
            "timestamp": self._now(),
            "event": event,
            "sg_event_id": f"event{number}",
            "sg_message_id": f"{mail.id}.recvd",
            **mail.args,
            **more,
        }
        self._dispatcher.dispatch(Report(id=f"report{number}", type=event, events=[told]))

    def bounce(self, mail: Sent) -> None:
        """Let a mail come back: there is no such address."""
        self.suppressed.add(mail.to.lower())
        self.report(mail, "bounce", type="bounce", status="5.1.1", reason="550 5.1.1 unknown user")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        async def do(hold: Hold) -> KeptAnswer:
            await hold()
            return await self._take(request)

        if request.headers.get("Authorization") != f"Bearer {self._key}":
            said = "The provided authorization grant is invalid, expired, or revoked"
            return respond(_refusal(401, said), {})
        return await answer_under_faults(request, self.faults, do, _failure, {})

    async def _take(self, request: web.Request) -> KeptAnswer:
        try:
            asked = json.loads(await request.read())
        except ValueError:
            return _refusal(400, "Bad Request")
        if wrong := wrong_with(asked):
            return _errors(400, wrong)
        if self._verified and asked["from"]["email"] not in self._verified:
            said = "The from address does not match a verified Sender Identity."
            return _refusal(403, said, "from")
        if asked.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
            return KeptAnswer(status=200, body=b"", request_id="")
        for each in asked["personalizations"]:
            for to in each["to"]:
                self._keep(to["email"], each.get("custom_args", {}), asked)
        return KeptAnswer(status=202, body=b"", request_id="")

    def _keep(self, to: str, args: Json, asked: Json) -> None:
        mail = Sent(id=f"mail{next(self._numbers)}", to=to, args=args, asked=asked)
        if to.lower() in self.suppressed:
            self.report(mail, "dropped", reason="Bounced Address")
        else:
            self.mails.append(mail)


def _refusal(status: int, message: str, field: str | None = None) -> KeptAnswer:
    return _errors(status, [{"message": message, "field": field, "help": None}])


def _errors(status: int, errors: list[Json]) -> KeptAnswer:
    return KeptAnswer(status=status, body=json.dumps({"errors": errors}).encode(), request_id="")


def _failure(fault: Fault) -> KeptAnswer:
    return _refusal(fault.status, "This was planned.")
