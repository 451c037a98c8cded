"""The channels and roles that an owner chooses on the panel of `/setup panel`."""

from typing import Final, NamedTuple

from payments.domain.sentences.sentence import Sentence


class RoleSetting(NamedTuple):
    """A setting that is a role.

    Attributes:
        field: Its name among the settings.
        title: What it is called.
        why: What it is for.
        placeholder: What stands in the menu.
        place: The channel that people with it must see.
    """

    field: str
    title: Sentence
    why: Sentence
    placeholder: Sentence
    place: "ChannelSetting"


class ChannelSetting(NamedTuple):
    """A setting that is a channel.

    Attributes:
        field: Its name among the settings.
        title: What it is called.
        why: What it is for.
        placeholder: What stands in the menu.
        threads: Whether the bot makes private threads there.
    """

    field: str
    title: Sentence
    why: Sentence
    placeholder: Sentence
    threads: bool = False


MODERATORS: Final = ChannelSetting(
    "mod_channel",
    Sentence("Moderators' channel"),
    Sentence(
        "Refunds, disputes and everything else that needs a person come here. Moderators' "
        "commands work only here."
    ),
    Sentence("Moderators' channel: choose a channel"),
)
NEWS: Final = ChannelSetting(
    "announcement_channel",
    Sentence("Announcements (optional)"),
    Sentence("Purchases and gifts can be announced here, for everybody to read."),
    Sentence("Announcements: choose a channel"),
)
NOTICES: Final = ChannelSetting(
    "notice_channel",
    Sentence("Private threads (optional)"),
    Sentence("Members who can't get direct messages get a private thread here."),
    Sentence("Private threads: choose a channel"),
    threads=True,
)


ORDERS: Final = ChannelSetting(
    "fulfilment_channel",
    Sentence("Channel for orders (optional)"),
    Sentence(
        "Orders that wait for a person come here, or to the moderators' channel if you choose none."
    ),
    Sentence("Channel for orders: choose a channel"),
)
MODERATOR_ROLE: Final = RoleSetting(
    "moderator_role",
    Sentence("Moderators' role (optional)"),
    Sentence("Who can moderate, besides those who manage the server."),
    Sentence("Moderators' role: choose a role"),
    MODERATORS,
)
ORDER_ROLE: Final = RoleSetting(
    "fulfilment_role",
    Sentence("Role for orders (optional)"),
    Sentence("Who can fulfil or deny orders there, besides moderators."),
    Sentence("Role for orders: choose a role"),
    ORDERS,
)
