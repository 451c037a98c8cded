"""Who gets which event, how urgently, and in whose order: the whole table, event by event."""

import json
from dataclasses import replace
from typing import Any

import pytest

from payments.domain.rules.payment_events import about
from payments.domain.values import events
from payments.domain.values.events import (
    EVENTS,
    Event,
    FulfilmentRequested,
    ItemChanged,
    OrderEvent,
    PackageChanged,
    PaymentEvent,
    PointsTransferred,
    Priority,
    ProviderCallRequested,
    RoleChanged,
)
from payments.domain.values.guilds import EVERYTHING, Audience
from payments.domain.values.ids import SubscriberId
from payments.domain.values.panels import PanelKind
from payments.domain.values.time import MINUTE, SECOND
from payments.notifications.routing import ANNOUNCE, ANNOUNCEABLE, HTTP, HTTP_QUEUE, route
from payments.store.outbox.destination import Destination
from payments.store.rows.codec import decode_event, encode
from tests.support.examples import example
from tests.support.make import START
from tests.support.paid import paid_payment

NOBODY = Audience()

TABLE: dict[str, tuple[int, set[str]]] = {
    "payment.initiated": (2, set()),
    "payment.pending": (2, {"dm", "answer"}),
    "payment.held": (1, {"mod", "dm", "answer"}),
    "payment.check_changed": (1, {"card", "answer"}),
    "payment.released": (1, {"card", "dm", "answer"}),
    "payment.success": (1, {"dm", "answer"}),
    "payment.surplus": (0, {"mod", "dm"}),
    "payment.failed": (0, {"dm", "answer"}),
    "payment.expired": (2, {"answer"}),
    "payment.error": (0, {"mod", "dm"}),
    "payment.inquired": (0, {"mod"}),
    "payment.inquiry_closed": (1, {"card"}),
    "payment.disputed": (0, {"card", "mod", "dm"}),
    "payment.charged_back": (0, {"card", "mod", "dm"}),
    "payment.dispute_won": (1, {"card", "mod", "dm"}),
    "payment.fraud_warned": (0, {"mod"}),
    "payment.refunded": (1, {"card", "mod", "dm", "proposal"}),
    "refund.pending": (1, {"card", "mod", "dm"}),
    "refund.failed": (0, {"card", "mod", "dm", "proposal"}),
    "refund.proposal_changed": (1, {"proposal"}),
    "points.awarded": (1, set()),
    "points.reverted": (1, set()),
    "points.voided": (1, {"dm"}),
    "points.transferred": (1, {"recipient"}),
    "points.granted": (1, {"recipient"}),
    "points.revoked": (1, {"recipient"}),
    "points.claimed": (1, {"dm"}),
    "item.changed": (2, set()),
    "package.changed": (2, set()),
    "item.codes_low": (2, {"owner"}),
    "role.changed": (1, {"role"}),
    "role.taken_away": (1, {"mod"}),
    "role.unusable": (0, {"owner"}),
    "purchase_ban.begun": (1, {"recipient"}),
    "purchase_ban.lifted": (1, {"recipient"}),
    "provider_event.stuck": (0, {"mod"}),
    "provider.access_refused": (0, {"mod", "owner"}),
    "provider.call_requested": (0, {"provider"}),
    "provider.call_failed": (0, {"mod"}),
    "integration.troubled": (0, {"mod"}),
    "integration.recovered": (2, {"mod"}),
    "channel.unusable": (0, {"owner"}),
    "subscriber.disabled": (0, {"mod"}),
    "order.placed": (1, {"staff"}),
    "order.reminded": (1, {"staff"}),
    "order.fulfilled": (1, {"dm", "staff"}),
    "order.denied": (1, {"dm", "staff"}),
    "order.cancelled": (1, {"dm", "staff"}),
    "order.lapsed": (1, {"dm", "staff"}),
    "order.failed": (0, {"dm", "staff"}),
    "order.returned": (1, {"dm", "staff"}),
    "order.code_replaced": (1, {"dm"}),
    "order.fulfilment_requested": (1, set()),
}
"""Priority (0 is the most urgent) and channels of each event."""


KINDS = pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())


def test_the_table_has_each_event_and_no_other() -> None:
    assert EVENTS.keys() == TABLE.keys()
    assert [each.value for each in Priority] == [0, 1, 2]


def test_each_event_that_there_is_can_be_queued() -> None:
    def kinds(of: type[Event]) -> set[type[Event]]:
        return {of, *(each for kind in of.__subclasses__() for each in kinds(kind))}

    ours = {each for each in kinds(Event) if each.__module__.startswith(events.__name__)}
    assert {each.name for each in ours if "name" in vars(each)} == EVENTS.keys()


