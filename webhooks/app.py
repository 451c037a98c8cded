"""The web applications: the public one, and the one for metrics."""

from pathlib import Path

import jinja2
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler

from payments.infra.tally import Tally
from payments.services.health import Health
from webhooks import assets, health
from webhooks import provider_webhooks as door
from webhooks.api import orders
from webhooks.guards import guard
from webhooks.keys import HEALTH, PARTS, Parts
from webhooks.pages import choosing, home, mail_stop, pages
from webhooks.server.tally import TALLY

HERE = Path(__file__).parent


def load_templates() -> jinja2.Environment:
    """The pages, escaped whatever they show."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )


def create_app(parts: Parts) -> web.Application:
    """The public application."""
    app = web.Application(middlewares=[guard], client_max_size=door.MAX_BODY_BYTES)
    app[PARTS] = parts
    app[HEALTH] = parts.health
    app[TALLY] = Tally()
    parts.metrics.watch(parts.outbound, parts.webhooks)
    app.router.add_get("/", home.home, name="home")
    app.router.add_post("/webhooks/{provider}", door.receive, name="webhook")
    app.router.add_post("/api/v1/orders/{order}/fulfil", orders.fulfil, name="fulfil")
    app.router.add_post("/api/v1/orders/{order}/deny", orders.deny, name="deny")
    app.router.add_get("/pay/{payment}", pages.pay, name="pay")
    app.router.add_post("/pay/{payment}/by/{provider}", choosing.choose, name="choose")
    app.router.add_get("/pay/{payment}/success", pages.success, name="success")
    app.router.add_get("/pay/{payment}/cancel", pages.cancel, name="cancel")
    app.router.add_get("/pay/{payment}/state", pages.state, name="state")
    app.router.add_get("/mail/stop/{token}", mail_stop.ask, name="mail_stop")
    app.router.add_post("/mail/stop/{token}", mail_stop.stop, name="mail_stopped")
    app.router.add_get("/healthz", health.healthz, name="healthz")
    app.router.add_get("/readyz", health.readyz, name="readyz")
    app.router.add_get("/static/{name}", assets.asset, name="static")
    return app


def create_metrics_app(registry: CollectorRegistry, of: Health) -> web.Application:
    """The application on the metrics port; it also says how a process does that serves no pages."""
    app = web.Application(middlewares=[guard])
    app[HEALTH] = of
    app[TALLY] = Tally()
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", make_aiohttp_handler(registry))
    return app
