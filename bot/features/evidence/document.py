"""Evidence as one HTML file that needs nothing else: for the owner's files, and for a browser."""

from pathlib import Path

import aiohttp
import discord
import jinja2
import structlog

from bot.features.evidence.sections import TITLE, EvidencePerson, preface, sections
from payments.domain.values.ids import MemberId
from payments.services.evidence import Evidence

log = structlog.get_logger(__name__)


async def who_is(client: discord.Client, member: MemberId) -> EvidencePerson | None:
    """Ask Discord who somebody is; None if it does not tell."""
    try:
        user = await client.fetch_user(member)
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
        log.warning("evidence.person_unknown", member=member, error=str(error))
        return None
    return EvidencePerson(name=str(user), since=user.created_at)


def file_name(evidence: Evidence, kind: str) -> str:
    """What the file is called; `kind` is `html` or `pdf`."""
    return f"evidence-{evidence.payment.id}.{kind}"


def render(evidence: Evidence, buyer: EvidencePerson | None) -> str:
    """The file: one page with its own style, no scripts and no links to anywhere."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("evidence.html").render(
        title=TITLE,
        payment=evidence.payment.id,
        preface=preface(evidence),
        sections=sections(evidence, buyer),
    )
