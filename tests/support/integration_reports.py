"""What is reported of a service."""

from payments.commands.guild.integration_reports import CallFigures, ReportIntegration
from payments.domain.values.integration_trouble import IntegrationTrouble
from tests.support.make import GUILD, START


def reported(*, is_over: bool) -> ReportIntegration:
    """Tax rates are slow, or are not any more."""
    figures = CallFigures(
        made=30, failed=0, timed_out=0, fallbacks=0, milliseconds=900, usual_milliseconds=300
    )
    slow = IntegrationTrouble.SLOW
    return ReportIntegration.of(GUILD, "tax_rates", slow, figures, is_over=is_over, at=START)
