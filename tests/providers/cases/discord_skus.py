"""The column of Discord's own shop: it has no checkout, no amounts and no disputes."""

from collections.abc import Mapping
from typing import Final

from tests.providers.cases.entries import NotThere, Tried

_DOOR: Final = "discord_skus/test_signature.py"
_BUYING: Final = "discord_skus/test_purchase.py"
_ORDER: Final = Tried("discord_skus/test_any_order.py", "test_each_account_is_as_the_oracle_says")
_REFUSED: Final = Tried(_DOOR, "test_what_is_not_signed_by_discord_is_refused_with_401")
_SENSELESS: Final = Tried(_DOOR, "test_what_is_signed_and_makes_no_sense_is_refused")
_AGE: Final = Tried(_DOOR, "test_a_signature_is_good_for_as_long_as_discord_sends_again")
_ONCE: Final = Tried(_BUYING, "test_it_counts_once_however_often_and_by_whatever_way_it_is_told")
_LISTED: Final = Tried(_BUYING, "test_it_is_credited_and_then_used_up")
_NO_CHECKOUT: Final = NotThere("Nothing is begun here: a purchase is known once it is paid.")
_NO_AMOUNT: Final = NotThere("Discord tells no amounts.")
_WHOLE: Final = NotThere("Discord deletes an entitlement, whole and for good.")
_NO_DISPUTE: Final = NotThere("Discord settles with banks itself, and tells only of deletions.")
_GROWS: Final = NotThere("All that is told of an entitlement only grows.")

DISCORD_SKUS: Final[Mapping[int, Tried | NotThere]] = {
    1: NotThere("The key is the application's, which Discord tells for the bot's token."),
    2: _REFUSED,
    3: _SENSELESS,
    4: _SENSELESS,
    5: _SENSELESS,
    6: _AGE,
    7: NotThere("There is no setting for it."),
    8: NotThere("An application has one key."),
    9: Tried(_DOOR, "test_several_signatures_are_refused"),
    10: NotThere("There is one scheme."),
    11: Tried(_DOOR, "test_a_compressed_body_is_refused"),
    12: Tried(_DOOR, "test_another_body_or_none_of_the_headers_is_refused"),
    13: NotThere("Discord's events are always whole."),
    14: Tried(_BUYING, "test_while_discord_is_away_it_waits"),
    15: _ONCE,
    16: _ONCE,
    17: _ORDER,
    18: _ONCE,
    19: _LISTED,
    20: _LISTED,
    21: Tried(_DOOR, "test_other_kinds_of_events_are_taken_and_left_alone"),
    22: Tried(
        "discord_skus/test_guilds.py", "test_where_nobody_says_it_waits_until_its_buyer_does"
    ),
    23: _NO_CHECKOUT,
    24: _ONCE,
    25: Tried(_BUYING, "test_what_nobody_has_paid_is_never_credited"),
    26: _NO_CHECKOUT,
    27: _NO_CHECKOUT,
    28: _NO_AMOUNT,
    29: NotThere("An entitlement carries nothing of ours."),
    30: Tried(_BUYING, "test_what_nobody_has_paid_is_never_credited"),
    31: Tried(_BUYING, "test_what_nobody_has_paid_is_never_credited"),
    32: NotThere("Discord signs with the key of the application that it tells of."),
    33: NotThere("The entitlement is fetched: what it was told in does not matter."),
    34: Tried(_BUYING, "test_what_nobody_has_paid_is_never_credited"),
    35: _NO_CHECKOUT,
    36: NotThere("There is one kind of event of a deletion."),
    37: NotThere("The event of a deletion is about that entitlement."),
    38: Tried(_BUYING, "test_a_deletion_that_nobody_told_is_found_in_the_list"),
    39: _WHOLE,
    40: _WHOLE,
    41: _WHOLE,
    42: _ORDER,
    43: Tried(_BUYING, "test_points_that_were_spent_are_owed_once_discord_gives_the_money_back"),
    44: _NO_DISPUTE,
    45: _NO_DISPUTE,
    46: _GROWS,
    47: _NO_DISPUTE,
    48: _NO_DISPUTE,
    49: _NO_DISPUTE,
    50: _NO_DISPUTE,
    51: _NO_DISPUTE,
    52: _NO_DISPUTE,
    53: Tried(_BUYING, "test_a_lost_answer_uses_it_up_once"),
    54: Tried(_BUYING, "test_while_discord_is_away_it_waits"),
    55: Tried(_BUYING, "test_while_discord_refuses_the_token_it_waits"),
    56: _NO_AMOUNT,
    57: NotThere("Discord does not say why it gives money back."),
}
