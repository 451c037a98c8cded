"""Where a buyer is, as far as a tax depends on it."""

import re
from dataclasses import dataclass
from typing import Final

from payments.domain.errors import Refused

COUNTRIES: Final = frozenset(
    "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS "  # noqa: SIM905 - reads better
    "BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
    "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN "
    "HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ "
    "NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)
"""ISO 3166-1, the codes of two letters of places where people live."""

NEED_POSTAL_CODE: Final = frozenset({"CA", "US"})
"""Where the country alone says no rate (Stripe: Customer locations)."""

POSTAL_LENGTH: Final = 12
"""The most characters of a postal code."""

_POSTAL_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9 -]{0,11}")
_ZIP: Final = re.compile(r"[0-9]{5}(-[0-9]{4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place by which tax is computed.

    Attributes:
        country: ISO 3166-1, two letters in capitals.
        postal_code: As that country writes it; empty where none was given.
    """

    country: str
    postal_code: str = ""


def check_place(country: str, postal_code: str) -> Place:
    """A place as it was typed.

    Raises:
        Refused: There is no such country, or the postal code cannot be right or is missing.
    """
    code = country.strip().upper()
    if code not in COUNTRIES:
        raise Refused("Choose your country from the list.")
    postal = " ".join(postal_code.upper().split())
    if not postal and code in NEED_POSTAL_CODE:
        raise Refused("The tax depends on your postal code there. Please enter it.")
    if postal and _POSTAL_CODE.fullmatch(postal) is None:
        raise Refused("This is not a postal code. Please look at it again.")
    if code == "US":
        if _ZIP.fullmatch(postal) is None:
            raise Refused("A ZIP code has five digits. Please look at it again.")
        postal = postal[:5]
    return Place(country=code, postal_code=postal)
