"""What can be charged in which currency (Stripe: Supported currencies)."""

from decimal import Decimal
from typing import Final

from sandbox.stripe.objects.common import digits

WHOLE_UNITS: Final = frozenset({"isk", "ugx"})
"""Counted in hundredths that are always 00."""

HIGHEST: Final = {"idr": 999_999_999_999}
"""Minor units, where it is not eight digits."""


def _table(text: str) -> dict[str, Decimal]:
    words = text.lower().split()
    return {code: Decimal(value) for code, value in zip(words[::2], words[1::2], strict=True)}


PER_DOLLAR: Final = _table("""
    AED 3.67 AFN 70 ALL 85 AMD 385 ANG 1.79 AOA 915 ARS 1400 AUD 1.53 AWG 1.79 AZN 1.7 BAM 1.68
    BBD 2 BDT 122 BGN 1.68 BHD 0.376 BIF 2950 BMD 1 BND 1.29 BOB 6.9 BRL 5.4 BSD 1 BWP 13.5
    BYN 3.3 BZD 2 CAD 1.4 CDF 2300 CHF 0.8 CLP 950 CNY 7.1 COP 3900 CRC 505 CVE 95 CZK 21
    DJF 178 DKK 6.45 DOP 63 DZD 130 EGP 48 ETB 150 EUR 0.86 FJD 2.27 FKP 0.75 GBP 0.75 GEL 2.7
    GIP 0.75 GMD 72 GNF 8700 GTQ 7.7 GYD 209 HKD 7.8 HNL 26 HTG 131 HUF 335 IDR 16600 ILS 3.3
    INR 88 ISK 125 JMD 160 JOD 0.709 JPY 152 KES 129 KGS 87 KHR 4020 KMF 425 KRW 1430 KWD 0.306
    KYD 0.83 KZT 530 LAK 21700 LBP 89500 LKR 303 LRD 183 LSL 17.3 MAD 9.2 MDL 17 MGA 4480
    MKD 53 MMK 2100 MNT 3590 MOP 8 MUR 45.5 MVR 15.4 MWK 1735 MXN 18.4 MYR 4.2 MZN 64 NAD 17.3
    NGN 1450 NIO 36.8 NOK 10 NPR 141 NZD 1.74 OMR 0.385 PAB 1 PEN 3.4 PGK 4.2 PHP 58 PKR 282
    PLN 3.65 PYG 7050 QAR 3.64 RON 4.4 RSD 101 RUB 80 RWF 1450 SAR 3.75 SBD 8.2 SCR 14 SEK 9.4
    SGD 1.3 SHP 0.75 SLE 23 SOS 571 SRD 38 STD 21000 SZL 17.3 THB 32.5 TJS 9.3 TND 2.9 TOP 2.4
    TRY 42 TTD 6.8 TWD 30.7 TZS 2460 UAH 42 UGX 3500 USD 1 UYU 39.8 UZS 12000 VND 26300 VUV 121
    WST 2.75 XAF 565 XCD 2.7 XCG 1.8 XOF 565 XPF 103 YER 239 ZAR 17.3 ZMW 22.5
""")
"""All currencies that are charged in, with about how much of them a US dollar is worth."""

LEAST_PUBLISHED: Final = _table("""
    AED 200 ARS 50 AUD 50 BRL 50 CAD 50 CHF 50 COP 50 CZK 1500 DKK 250 EUR 50 GBP 30 HKD 400
    HUF 17500 IDR 50 ILS 50 INR 50 JPY 50 KRW 50 MXN 1000 MYR 200 NOK 300 NZD 50 PHP 50 PLN 200
    RON 200 RUB 50 SEK 300 SGD 50 THB 1000 USD 50 ZAR 50
""")
"""Minor units: the least charge of accounts that are paid out in that currency."""


def in_cents(amount: int, currency: str) -> Decimal:
    """About how many cents of a US dollar an amount in minor units is worth."""
    return Decimal(amount).scaleb(2 - digits(currency)) / PER_DOLLAR[currency]
