"""What moderators read of an action that is undone: what it was, to whom, by whom and when."""

from collections.abc import Mapping

from bot.wording import text
from payments.commands.guild.packages import RetirePackage
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.points.move import GrantPoints, RevokePoints
from payments.commands.shop.items import AddItem, RetireItem
from payments.domain.sentences.parts import Code, FromNow, Person, Points, Verbatim
from payments.domain.sentences.sentence import Part, Sentence, Value
from payments.domain.values.ids import MemberId
from payments.domain.values.items import Item
from payments.infra.reader import Reader
from payments.store.queries import Action

_BETWEEN = " · "


def people_of(action: Action) -> list[MemberId]:
    """Whom its label names: who did it, and to whom."""
    found = [_moderator(action)]
    match action.command:
        case (
            GrantPoints(member=member)
            | RevokePoints(member=member)
            | LiftPurchaseBan(member=member)
        ):
            found.insert(0, member)
    return [each for each in found if each is not None]


def asked(action: Action) -> Sentence:
    """Whether it shall be undone: the title of the question."""
    values: dict[str, Value] = {"moderator": _who(action), "when": _when(action)}
    match action.command:
        case GrantPoints(member=member, points=points):
            return Sentence(
                "Undo the grant of {points} to {member} by {moderator}, {when}?",
                points=Points(points),
                member=Person(member),
                **values,
            )
        case RevokePoints(member=member, points=points):
            return Sentence(
                "Undo the revocation of {points} from {member} by {moderator}, {when}?",
                points=Points(points),
                member=Person(member),
                **values,
            )
        case RetirePackage() | RetireItem():
            return Sentence(
                "Put {package} on sale again? It was retired by {moderator}, {when}.",
                package=_ware(action),
                **values,
            )
        case AddItem():
            return Sentence(
                "Take {item} off sale? It was put up by {moderator}, {when}.",
                item=_ware(action),
                **values,
            )
        case LiftPurchaseBan(member=member):
            return Sentence(
                "Undo that {moderator} let {member} buy again, {when}?",
                member=Person(member),
                **values,
            )
    return Sentence("Undo what was done by {moderator}, {when}?", **values)


def button_of(action: Action) -> Sentence:
    """What stands on the button that undoes it: the verb of the question."""
    if isinstance(action.command, RetirePackage | RetireItem):
        return Sentence("Put on sale")
    if isinstance(action.command, AddItem):
        return Sentence("Take off sale")
    return Sentence("Undo")


def reason_of(action: Action) -> list[Sentence]:
    """Why it was done, if somebody said so."""
    match action.command:
        case GrantPoints(note=note) | RevokePoints(note=note) if note:
            return [Sentence("Reason: {reason}", reason=Verbatim(note))]
    return []


def done(action: Action) -> Sentence:
    """That it was undone: the title of the result."""
    match action.command:
        case GrantPoints(points=points):
            return Sentence("Undone: grant of {points}", points=Points(points))
        case RevokePoints(points=points):
            return Sentence("Undone: revocation of {points}", points=Points(points))
        case RetirePackage() | RetireItem():
            return Sentence("On sale again: {package}", package=_ware(action))
        case AddItem():
            return Sentence("Off sale: {item}", item=_ware(action))
    return Sentence("Can't buy any more")


def about(action: Action) -> list[Sentence]:
    """Whom it was about, and who had done it."""
    moderator = _who(action)
    match action.command:
        case GrantPoints(member=member):
            return [
                Sentence(
                    "To {member}, granted by {moderator}.",
                    member=Person(member),
                    moderator=moderator,
                )
            ]
        case RevokePoints(member=member):
            return [
                Sentence(
                    "From {member}, revoked by {moderator}.",
                    member=Person(member),
                    moderator=moderator,
                )
            ]
        case RetirePackage() | RetireItem():
            return [Sentence("It was retired by {moderator}.", moderator=moderator)]
        case AddItem():
            return [Sentence("It was put up for sale by {moderator}.", moderator=moderator)]
        case LiftPurchaseBan(member=member):
            return [
                Sentence(
                    "{member} can't buy until a moderator allows it. {moderator} had allowed it.",
                    member=Person(member),
                    moderator=moderator,
                )
            ]
    return []


def label_of(action: Action, names: Mapping[MemberId, str], reader: text.ReaderFormat) -> str:
    """An action in one line, for a list in which nothing but text is shown.

    Args:
        action: What was done.
        names: What members are called; those who are missing are named by their ids.
        reader: Who reads it.
    """
    command = action.command
    if command is None:
        return action.kind
    plainly = Reader(reader.locale, reader.names)
    what = plainly.say(_in_list(action, names))
    day = text.day(command.at, reader.locale)
    room = text.CHOICE_LENGTH - len(what) - len(day) - 2 * len(_BETWEEN) - 2
    match command:
        case GrantPoints(note=note) | RevokePoints(note=note) if note and room > 0:
            parts = [what, f"“{text.shortened(note, room)}”", day]
        case _:
            parts = [what, day]
    return text.shortened(_BETWEEN.join(parts), text.CHOICE_LENGTH)


def _in_list(action: Action, names: Mapping[MemberId, str]) -> Sentence:
    def named(member: MemberId | None) -> Part:
        if member is None:
            return _who(action)
        return Verbatim(names[member]) if member in names else Person(member)

    moderator = named(_moderator(action))
    match action.command:
        case GrantPoints(member=member, points=points):
            return Sentence(
                "Granted {points} to {member} by {moderator}",
                points=Points(points),
                member=named(member),
                moderator=moderator,
            )
        case RevokePoints(member=member, points=points):
            return Sentence(
                "Revoked {points} from {member} by {moderator}",
                points=Points(points),
                member=named(member),
                moderator=moderator,
            )
        case RetirePackage() | RetireItem():
            return Sentence(
                "Retired {package} by {moderator}",
                package=_ware(action),
                moderator=moderator,
            )
        case AddItem():
            return Sentence(
                "Put {item} up for sale by {moderator}", item=_ware(action), moderator=moderator
            )
        case LiftPurchaseBan(member=member):
            return Sentence(
                "{moderator} let {member} buy again", member=named(member), moderator=moderator
            )
    return Sentence("Something by {moderator}", moderator=moderator)


def _ware(action: Action) -> str:
    """What the package or item is called."""
    return str(
        action.outcome.offer.name if isinstance(action.outcome, Item) else action.outcome.name
    )


def _moderator(action: Action) -> MemberId | None:
    """Who did it, if that was a member."""
    actor = "" if action.command is None else str(action.command.actor)
    kind, _, member = actor.partition(":")
    return MemberId(int(member)) if kind == "member" and member.isdecimal() else None


def _who(action: Action) -> Part:
    member = _moderator(action)
    if member is not None:
        return Person(member)
    return Code("guildbank" if action.command is None else str(action.command.actor))


def _when(action: Action) -> Part:
    return FromNow(0 if action.command is None else action.command.at)
