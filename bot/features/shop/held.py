"""Nobody pays for a role that they have: it would give them nothing."""

from bot.interaction.caller import Interaction, caller_of, has_role
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Role
from payments.domain.values.items import Offer
from payments.domain.values.roles import RoleKey, RoleStanding


async def check_not_held(interaction: Interaction, offer: Offer, quantity: int) -> None:
    """Refuse an order of a role that would give its buyer nothing.

    Args:
        interaction: Of the buyer: Discord says with it which roles they have.
        offer: What is ordered.
        quantity: Number of pieces.

    Raises:
        Refused: They have the role for good, or not through us, or an open order gives it for good;
            or a role for good is ordered several times.
    """
    if offer.role is None:
        return
    caller, queries = caller_of(interaction), interaction.client.queries
    role, shown = offer.role.id, Role(offer.role.id)
    term = await queries.role_term(RoleKey(caller.guild, caller.member, role))
    if term.is_wanted and term.ends_at is None:
        if term.standing is RoleStanding.REMOVED:
            raise Refused(
                "You ordered {role} for good, and somebody took it from you. Please ask a "
                "moderator.",
                role=shown,
            )
        raise Refused("You have {role} already.", role=shown)
    if term.standing is RoleStanding.NONE and has_role(interaction, role):
        raise Refused("You have {role} already.", role=shown)
    if offer.role.lasts is not None:
        return
    if quantity > 1:
        raise Refused("You get {role} for good: one piece is enough.", role=shown)
    for order in await queries.open_orders(caller.guild, caller.member):
        if order.offer.role is not None and order.offer.role.id == role:
            raise Refused("You have ordered {role} already. It is on its way.", role=shown)
