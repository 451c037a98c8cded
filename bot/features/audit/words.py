"""What was done, in people's words: by whom, to whom, with which amount, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.features.audit.labels import ACTIONS
from bot.features.audit.payment_words import OF_PAYMENTS
from bot.features.audit.shop_words import OF_SHOP
from bot.features.audit.subject import Subject, Unknown
from bot.features.setup.settings import LABELS
from payments.domain.sentences.parts import Code, Person, Place, Points, Several, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.store.queries import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of something that was done.

    Attributes:
        what: It, in a sentence without its full stop.
        why: The reason or note that somebody gave, if they did.
    """

    what: Sentence
    why: str = ""


def told(entry: AuditEntry, titles: Mapping[str, str]) -> Told:
    """What is said of something that was done.

    Args:
        entry: It.
        titles: What people call the providers, by name.
    """
    subject = Subject(entry, titles)
    try:
        what = SENTENCES[entry.action](subject)
    except (Unknown, KeyError):
        label = ACTIONS.get(entry.action, Code(entry.action))
        return Told(what=Sentence("{who}: {what}", who=subject.who, what=label))
    body = (entry.about or entry).body
    return Told(what=what, why=body.note or body.reason)


def _granted(of: Subject) -> Sentence:
    values = {"who": of.who, "points": of.points, "member": of.member}
    if of.body.asked_by is None:
        return Sentence("{who} granted {points} to {member}", **values)
    return Sentence(
        "{who} approved the grant of {points} to {member} that {moderator} asked for",
        moderator=Person(of.body.asked_by),
        **values,
    )


def _declined(of: Subject) -> Sentence:
    proposal = of.about
    return Sentence(
        "{who} declined the grant of {points} to {member} that {moderator} asked for",
        who=of.who,
        points=proposal.points,
        member=proposal.member,
        moderator=proposal.who,
    )


def _undid(of: Subject) -> Sentence:
    done = of.about
    return Sentence("{who} undid this: {what}", who=of.who, what=SENTENCES[done.action](done))


def _set(of: Subject) -> Sentence:
    before, after = of.body.before, of.body.settings
    changed = [
        label for name, label in LABELS.items() if (before or {}).get(name) != after.get(name)
    ]
    if before is None or not changed:
        return Sentence("{who} changed settings", who=of.who)
    return Sentence("{who} changed settings: {names}", who=of.who, names=Several(tuple(changed)))


_PLACES: Final[Mapping[str, Sentence]] = {
    **LABELS,
    "item_panel": Sentence("Panel of items"),
    "package_panel": Sentence("Panel of packages"),
}
"""What stands in a channel."""


def _reported(of: Subject) -> Sentence:
    label, channel = _PLACES.get(of.body.setting or ""), of.body.channel
    if label is None:
        raise Unknown
    if channel is None:
        return Sentence(
            "{who} reported that a channel is missing: {setting}", who=of.who, setting=label
        )
    return Sentence(
        "{who} reported that {channel} can't be used: {setting}",
        who=of.who,
        channel=Place(channel),
        setting=label,
    )


def _connected(of: Subject) -> Sentence:
    sku = of.package.sku
    if sku is None:
        return Sentence(
            "{who} ended that {package} is sold in Discord's shop",
            who=of.who,
            package=of.package.name,
        )
    return Sentence(
        "{who} connected {package} with {sku} in Discord's shop",
        who=of.who,
        package=of.package.name,
        sku=Code(sku.id),
    )


SENTENCES: Final[Mapping[str, Callable[[Subject], Sentence]]] = {
    **OF_PAYMENTS,
    **OF_SHOP,
    "api_key.add": lambda of: Sentence(
        "{who} added the key {name} for a program", who=of.who, name=of.name
    ),
    "api_key.revoke": lambda of: Sentence(
        "{who} removed the key {name} of a program", who=of.who, name=of.name
    ),
    "bot.second_copy": lambda of: Sentence("{who} noticed a second copy of the bot", who=of.who),
    "channel.report": _reported,
    "member.lift_bar": lambda of: Sentence(
        "{who} let {member} buy again", who=of.who, member=of.member
    ),
    "package.add": lambda of: Sentence(
        "{who} added {package}: {points} for {price}",
        who=of.who,
        package=of.package.name,
        points=Points(of.package.points),
        price=of.package.price,
    ),
    "package.edit": lambda of: Sentence(
        "{who} changed {package}, now {points} for {price}",
        who=of.who,
        package=of.package.name,
        points=Points(of.package.points),
        price=of.package.price,
    ),
    "package.sku": _connected,
    "package.retire": lambda of: Sentence(
        "{who} took {package} off sale", who=of.who, package=of.package.name
    ),
    "points.decline_grant": _declined,
    "points.grant": _granted,
    "points.lapse": lambda of: Sentence(
        "{points} of {member} expired", points=of.count, member=of.member
    ),
    "points.propose_grant": lambda of: Sentence(
        "{who} asked to grant {points} to {member}",
        who=of.who,
        points=of.points,
        member=of.member,
    ),
    "points.revoke": lambda of: Sentence(
        "{who} revoked {points} from {member}", who=of.who, points=of.points, member=of.member
    ),
    "points.spend": lambda of: Sentence(
        "{member} spent {points}", member=of.member, points=of.points
    ),
    "points.transfer": lambda of: Sentence(
        "{member} sent {points} to {recipient}",
        member=of.member,
        points=of.points,
        recipient=of.recipient,
    ),
    "settings.change": _set,
    "subscriber.add": lambda of: Sentence(
        "{who} added the subscriber {host}", who=of.who, host=Verbatim(of.host)
    ),
    "subscriber.disable": lambda of: Sentence(
        "{who} switched the subscriber {host} off", who=of.who, host=Verbatim(of.host)
    ),
    "subscriber.remove": lambda of: Sentence(
        "{who} removed the subscriber {host}", who=of.who, host=Verbatim(of.host)
    ),
    "undo": _undid,
}
"""By the stored kind of each command."""
