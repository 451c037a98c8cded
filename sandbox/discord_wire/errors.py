"""What goes wrong: Discord's own errors, and mistakes of who plays a member."""

from typing import Any


class ApiError(Exception):
    """Discord's answer to a call that it refuses.

    Attributes:
        status: The HTTP status.
        code: Discord's own number (its page "Opcodes and Status Codes", JSON Error Codes).
        message: Discord's sentence to it.
        errors: For 50035, what is wrong with which field.
    """

    def __init__(
        self, status: int, code: int, message: str, errors: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        found: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.errors:
            found["errors"] = self.errors
        return found


class CannotAct(Exception):
    """A member cannot do this in Discord: no such command, a disabled button, a foreign message."""


def too_many_commands(most: int) -> ApiError:
    """More commands than an application may have in one place."""
    said = f"Maximum number of application commands reached ({most})."
    return ApiError(400, 30032, said)


def unauthorized() -> ApiError:
    """The token is wrong."""
    return ApiError(401, 0, "401: Unauthorized")


def no_such_path() -> ApiError:
    """Discord, or this copy of it, has no such endpoint."""
    return ApiError(404, 0, "404: Not Found")


def unknown_channel() -> ApiError:
    """No such channel."""
    return ApiError(404, 10003, "Unknown Channel")


def unknown_guild() -> ApiError:
    """No such guild, or the bot is not in it."""
    return ApiError(404, 10004, "Unknown Guild")


def unknown_member() -> ApiError:
    """The user is not in the guild."""
    return ApiError(404, 10007, "Unknown Member")


def unknown_message() -> ApiError:
    """No such message, or one that only an interaction's token reaches."""
    return ApiError(404, 10008, "Unknown Message")


def unknown_role() -> ApiError:
    """No such role."""
    return ApiError(404, 10011, "Unknown Role")


def unknown_user() -> ApiError:
    """No such user."""
    return ApiError(404, 10013, "Unknown User")


def unknown_webhook() -> ApiError:
    """An interaction's token that is not known, or was not answered yet."""
    return ApiError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> ApiError:
    """The interaction is not known, or its three seconds are over."""
    return ApiError(404, 10062, "Unknown interaction")


def unknown_command() -> ApiError:
    """No such application command."""
    return ApiError(404, 10063, "Unknown application command")


def already_acknowledged() -> ApiError:
    """The interaction has had its first answer."""
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> ApiError:
    """The bot does not see the channel."""
    return ApiError(403, 50001, "Missing Access")


def empty_message() -> ApiError:
    """A message needs something to show."""
    return ApiError(400, 50006, "Cannot send an empty message")


def cannot_dm() -> ApiError:
    """The user takes no direct messages from the bot."""
    return ApiError(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> ApiError:
    """The bot's roles do not allow it."""
    return ApiError(403, 50013, "Missing Permissions")


def wrong_channel_type() -> ApiError:
    """Such a channel does not have this."""
    return ApiError(400, 50024, "Cannot execute action on this channel type")


def expired_token() -> ApiError:
    """An interaction's token after its 15 minutes."""
    return ApiError(401, 50027, "Invalid Webhook Token")


def invalid_recipient() -> ApiError:
    """No direct messages with this user."""
    return ApiError(400, 50033, "Invalid Recipient(s)")


def invalid_form(field: str, code: str, message: str) -> ApiError:
    """A field's value is refused; `field` is its path, parts joined by dots."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(field.split(".")):
        errors = {part: errors}
    return invalid_body(errors)


def invalid_body(errors: dict[str, Any]) -> ApiError:
    """Fields' values are refused; a tree of the fields, with `_errors` at each that is wrong."""
    return ApiError(400, 50035, "Invalid Form Body", errors)


def invalid_json() -> ApiError:
    """The body is no JSON."""
    return ApiError(400, 50109, "The request body contains invalid JSON.")


def file_not_found() -> ApiError:
    """An attachment that is named was not sent along."""
    return ApiError(400, 50146, "Uploaded file not found")


def no_mutual_guilds() -> ApiError:
    """The bot shares no guild with the user."""
    return ApiError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
