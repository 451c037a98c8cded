"""Which amounts Stripe charges and gives back (Stripe: page "Supported currencies").

A price that can never be charged is refused when it is set, not when the first member buys, and a
refund that can never be made before it is asked for. Stripe counts minor units as the books do
(sections "Zero-decimal currencies", "Three-decimal currencies" and "Special cases").
"""

from typing import Final

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Verbatim
from payments.domain.values.money import Money


def _table(text: str) -> dict[str, int]:
    """Codes with numbers, from text that is easy to compare with Stripe's page."""
    words = text.split()
    return {code: int(amount) for code, amount in zip(words[::2], words[1::2], strict=True)}


_PUBLISHED: Final = _table("""
    AED 200 AUD 50 CAD 50 CHF 50 CZK 1500 DKK 250 EUR 50 GBP 30 HKD 400 HUF 17500 JPY 50
    MXN 1000 MYR 200 NOK 300 PLN 200 RON 200 SEK 300 SGD 50 THB 1000 USD 50
""")
"""Minor units: Stripe's published least charges, section "Minimum and maximum charge amounts"."""

_CONVERTED: Final = _table("""
    AFN 2000 ALL 2500 AMD 12000 ANG 60 AOA 30000 ARS 40000 AWG 60 AZN 50 BAM 50 BBD 70 BDT 4000
    BGN 50 BHD 120 BIF 1000 BMD 35 BND 40 BOB 200 BRL 150 BSD 35 BWP 400 BYN 100 BZD 70
    CDF 80000 CLP 300 CNY 200 COP 120000 CRC 15000 CVE 3000 DJF 60 DOP 2000 DZD 4000 EGP 1500
    ETB 5000 FJD 70 FKP 25 GEL 90 GIP 25 GMD 2500 GNF 3000 GTQ 250 GYD 7000 HNL 900 HTG 4000
    IDR 500000 ILS 100 INR 3000 ISK 4000 JMD 5000 JOD 200 KES 4000 KGS 3000 KHR 120000 KMF 120
    KRW 500 KWD 100 KYD 25 KZT 15000 LAK 700000 LBP 3000000 LKR 10000 LRD 6000 LSL 600 MAD 300
    MDL 500 MGA 1500 MKD 1500 MMK 70000 MNT 120000 MOP 250 MUR 1500 MVR 500 MWK 60000 MZN 2000
    NAD 600 NGN 50000 NIO 1200 NPR 4000 NZD 60 OMR 120 PAB 35 PEN 100 PGK 120 PHP 2000 PKR 9000
    PYG 2000 QAR 120 RSD 3500 RUB 2500 RWF 500 SAR 120 SBD 250 SCR 400 SHP 25 SLE 800 SOS 15000
    SRD 1200 STD 700000 SZL 600 TJS 300 TND 1000 TOP 80 TRY 1200 TTD 200 TWD 1000 TZS 80000
    UAH 1200 UGX 120000 UYU 1200 UZS 400000 VND 9000 VUV 40 WST 90 XAF 150 XCD 90 XCG 60 XOF 150
    XPF 35 YER 8000 ZAR 600 ZMW 700
""")
"""Minor units: for all other currencies. A charge is converted to the currency in which the account
is paid out, and must reach the least charge of that one: 50 cents of a US dollar, or about as much.
These are worth 26 to 35 cents, so that a price is refused only if no movement of the rates short of
a third makes it chargeable. (Section as above; the published least charges of ARS, BRL, COP, IDR,
ILS, INR, KRW, NZD, PHP, RUB and ZAR are lower, but hold only for accounts paid out in those.)"""

_LEAST: Final = _PUBLISHED | _CONVERTED

HIGHEST: Final = 99_999_999
"""Minor units: at most eight digits (section as above)."""
_HIGHEST_OF: Final = {"IDR": 999_999_999_999}
"""Minor units: twelve digits (section as above)."""

_STEPS: Final = {
    **dict.fromkeys(("ISK", "UGX"), 100),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 10),
}
"""Minor units by which an amount must be divisible: ISK and UGX are counted in hundredths and
charged in whole units (section "Special cases"); of three decimals the last must be 0 (section
"Three-decimal currencies"). HUF and TWD must be whole only in payouts."""


def check_currency(code: str) -> None:
    """Refuse a currency in which Stripe charges nothing.

    Args:
        code: ISO 4217, in capitals.

    Raises:
        Refused: Says so.
    """
    if code not in _LEAST:
        raise Refused(
            "Stripe can't charge in {code}. Choose another currency, such as EUR.",
            code=Verbatim(code),
        )


def check_price(price: Money) -> None:
    """Refuse a price that Stripe never charges.

    Raises:
        Refused: Says what can be charged.
    """
    code = price.currency
    check_currency(code)
    step, least = _step_of(code), _LEAST[code]
    highest = _HIGHEST_OF.get(code, HIGHEST)
    if price.minor % step:
        raise Refused(
            "Prices in {code} go in steps of {wanted}, and this is {price}.",
            code=Verbatim(code),
            wanted=Money(minor=step, currency=code),
            price=price,
        )
    if price.minor < least:
        wanted = Money(minor=least, currency=code)
        raise Refused(
            "Stripe charges at least {wanted}, and this is {price}.", wanted=wanted, price=price
        )
    if price.minor > highest:
        wanted = Money(minor=highest - highest % step, currency=code)
        raise Refused(
            "Stripe charges at most {wanted} in one payment, and this is {price}.",
            wanted=wanted,
            price=price,
        )


def check_refund(amount: Money) -> None:
    """Refuse an amount that Stripe never gives back, of a charge of any size.

    Raises:
        Refused: Says in which steps it gives back.
    """
    code = amount.currency
    step = _step_of(code)
    if amount.minor % step:
        raise Refused(
            "Refunds in {code} go in steps of {wanted}, and this is {amount}.",
            code=Verbatim(code),
            wanted=Money(minor=step, currency=code),
            amount=amount,
        )


def _step_of(code: str) -> int:
    """Minor units by which amounts in a currency must be divisible."""
    return _STEPS.get(code, 1)
