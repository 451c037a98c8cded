"""What `POST /v3/mail/send` takes of what its published document names: what the program uses.

What SendGrid takes and this one would only ignore is refused, in a sentence that says so.
"""

from typing import Final

from sandbox.base.common import Json
from sandbox.base.shapes import Flag, Many, Map, Misfit, Object, Text, misfits

_ADDRESS: Final = Text(longest=254, pattern=r"[!-~]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")
_PERSON: Final = Object(
    fields={"email": _ADDRESS, "name": Text(longest=1000, shortest=0)}, required=("email",)
)
_SWITCH: Final = Object(fields={"enable": Flag(), "enable_text": Flag()})
_ARGS: Final = Map(of=Text(longest=10_000), longest_key=10_000, most=100)

RESERVED: Final = frozenset(
    {
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    }
)
"""Headers that nobody may set (`mail/send`, field `headers`)."""

MAIL: Final = Object(
    fields={
        "personalizations": Many(
            of=Object(
                fields={
                    "to": Many(of=_PERSON, most=1000, least=1),
                    "custom_args": _ARGS,
                    "subject": Text(longest=998),
                },
                required=("to",),
            ),
            most=1000,
            least=1,
        ),
        "from": _PERSON,
        "reply_to": _PERSON,
        "subject": Text(longest=998),
        "content": Many(
            of=Object(
                fields={
                    "type": Text(longest=100, words=("text/plain", "text/html")),
                    "value": Text(longest=1_000_000),
                },
                required=("type", "value"),
            ),
            most=10,
            least=1,
        ),
        "headers": Map(of=Text(longest=998), longest_key=100, most=50),
        "categories": Many(of=Text(longest=255), most=10),
        "tracking_settings": Object(
            fields={
                "click_tracking": _SWITCH,
                "open_tracking": _SWITCH,
                "subscription_tracking": _SWITCH,
            }
        ),
        "mail_settings": Object(fields={"sandbox_mode": _SWITCH}),
    },
    required=("personalizations", "from", "subject", "content"),
)

_SAID: Final = {
    "missing": "This field is required.",
    "unknown": "The local SendGrid does not know this field.",
    "pattern": "Does not contain a valid address.",
}


def wrong_with(mail: object) -> list[Json]:
    """What is wrong with a mail, as SendGrid lists it."""
    found = [_error(each) for each in misfits(mail, MAIL)]
    if not found and isinstance(mail, dict):
        found += [
            _listed(f"headers.{name}", f"The header {name} is reserved.")
            for name in mail.get("headers", {})
            if name.lower() in RESERVED
        ]
        kinds = [each["type"] for each in mail["content"]]
        if kinds != sorted(kinds, reverse=True):
            found.append(_listed("content", "text/plain must come before text/html."))
    return found


def _error(misfit: Misfit) -> Json:
    field = misfit.pointer.removeprefix("/").replace("/", ".")
    return _listed(field, _SAID.get(misfit.wrong, f"This is {misfit.wrong}."))


def _listed(field: str, message: str) -> Json:
    return {"message": message, "field": field, "help": None}
