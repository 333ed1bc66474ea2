"""What an edition tells: the window, the horizon, the selection, and what was known on its date."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from brief import BriefError, Edition, load, select
from brief.issuer import current_date
from conftest import BRIEFING, REPOSITORY, MakeDesk

DATE = dt.date(2025, 3, 10)


def seeds(*events: Mapping[str, object], **lists: object) -> str:
    base = {"kind": "meeting", "status": "held", "summary": "It happened.", "sources": ["s"], "topics": ["nato"]}
    filled = [{"id": f"e{n}", "title": f"Event {n}", **base, **event} for n, event in enumerate(events)]
    source = {"id": "s", "publisher": "P", "title": "T", "published": "2025-03-01"}
    return yaml.safe_dump({"sources": [source], "events": filled, **lists}, allow_unicode=True)


def edition(make_desk: MakeDesk, text: str, briefing: str = "", date: dt.date = DATE, **options: dt.date) -> Edition:
    head = "title: W\ntemplate: weekly.md.j2\ntimezone: UTC\n"
    default = "" if "covers:" in briefing else "covers: {days: 7}\n"
    desk = load(make_desk({"seeds/seeds.yaml": text, "briefings/weekly.yaml": head + default + briefing}))
    assert not [problem for problem in desk.problems if problem.severity == "error"], desk.problems
    return select(desk, "weekly", date, **options)


def ids(items: object) -> list[str]:
    return [item.id for item in items]  # type: ignore[attr-defined]


def test_the_window_is_the_seven_days_before_the_issue_date(make_desk: MakeDesk) -> None:
    days = ["2025-03-02", "2025-03-03", "2025-03-09", "2025-03-10"]
    found = edition(make_desk, seeds(*({"date": day} for day in days)))
    assert (found.start, found.end) == (dt.date(2025, 3, 3), dt.date(2025, 3, 9))
    assert ids(found.events) == ["e1", "e2"]


def test_an_event_of_several_days_belongs_to_the_window_of_its_last(make_desk: MakeDesk) -> None:
    over = {"date": {"from": "2025-03-01", "to": "2025-03-03"}}
    into = {"date": {"from": "2025-03-08", "to": "2025-03-11"}}
    found = edition(make_desk, seeds(over, into))
    assert ids(found.events) == ["e0"]
    assert ids(found.upcoming) == ["e1"]


def test_what_had_not_ended_by_the_date_reads_as_planned_without_hindsight(make_desk: MakeDesk) -> None:
    later = {
        "date": "2025-03-10",
        "agenda": "To talk.",
        "outcomes": ["They agreed."],
        "bottom_line": "All is well.",
        "sources": ["s", "late"],
    }
    sources = [
        {"id": "s", "publisher": "P", "title": "T", "published": "2025-03"},
        {"id": "late", "publisher": "P", "title": "T", "published": "2025-03-11"},
    ]
    (event,) = edition(make_desk, seeds(later, sources=sources)).upcoming
    assert event.status == "planned"
    assert (event.agenda, event.summary, event.bottom_line, event.outcomes) == ("To talk.", "", "", ())
    assert ids(event.sources) == ["s"]  # of March, so perhaps known on the 10th; the other one of the 11th


def test_the_same_event_is_told_as_held_once_its_day_has_passed(make_desk: MakeDesk) -> None:
    found = edition(make_desk, seeds({"date": "2025-03-10", "outcomes": ["They agreed."]}), date=dt.date(2025, 3, 17))
    (event,) = found.meetings
    assert (event.status, event.summary, event.outcomes) == ("held", "It happened.", ("They agreed.",))
    assert not found.upcoming


def test_a_planned_event_whose_day_has_passed_stays_and_is_no_meeting(make_desk: MakeDesk) -> None:
    found = edition(make_desk, seeds({"date": "2025-03-05", "status": "planned", "agenda": "To talk."}))
    assert [event.status for event in found.events] == ["planned"]
    assert found.meetings == ()
    assert found.upcoming == ()


def test_a_cancelled_event_is_never_upcoming(make_desk: MakeDesk) -> None:
    found = edition(
        make_desk, seeds({"date": "2025-03-12", "status": "cancelled"}, {"date": "2025-03-05", "status": "cancelled"})
    )
    assert found.upcoming == ()
    assert ids(found.events) == ["e1"]
    assert found.meetings == ()


def test_the_horizon_ends_upcoming_events_and_judgements(make_desk: MakeDesk) -> None:
    judgement = {"statement": "It happens.", "likelihood": "likely", "confidence": "low", "made": "2025-03-01"}
    outlook = [
        {"id": f"j{n}", **judgement, "by": day}
        for n, day in enumerate(["2025-03-09", "2025-03-10", "2025-03-20", "2025-03-21"])
    ]
    events = [{"date": day, "agenda": "A."} for day in ("2025-03-20", "2025-03-21")]
    found = edition(make_desk, seeds(*events, outlook=outlook), "horizon: {days: 10}")
    assert ids(found.upcoming) == ["e0"]
    assert ids(found.outlook) == ["j1", "j2"]


def test_a_judgement_is_open_until_the_day_its_outcome_is_known(make_desk: MakeDesk) -> None:
    outcome = {"result": "happened", "on": "2025-03-10"}
    judgement = {
        "id": "j",
        "statement": "S.",
        "likelihood": "likely",
        "confidence": "low",
        "made": "2025-03-01",
        "by": "2025-03-20",
    }
    text = seeds({"date": "2025-03-05"}, outlook=[{**judgement, "outcome": outcome}])
    (told,) = edition(make_desk, text).outlook
    assert told.outcome is None
    desk = load(Path(make_desk({"seeds/seeds.yaml": text}, name="again")))
    assert select(desk, "weekly", dt.date(2025, 3, 11)).outlook == ()


def test_background_is_told_while_it_is_valid(make_desk: MakeDesk) -> None:
    spans = [
        {},
        {"valid_from": "2025-03-10"},
        {"valid_from": "2025-03-11"},
        {"valid_to": "2025-03-10"},
        {"valid_to": "2025-03-09"},
    ]
    notes = [{"id": f"n{n}", "title": "N", "text": "T", **span} for n, span in enumerate(spans)]
    assert ids(edition(make_desk, seeds({"date": "2025-03-05"}, background=notes)).background) == ["n0", "n1", "n3"]


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("topics: [nato]", ["e0", "e2"]),
        ("topics: [nato, eu]", ["e0", "e1", "e2"]),
        ("not: {topics: [eu]}", ["e0", "e2", "e3"]),
        ("kinds: [vote]", ["e3"]),
        ("not: {kinds: [vote, market]}", ["e0", "e1"]),
        ("significance: high", ["e0"]),
        ("significance: medium", ["e0", "e1", "e3"]),
        ("order: newest first", ["e3", "e2", "e1", "e0"]),
        ("order: most significant first", ["e0", "e3", "e1", "e2"]),
        ("limit: 2", ["e0", "e3"]),
    ],
)
def test_a_briefing_selects_by_topic_kind_significance_limit_and_order(
    make_desk: MakeDesk, choice: str, told: list[str]
) -> None:
    text = seeds(
        {"date": "2025-03-03", "significance": "high"},
        {"date": "2025-03-04", "topics": ["eu"]},
        {"date": "2025-03-05", "significance": "low", "kind": "market"},
        {"date": "2025-03-06", "topics": ["un"], "kind": "vote"},
    )
    assert ids(edition(make_desk, text, f"select: {{{choice}}}").events) == told


def test_what_the_limit_and_the_significance_leave_out_is_told_with_the_reason(make_desk: MakeDesk) -> None:
    text = seeds({"date": "2025-03-03"}, {"date": "2025-03-04"}, {"date": "2025-03-05", "significance": "low"})
    found = edition(make_desk, text, "select: {limit: 1, significance: medium}")
    assert [(left.item, left.reason) for left in found.left_out] == [("e0", "limit: 1"), ("e2", "significance: below medium")]


def test_the_marking_is_a_ceiling_and_what_it_withholds_is_only_counted(make_desk: MakeDesk) -> None:
    sources = [
        {"id": "s", "publisher": "P", "title": "T", "published": "2025-03-01"},
        {"id": "closed-source", "publisher": "P", "title": "SECRET", "marking": "TLP:AMBER"},
    ]
    people = [{"id": "closed-person", "name": "SECRET", "marking": "TLP:RED"}]
    text = seeds(
        {
            "date": "2025-03-03",
            "marking": "TLP:GREEN",
            "sources": ["s", "closed-source"],
            "participants": ["closed-person", "B"],
        },
        {"date": "2025-03-04", "marking": "TLP:AMBER", "title": "SECRET"},
        {"date": "2025-02-04", "marking": "TLP:AMBER", "title": "SECRET, but of another week"},
        sources=sources,
        people=people,
    )
    found = edition(make_desk, text, "marking: TLP:GREEN")
    assert ids(found.events) == ["e0"]
    assert "SECRET" not in repr(found)
    assert found.withheld == 3


def test_a_schedule_numbers_the_editions_and_names_the_one_before(make_desk: MakeDesk) -> None:
    text = seeds({"date": "2025-03-05"})
    scheduled = 'schedule: {every: week, on: monday, at: "07:00"}\nfirst_edition: 2025-02-25'
    found = edition(make_desk, text, scheduled)
    assert (found.number, found.previous) == (2, dt.date(2025, 3, 3))
    desk = load(
        make_desk(
            {
                "seeds/seeds.yaml": text,
                "briefings/weekly.yaml": f"title: W\ntemplate: weekly.md.j2\ncovers: {{days: 7}}\n{scheduled}",
            },
            name="b",
        )
    )
    first = select(desk, "weekly", dt.date(2025, 3, 3))
    assert (first.number, first.previous) == (1, None)
    assert select(desk, "weekly", dt.date(2025, 3, 11)).number is None


@pytest.mark.parametrize(
    ("covers", "start"),
    [
        ("covers: {months: 1}", dt.date(2025, 2, 10)),
        ("covers: {since: 2024-11-01}", dt.date(2024, 11, 1)),
        (
            "covers: {since: previous}\nfirst_edition: 2025-01-06\nschedule: {every: week, on: monday, at: '07:00'}",
            dt.date(2025, 3, 3),
        ),
    ],
)
def test_a_window_may_begin_otherwise(make_desk: MakeDesk, covers: str, start: dt.date) -> None:
    assert edition(make_desk, seeds({"date": "2025-03-05"}), covers).start == start


def test_a_day_left_out_has_no_number_and_the_next_edition_looks_further_back(make_desk: MakeDesk) -> None:
    due = "covers: {since: previous}\nfirst_edition: 2025-02-24\nschedule: {every: week, on: monday, except: [2025-03-03]}"
    found = edition(make_desk, seeds({"date": "2025-02-25"}), due)
    assert (found.number, found.previous, found.start) == (2, dt.date(2025, 2, 24), dt.date(2025, 2, 24))
    assert ids(found.events) == ["e0"]


def test_a_schedule_that_is_over_has_its_last_edition_and_one_that_never_begins_none(make_desk: MakeDesk) -> None:
    over = "schedule: {every: week, on: monday, until: 2025-03-05}"
    briefing = edition(make_desk, seeds({"date": "2025-02-25"}), over).briefing
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert current_date(briefing, now) == dt.date(2025, 3, 3)
    with pytest.raises(BriefError, match="no edition of weekly is ever due"):
        current_date(replace(briefing, first_edition=dt.date(2025, 3, 4)), now)


@pytest.mark.parametrize("day", ["2024-11-01", "2024-10-07"])
def test_an_edition_of_before_its_briefing_covers_anything_is_refused(make_desk: MakeDesk, day: str) -> None:
    root = make_desk({"briefings/weekly.yaml": BRIEFING.replace("covers: {days: 7}", "covers: {since: 2024-11-01}")})
    with pytest.raises(BriefError) as refused:
        select(load(root), "weekly", dt.date.fromisoformat(day))
    assert str(refused.value) == (
        f"briefings/weekly.yaml:2:1: error: covers.since: the edition of {day} would cover nothing: "
        "the briefing tells what happened from 2024-11-01 on (give a later date, or an earlier day here)"
    )


def test_since_previous_runs_from_the_last_published_edition(make_desk: MakeDesk) -> None:
    covers = "covers: {since: previous}\nfirst_edition: 2025-01-06\nschedule: {every: week, on: monday, at: '07:00'}"
    found = edition(make_desk, seeds({"date": "2025-02-20"}), covers, published=dt.date(2025, 2, 17))
    assert found.start == dt.date(2025, 2, 17)
    assert ids(found.events) == ["e0"]


def test_a_faulty_item_stops_the_briefings_that_select_it_and_no_other(make_desk: MakeDesk) -> None:
    text = seeds({"date": "2025-03-05"}, {"date": "2025-03-06", "topics": ["eu"], "status": "hold"})
    head = "title: W\ntemplate: weekly.md.j2\ncovers: {days: 7}\n"
    desk = load(
        make_desk(
            {
                "seeds/seeds.yaml": text,
                "briefings/weekly.yaml": head + "select: {topics: [nato]}",
                "briefings/stopped.yaml": head + "select: {topics: [eu]}",
            }
        )
    )
    assert ids(select(desk, "weekly", DATE).events) == ["e0"]
    with pytest.raises(BriefError, match=r"seeds/seeds\.yaml:\d+:\d+: error: .*hold"):
        select(desk, "stopped", DATE)
    assert select(desk, "stopped", dt.date(2024, 1, 1)).is_empty  # its window and horizon are elsewhere


def test_a_briefing_that_is_not_there_is_named_with_the_nearest(make_desk: MakeDesk) -> None:
    with pytest.raises(BriefError, match="did you mean 'weekly'"):
        select(load(make_desk()), "weekyl", DATE)


def test_the_shipped_editions_tell_what_their_weeks_held() -> None:
    desk = load(REPOSITORY)
    assert desk.problems == ()
    march = select(desk, "korea-europe-weekly", DATE)
    assert all(dt.date(2025, 3, 3) <= event.date.end <= dt.date(2025, 3, 9) for event in march.meetings)
    assert {"cho-sikorski-2025-03-05", "cho-kosiniak-kamysz-2025-03-06", "cho-barrot-2025-03-07"} <= set(ids(march.meetings))
    ahead = {"eu-rok-space-security-dialogue-1", "rok-germany-indo-pacific-dialogue-1"}
    assert ahead <= set(ids(march.upcoming))
    assert ahead.isdisjoint(ids(march.events))
    week_after = select(desk, "korea-europe-weekly", dt.date(2025, 3, 17))
    assert ahead <= set(ids(week_after.meetings))
    nato = next(event for event in select(desk, "korea-europe-weekly", dt.date(2025, 3, 31)).upcoming if "nato" in event.id)
    assert (nato.status, nato.date.start, nato.date.end) == ("planned", dt.date(2025, 4, 2), dt.date(2025, 4, 4))
    dossier = select(desk, "korea-europe-dossier", dt.date(2025, 4, 7))
    assert any(event.id == nato.id and event.status == "planned" for event in dossier.events)
    assert json.dumps(ids(dossier.events))
