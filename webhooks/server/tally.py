"""Under which key a server's application has what it counts."""

from aiohttp import web

from payments.infra.tally import Tally

TALLY = web.AppKey("tally", Tally)
