"""What `guildbank doctor` finds of a tax service."""

from payments.infra.finding import Finding, error, ok
from payments.integrations.tax.errors import TaxAccessRefused, TaxRefused, TaxUnavailable
from payments.integrations.tax.protocol import TaxService


async def examined(service: TaxService, remedy: str) -> list[Finding]:
    """Whether it answers, takes the key and can compute.

    Args:
        service: What is looked at; nothing is recorded there.
        remedy: What to do if it refuses.
    """
    try:
        await service.ping()
    except (TaxAccessRefused, TaxRefused) as failure:
        return [error(service.title, f"{failure}", remedy)]
    except TaxUnavailable as failure:
        words = f"It gave no answer of use. {failure}"
        return [error(service.title, words, "Look at this machine's network and firewall.")]
    return [ok(service.title, "It takes the key, and answers.")]
