"""Who computes taxes: nobody, unless that is wanted."""

from collections.abc import Sequence

from payments.infra.asking import Questions
from payments.infra.settings import split_names
from payments.integrations.tax.kind import TaxKind
from payments.integrations.tax.registry import TAX_KINDS


def ask_taxes(questions: Questions, kinds: Sequence[TaxKind] = TAX_KINDS) -> dict[str, str]:
    """Ask for each service; returns settings by name, none where there was none and is none."""
    before = split_names(questions.present.get("TAX_SERVICES", ""))
    wanted = [
        each
        for each in kinds
        if questions.asker.agrees(
            f"Compute taxes by {each.title}? See docs/tax.md.", default=each.name in before
        )
    ]
    found: dict[str, str] = {}
    for each in wanted:
        found |= each.questions(questions)
    if wanted or before:
        found["TAX_SERVICES"] = ",".join(each.name for each in wanted)
    return found
