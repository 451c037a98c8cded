"""Threads: started below a text channel, by the bot or by a member (Discord's page "Threads")."""

from sandbox.discord_wire import errors, payloads, rights
from sandbox.discord_wire.gateway import Gateway
from sandbox.discord_wire.state import State
from sandbox.discord_wire.world import PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel

_NAME = 100
_NEEDS = {
    PUBLIC_THREAD: rights.CREATE_PUBLIC_THREADS,
    PRIVATE_THREAD: rights.CREATE_PRIVATE_THREADS,
}


class Threads:
    """Starts threads, and adds people to them."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state = state
        self._gateway = gateway

    async def start(self, by: int, channel: int, *, name: str, kind: int) -> Channel:
        """Start a thread that belongs to no message.

        Args:
            by: The user who starts it.
            channel: Below which one.
            name: What it is called.
            kind: `PUBLIC_THREAD` or `PRIVATE_THREAD`.

        Raises:
            ApiError: 50024 in a channel that takes none, 50013 for who may not, 50035 for a name
                or a kind that is none.
        """
        found = self._state.channel(channel)
        if found is None or found[1].is_thread:
            raise errors.wrong_channel_type()
        guild, parent = found
        if kind not in _NEEDS:
            raise errors.invalid_form("type", "BASE_TYPE_CHOICES", "Value must be one of (11, 12).")
        if parent.type != TEXT:
            raise errors.wrong_channel_type()
        if not self._state.permissions(by, channel) & _NEEDS[kind]:
            raise errors.missing_permissions()
        if not 1 <= len(name) <= _NAME:
            raise errors.invalid_form(
                "name", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_NAME} in length."
            )
        thread = Channel(
            id=self._state.new_id(),
            name=name,
            type=kind,
            parent=channel,
            owner=by,
            members=(by,),
        )
        self._state.put_channel(guild, thread)
        await self._tell("THREAD_CREATE", thread)
        return thread

    async def add(self, thread: int, user: int) -> None:
        """Add somebody to a thread; 10007 if they are not in the guild."""
        found = self._state.channel(thread)
        if found is None or not found[1].is_thread:
            raise errors.wrong_channel_type()
        guild, before = found
        self._state.member(guild, user)
        if user not in before.members:
            members = (*before.members, user)
            self._state.put_channel(guild, before.model_copy(update={"members": members}))

    async def _tell(self, event: str, thread: Channel) -> None:
        found = self._state.channel(thread.id)
        if found is None or not self._state.permissions(self._state.bot.id, thread.id):
            return
        guild, _ = found
        data = payloads.channel(thread, guild) | {"newly_created": True}
        await self._gateway.dispatch(event, data, guild=guild.id)