@KINDS
def test_each_event_goes_where_the_table_says(kind: type[Event]) -> None:
    priority, channels = TABLE[kind.name]
    assert kind.priority == priority
    found = list(route(example(kind), NOBODY))
    assert {each.channel for each in found} == channels
    assert len(found) == len(channels)
    if kind is ProviderCallRequested:
        return
    queue = "fulfilment" if kind is RoleChanged else "discord"
    assert all(each.queue == queue and each.target is None for each in found)


@KINDS
def test_staff_see_nothing_of_orders_that_need_no_person(kind: type[Event]) -> None:
    event = example(kind)
    if isinstance(event, OrderEvent):
        event = replace(event, by_person=False)
    assert "staff" not in {each.channel for each in route(event, NOBODY)}


def test_a_role_that_is_ordered_has_a_queue_of_its_own_and_other_orders_none() -> None:
    ordered = example(FulfilmentRequested)
    assert isinstance(ordered, FulfilmentRequested)
    assert list(route(ordered, NOBODY)) == []
    (found,) = route(replace(ordered, kind="role"), NOBODY)
    lane = f"role:{ordered.guild}:{ordered.member}:{ordered.item}"
    assert found == Destination(channel="role", queue="fulfilment", lane=lane)


@pytest.mark.parametrize(
    ("kind", "panel"), [(ItemChanged, PanelKind.ITEMS), (PackageChanged, PanelKind.PACKAGES)]
)
def test_what_is_for_sale_goes_to_its_panel_where_there_is_one(
    kind: type[Event], panel: PanelKind
) -> None:
    event = example(kind)
    (found,) = route(event, Audience(panels=(panel,)))
    lane = f"panel:{event.guild}:{event.name}"
    assert found == Destination(channel="panel", queue="discord", lane=lane, wait=3 * SECOND)
    others = tuple(each for each in PanelKind if each is not panel)
    assert list(route(event, Audience(panels=others))) == []


def test_calls_have_a_queue_of_their_own_and_say_what_is_called() -> None:
    event = ProviderCallRequested(
        **about(paid_payment(), START), provider="stripe", call="capture", object="order_1"
    )
    (found,) = route(event, NOBODY)
    assert found == Destination(
        channel="provider", queue="provider", target="stripe:capture:order_1"
    )


@KINDS
def test_what_goes_to_a_person_or_changes_a_card_keeps_its_order(kind: type[Event]) -> None:
    event = example(kind)
    for each in route(event, NOBODY):
        person = None
        if each.channel == "dm":
            assert isinstance(event, PaymentEvent | OrderEvent)
            person = event.member
        elif each.channel == "recipient":
            person = getattr(event, "recipient", None) or getattr(event, "member", None)
        lane = f"person:{person}" if person is not None else None
        if each.channel in {"answer", "card", "proposal"}:
            assert isinstance(event, PaymentEvent)
            lane = f"{each.channel}:{event.payment}"
        if each.channel == "staff":
            assert isinstance(event, OrderEvent)
            lane = f"staff:{event.order}"
        if isinstance(event, RoleChanged):
            lane = f"role:{event.guild}:{event.member}:{event.role}"
        assert each.lane == lane


@KINDS
def test_each_event_is_the_same_when_it_comes_out_of_the_queue(kind: type[Event]) -> None:
    event = example(kind)
    assert decode_event(kind.name, encode(kind, event)) == event


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("payment.refunded", {"refund": "", "asked_by": None, "asked_at": None}),
        ("refund.pending", {"reason": "", "asked_by": None, "again": False}),
        ("refund.failed", {"asked_by": None, "member_knows": False}),
        ("provider_event.stuck", {"count": 1}),
        ("points.granted", {"transfer": "", "by_self": False}),
    ],
)
def test_what_an_older_version_has_queued_is_read_with_what_it_did_not_know(
    name: str, added: dict[str, object]
) -> None:
    kind = EVENTS[name]
    body = json.loads(encode(kind, example(kind)))
    older = {field: value for field, value in body.items() if field not in added}
    found = decode_event(name, json.dumps(older))
    assert {field: getattr(found, field) for field in added} == added


@KINDS
def test_subscribers_hear_of_what_they_asked_for(kind: type[Event]) -> None:
    one, two, three = (SubscriberId(f"subscriber-{number}") for number in range(3))
    others = tuple(name for name in EVENTS if name != kind.name)
    audience = Audience(
        announced=ANNOUNCEABLE,
        subscribers=((one, (kind.name,)), (two, (EVERYTHING,)), (three, others)),
    )
    event = example(kind)
    usual = set(route(event, NOBODY))
    more = set(route(event, audience)) - usual
    expected = {Destination(channel=HTTP, queue=HTTP_QUEUE, target=each) for each in (one, two)}
    if kind.name in {"payment.success", "points.transferred"}:
        gifts: Any = {"lane": "announce:101", "wait": MINUTE} if kind is PointsTransferred else {}
        expected.add(Destination(channel=ANNOUNCE, queue="discord", **gifts))
    assert more == expected
