"""Days, and dates of which less is known, as they are written in a desk's files."""

from __future__ import annotations

import datetime as dt
import re

from brief.model import PartialDate

DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PARTIAL_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""No desk tells of years beyond, and arithmetic with those between stays within the calendar."""
YEAR_PATTERN = r"^(19[0-9]{2}|2[01][0-9]{2}|2200)"
MONTH_PATTERN = YEAR_PATTERN + r"(-(0[1-9]|1[0-2]))?$"
"""What there is of years and months, for editors; `day` and `partial` say what is wrong with the others."""


def day(text: str) -> dt.date:
    """The day written `2025-03-10`; the `ValueError` says why there is none."""
    if not re.match(DAY_PATTERN, text):
        raise ValueError("this is no day; expected such as 2025-03-10")
    year, month, number = map(int, text.split("-"))
    _check_month(text, year, month)
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    if not 1 <= number <= last:
        raise ValueError(f"there is no day {text}: that month has {last} days")
    return dt.date(year, month, number)


def partial(text: str) -> PartialDate:
    """The date written `2025-03-10`, `2025-03` or `2025`; the `ValueError` says why there is none."""
    if not re.match(PARTIAL_PATTERN, text):
        raise ValueError("this is no date; expected such as 2025-03-10, 2025-03 or 2025")
    if len(text) == len("2025-03-10"):
        known = day(text)
        return PartialDate(known.year, known.month, known.day)
    year, *rest = map(int, text.split("-"))
    _check_month(text, year, *rest)
    return PartialDate(year, *rest)


def _check_month(text: str, year: int, month: int = 1) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year:04} is too far away; a year between {FIRST_YEAR} and {LAST_YEAR} is expected")
    if not 1 <= month <= 12:
        raise ValueError(f"there is no date {text}: a year has 12 months")
