"""Nobody pays for a role that they have: it would give them nothing."""

from bot.interaction.caller import Interaction, caller_of, has_role
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Role
from payments.domain.values.items import Offer
from payments.domain.values.roles import RoleKey, RoleStanding


async def check_not_held(interaction: Interaction, offer: Offer) -> None:
    """Refuse an order of a role that its buyer has on Discord, and not through us.

    What they have through us is looked at when the order is placed.

    Args:
        interaction: Of the buyer: Discord says with it which roles they have.
        offer: What is ordered.

    Raises:
        Refused: They have the role.
    """
    if offer.role is None or not has_role(interaction, offer.role.id):
        return
    caller = caller_of(interaction)
    key = RoleKey(caller.guild, caller.member, offer.role.id)
    term = await interaction.client.queries.role_term(key)
    if term.standing is RoleStanding.NONE:
        raise Refused("You have {role} already.", role=Role(offer.role.id))
