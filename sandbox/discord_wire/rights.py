"""What members of the local Discord may do: bits, and how roles and channels decide on them."""

from sandbox.discord_wire.world import PRIVATE_THREAD, Channel, Guild, Member

ADMINISTRATOR = 1 << 3
MANAGE_ROLES = 1 << 28
SEND_MESSAGES = 1 << 11
VIEW_CHANNEL = 1 << 10
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
_ALL = (1 << 53) - 1


def permissions(of: Member, within: Guild, at: Channel | None = None) -> int:
    """What a member may, in the guild or in a channel (Discord's page "Permissions")."""
    if of.user == within.owner:
        return _ALL
    worn = {within.id, *of.roles}
    allowed = 0
    for held in within.roles:
        if held.id in worn:
            allowed |= held.permissions
    if allowed & ADMINISTRATOR:
        return _ALL
    if at is None:
        return allowed
    if at.is_thread:
        return _in_thread(of, within, at)
    everyone = [each for each in at.overwrites if each.id == within.id]
    roles = [each for each in at.overwrites if each.id in worn and each.id != within.id]
    own = [each for each in at.overwrites if each.type == 1 and each.id == of.user]
    for step in (everyone, roles, own):
        for each in step:
            allowed &= ~each.deny
        for each in step:
            allowed |= each.allow
    return allowed if allowed & VIEW_CHANNEL else 0


def _in_thread(of: Member, within: Guild, thread: Channel) -> int:
    """Those of its channel; a private thread is seen by its members and who manages threads."""
    (parent,) = (each for each in within.channels if each.id == thread.parent)
    allowed = permissions(of, within, parent)
    invited = of.user in {thread.owner, *thread.members}
    if thread.type == PRIVATE_THREAD and not (invited or allowed & MANAGE_THREADS):
        return 0
    return allowed
