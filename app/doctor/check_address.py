"""Checks of PUBLIC_URL: does it lead here, and do providers' messages come through?"""

from http import HTTPStatus

import aiohttp

from app.doctor.check_providers import check_door
from app.doctor.context import Context
from payments.infra.finding import Finding, error, ok, warning, within_limit
from payments.providers.door_trial import RUNNING, why


async def check_address(context: Context, *, books: bool) -> list[Finding]:
    """What is found; the secrets are tried only where the program answers.

    Args:
        context: What is looked at.
        books: Whether the books can be read.
    """
    doctors = [(kind, doctor) for kind, doctor in context.doctors if doctor is not None]
    found = [each for _, doctor in doctors for each in doctor.address()]
    answers = await within_limit("Public address", _answers(context))
    found += answers
    if any(each.state != "ok" for each in answers):
        return found
    for kind, doctor in doctors:
        found += await check_door(context, kind, doctor, books=books)
    return found


async def _answers(context: Context) -> list[Finding]:
    check, base = "Public address", context.settings.base_url
    try:
        async with context.http.get(f"{base}/healthz", allow_redirects=False) as answer:
            body = await answer.text(errors="replace")
            status = answer.status
    except (aiohttp.ClientError, OSError) as failure:
        words = f"{base} cannot be reached from here ({why(failure)})."
        return [warning(check, words, RUNNING)]
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        words = f"{base} answers with a redirection, and {context.titles} would follow none."
        return [error(check, words, "Set PUBLIC_URL to where it leads.")]
    if status != HTTPStatus.OK or '"alive"' not in body:
        words = f"What answers at {base} is not Guildbank (status {status})."
        return [warning(check, words, RUNNING)]
    return [ok(check, f"Guildbank answers at {base}.")]
