"""What a row is read as."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

Row = RowMapping | Mapping[str, Any]
