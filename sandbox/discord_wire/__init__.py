"""A Discord on this machine that a real discord.py client logs in to, over real sockets."""

from sandbox.discord_wire.errors import ApiError, CannotAct
from sandbox.discord_wire.faults import Fault
from sandbox.discord_wire.limits import Limit
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.server import WireDiscord
from sandbox.discord_wire.world import World, default_world

__all__ = [
    "ApiError",
    "CannotAct",
    "Fault",
    "Limit",
    "MemberAnswer",
    "WireDiscord",
    "World",
    "default_world",
]
