"""SMTP's part of `guildbank init`: who takes mail from us, and as whom we log in."""

from payments.infra.asking import Questions, is_writable

_SAFE = "starttls"


def ask(questions: Questions) -> dict[str, str]:
    """Ask for the server and the login; returns the settings by name."""
    asker, present = questions.asker, questions.present
    host = ""
    while not host:
        typed = asker.line("Your mail provider's SMTP server", present.get("SMTP_HOST", ""))
        host = typed if is_writable(typed) else ""
    found = {"SMTP_HOST": host, "SMTP_TLS": present.get("SMTP_TLS", _SAFE)}
    name = asker.line("The name to log in with (empty for none)", present.get("SMTP_USERNAME", ""))
    if name and is_writable(name):
        password = questions.secret("SMTP_PASSWORD", "The password for it")
        found |= {"SMTP_USERNAME": name, "SMTP_PASSWORD": password}
    return found
