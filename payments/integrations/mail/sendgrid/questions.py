"""SendGrid's part of `guildbank init`: the key, and what checks its events."""

from payments.infra.asking import Questions

_BEGINS = "SG."


def ask(questions: Questions) -> dict[str, str]:
    """Ask for the keys; returns the settings by name."""
    asker, present = questions.asker, questions.present
    key = ""
    while not key.startswith(_BEGINS):
        asked = "SendGrid's API key (Settings, API Keys; Mail Send is enough)"
        key = questions.secret("SENDGRID_API_KEY", asked)
        if not key.startswith(_BEGINS):
            asker.tell(f"Such keys begin with {_BEGINS}")
    asked = "The verification key of its event webhook (empty for none)"
    webhook = asker.line(asked, present.get("SENDGRID_WEBHOOK_KEY", ""))
    found = {"SENDGRID_API_KEY": key}
    return found | {"SENDGRID_WEBHOOK_KEY": webhook} if webhook else found
