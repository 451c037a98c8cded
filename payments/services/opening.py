"""What every way to a checkout has in common: what is asked for, and what is said if it fails."""

from payments.commands.base import by_member
from payments.commands.payments.buy import OpenCheckout
from payments.domain.errors import Refused
from payments.domain.values.ids import CommandKey, PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.payment import Payment
from payments.domain.values.quotas import CHECKOUT_LIFE
from payments.domain.values.time import Clock, Instant, later
from payments.providers.errors import AccessRefused, ProviderError, ProviderRefused
from payments.providers.requests import CheckoutRequest, OpenedCheckout
from payments.runner.runner import Runner


def pay_url(public_url: str, payment: PaymentId) -> str:
    """Our own link to a payment's checkout: short, and it always knows where things stand."""
    return f"{public_url}/pay/{payment}"


def way_back(channel: int | None) -> str:
    """What our pages get with their address, so that they lead to where the member was."""
    return "" if channel is None else f"?channel={channel}"


def checkout_request(
    bought: Payment, installation: str, public_url: str, back: str, at: Instant
) -> CheckoutRequest:
    """What a checkout is to be.

    Args:
        bought: What is bought, under the id of the payment that it is for.
        installation: The id of this installation.
        public_url: Where browsers reach the web server, without a slash at the end.
        back: As `way_back` says.
        at: The time.
    """
    url = pay_url(public_url, bought.id)
    return CheckoutRequest(
        payment=bought.id,
        installation=installation,
        guild=bought.guild,
        member=bought.member,
        package=bought.package,
        description=f"{bought.package_name} ({bought.points:,} points)",
        price=bought.price,
        expires_at=later(at, CHECKOUT_LIFE),
        success_url=f"{url}/success{back}",
        cancel_url=f"{url}/cancel{back}",
        tax=bought.tax,
        authorizes=bought.check is not None,
    )


async def note_opened(
    runner: Runner, clock: Clock, payment: Payment, opened: OpenedCheckout, key: CommandKey
) -> None:
    """Commit where a payment is made.

    Raises:
        Refused: The page does not fit what was chosen; nobody is led to it.
        BooksUnavailable: The database is away.
    """
    result = await runner.run(
        OpenCheckout(
            key=key,
            at=clock(),
            actor=by_member(payment.member),
            guild=payment.guild,
            payment=payment.id,
            url=opened.url,
            update=opened.update,
        )
    )
    if result.status is InboxStatus.QUARANTINED:
        raise Refused("The payment page does not fit this package. Please tell a moderator.")


def not_opened(error: ProviderError) -> Refused:
    """What a member reads whose checkout a provider did not open."""
    if isinstance(error, AccessRefused):
        return Refused(
            "The payment provider does not let this bot sell right now. Nothing was "
            "charged. Whoever runs the bot has been told; please try again later."
        )
    if isinstance(error, ProviderRefused):
        return Refused(
            "The payment provider did not accept this purchase. Nothing was charged. "
            "Please tell a moderator."
        )
    return Refused(
        "The payment provider cannot be reached right now. Nothing was charged. "
        "Please try again in a minute."
    )
