"""Of each numbered case and provider: where it is tried, or why it has no meaning there."""

from collections.abc import Mapping
from typing import Final

from tests.providers.cases.discord_skus import DISCORD_SKUS
from tests.providers.cases.entries import NotThere, Tried

TOGETHER: Final = frozenset(
    {3, 4, 5, 9, 11, 12, 15, 16, 17, 18, 19, 21, 23, 24, 29, 39, 41, 42, 43, 44, 46, 48, 54, 55}
)
"""Those that `test_provider_cases.py` tries on all."""

_DOOR = "paypal/test_signature.py"
_ORDERS = "paypal/test_orders.py"
_CLAIMS = "paypal/test_claims.py"
_BUYING = "paypal/test_purchase.py"
_REFUNDS = "paypal/test_refunds.py"
_DISPUTES = "paypal/test_disputes.py"
_CALLS = "paypal/test_calls.py"

PAYPAL: Final[Mapping[int, Tried | NotThere]] = {
    1: Tried(_CALLS, "test_without_a_webhooks_id_it_does_not_begin"),
    2: Tried(_DOOR, "test_what_is_not_genuine_is_refused"),
    6: NotThere("What PayPal signs has a time, and no age: ids are remembered instead."),
    7: NotThere("There is no tolerance."),
    8: Tried(_DOOR, "test_a_genuine_message_is_read_and_the_certificate_fetched_once"),
    10: Tried(_DOOR, "test_what_is_not_genuine_is_refused"),
    13: NotThere("PayPal's events are always whole."),
    14: Tried(_DOOR, "test_a_genuine_message_is_read_and_the_certificate_fetched_once"),
    20: Tried(_BUYING, "test_without_message_and_buyer_the_reconciliation_is_enough"),
    22: NotThere("Each message is looked up, and an order is known before its buyer sees it."),
    25: NotThere("PayPal gives no discounts of its own."),
    26: Tried(_BUYING, "test_an_order_that_is_gone_has_expired"),
    27: NotThere("An order that has lapsed comes back as none."),
    28: Tried(_ORDERS, "test_what_makes_no_sense_is_left_to_a_person"),
    30: NotThere("An order sells once; subscriptions have objects and events of their own."),
    31: NotThere("Messages of the other mode are signed with a certificate at another host."),
    32: NotThere("A webhook belongs to one app; its id is part of what is signed."),
    33: NotThere("Every object is fetched: what an event was written in does not matter."),
    34: Tried(_CLAIMS, "test_what_is_not_known_holds_the_points"),
    35: NotThere("As 22."),
    36: NotThere("There is one kind of event of refunds."),
    37: NotThere("The message of a refund is about that refund."),
    38: NotThere("As 36."),
    40: Tried(_REFUNDS, "test_a_pending_refund_holds_its_points_until_it_is_known"),
    45: Tried(_DISPUTES, "test_an_event_that_is_older_than_its_dispute_tells_how_it_is_now"),
    47: Tried(_CLAIMS, "test_with_a_payout_the_money_decides"),
    49: Tried(_DISPUTES, "test_a_part_is_taken_once_although_two_objects_tell_it"),
    50: Tried(_CLAIMS, "test_disputes"),
    51: Tried(_DISPUTES, "test_outcomes"),
    52: NotThere("A case always names its payment."),
    53: Tried(_BUYING, "test_an_answer_of_the_capture_that_is_lost_is_asked_for_again"),
    56: Tried(_CLAIMS, "test_part_of_a_payment_and_other_currencies"),
    57: Tried(_REFUNDS, "test_a_refund_because_of_fraud_reaches_what_was_passed_on"),
}

_SQUARE_DOOR = "square/test_signature.py"
_SQUARE_BUYING = "square/test_purchase.py"
_SQUARE_READINGS = "square/test_readings.py"
_SQUARE_REFUNDS = "square/test_refunds.py"
_SQUARE_DISPUTES = "square/test_disputes.py"

SQUARE: Final[Mapping[int, Tried | NotThere]] = {
    1: Tried(_SQUARE_DOOR, "test_without_a_key_it_does_not_begin"),
    2: Tried(_SQUARE_DOOR, "test_what_is_not_genuine_is_refused"),
    6: NotThere("What Square signs has no time: ids are remembered instead."),
    7: NotThere("There is no tolerance."),
    8: Tried(_SQUARE_DOOR, "test_a_genuine_message_is_read_by_any_key"),
    10: Tried(_SQUARE_DOOR, "test_what_is_not_genuine_is_refused"),
    13: NotThere("Square's events are always whole."),
    14: Tried(_SQUARE_DOOR, "test_a_genuine_message_is_read_by_any_key"),
    20: Tried(_SQUARE_BUYING, "test_without_message_and_buyer_the_reconciliation_is_enough"),
    22: NotThere("Each message is looked up, and an order is known before its buyer sees it."),
    25: Tried(_SQUARE_READINGS, "test_tax_tips_and_discounts_are_no_price"),
    26: Tried(_SQUARE_BUYING, "test_what_was_paid_in_the_last_moment_counts"),
    27: NotThere("A link never lapses by itself, so none is recovered."),
    28: Tried(_SQUARE_BUYING, "test_less_than_the_price_is_left_to_a_person"),
    30: Tried(_SQUARE_BUYING, "test_what_others_sell_at_the_same_location_is_left_alone"),
    31: NotThere("A subscription is of one mode, and its key signs nothing else."),
    32: NotThere("A subscription belongs to one application; its key signs nothing else."),
    33: NotThere("Every object is fetched: what an event was written in does not matter."),
    34: Tried(_SQUARE_READINGS, "test_what_is_not_known_holds_the_points"),
    35: NotThere("As 22."),
    36: NotThere("There is one kind of refund event that says everything."),
    37: NotThere("The message of a refund is about that refund."),
    38: NotThere("As 36."),
    40: Tried(_SQUARE_REFUNDS, "test_a_refund_that_had_arrived_may_fail"),
    45: Tried(_SQUARE_DISPUTES, "test_an_event_that_is_older_than_its_dispute_tells_how_it_is_now"),
    47: NotThere("Square says no more of a lost dispute than that it is lost."),
    49: NotThere("Square makes no refund of what is disputed."),
    50: NotThere("Square has no such outcome."),
    51: Tried(_SQUARE_DISPUTES, "test_outcomes"),
    52: NotThere("A dispute always names its payment."),
    53: Tried(_SQUARE_REFUNDS, "test_an_answer_that_is_lost_makes_no_second_refund"),
    56: NotThere("All amounts of a location are in one currency."),
    57: Tried(_SQUARE_REFUNDS, "test_a_refund_because_of_fraud_reaches_what_was_passed_on"),
}

TABLE: Final[Mapping[str, Mapping[int, Tried | NotThere]]] = {
    "paypal": PAYPAL,
    "square": SQUARE,
    "discord_skus": DISCORD_SKUS,
}
