"""Dates as each language writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from babel import dates, localedata

from brief import language
from brief.model import PartialDate, Period


@pytest.mark.parametrize(
    ("tag", "start", "end", "written"),
    [
        ("en-GB", (2025, 3, 10), (2025, 3, 10), "10 March 2025"),
        ("en-GB", (2025, 3, 5), (2025, 3, 7), "5–7 March 2025"),
        ("en-GB", (2025, 3, 31), (2025, 4, 2), "31 March – 2 April 2025"),
        ("en-GB", (2024, 12, 30), (2025, 1, 5), "30 December 2024 – 5 January 2025"),
        ("de-DE", (2025, 3, 5), (2025, 3, 7), "5.–7. März 2025"),
        ("fr-FR", (2025, 3, 5), (2025, 4, 7), "5 mars – 7 avril 2025"),
        ("ko-KR", (2025, 3, 10), (2025, 3, 10), "2025년 3월 10일"),
    ],
)
def test_a_period_says_once_what_its_ends_share(
    tag: str, start: tuple[int, int, int], end: tuple[int, int, int], written: str
) -> None:
    text = language.period(Period(dt.date(*start), dt.date(*end)), tag)
    assert text.replace("\u2009", " ").replace("\u202f", " ") == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (PartialDate(2025, 3, 11), "11 March 2025"),
        (PartialDate(2025, 3), "March 2025"),
        (PartialDate(2025), "2025"),
    ],
)
def test_a_partial_date_prints_what_is_known(value: PartialDate, written: str) -> None:
    assert language.partial_date(value, "en-GB") == written


def test_every_language_that_babel_knows_can_write_a_period() -> None:
    for name in localedata.locale_identifiers():
        tag = name.replace("_", "-")
        assert language.period(Period(dt.date(2025, 3, 5), dt.date(2025, 4, 7)), tag)


def test_a_language_nobody_knows_is_not_known() -> None:
    assert language.known("en-GB")
    assert not language.known("xx-YY")
    assert not language.known("not a language")


WRITTEN: tuple[Callable[[], str], ...] = (
    lambda: language.date(dt.date(1999, 12, 31), "en-GB", "d MMM"),
    lambda: language.date(dt.date(1999, 12, 31), "fr-FR", "d MMM"),
    lambda: language.date(dt.date(1999, 12, 31), "en-GB"),
    lambda: language.period(Period(dt.date(1999, 12, 30), dt.date(1999, 12, 31)), "en-GB"),
    lambda: language.short_period(Period(dt.date(1999, 12, 30), dt.date(1999, 12, 31)), "en-GB"),
    lambda: language.short_period(Period(dt.date(1999, 12, 30), dt.date(1999, 12, 31)), "en-GB", with_year=True),
    lambda: language.tick(dt.date(1999, 12, 1), "en-GB", "month"),
    lambda: language.tick(dt.date(1999, 12, 1), "en-GB", "year"),
    lambda: language.partial_date(PartialDate(1999, 12), "en-GB"),
    lambda: language.partial_date(PartialDate(1999), "en-GB"),
)


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing is remembered, before and after."""
    forget()
    yield
    forget()


def forget() -> None:
    language.remember(None)
    language.date.cache_clear()
    language.period.cache_clear()


def test_what_was_written_once_is_read_again_without_babel(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [write() for write in WRITTEN]
    forget()
    texts: dict[str, str] = {}
    language.remember(texts)
    assert [write() for write in WRITTEN] == expected
    assert set(expected) <= set(texts.values())
    forget()
    language.remember(texts)
    for name in ("format_date", "format_interval", "format_skeleton"):
        monkeypatch.delattr(dates, name)
    assert [write() for write in WRITTEN] == expected
    forget()
    with pytest.raises(ImportError):
        WRITTEN[0]()
