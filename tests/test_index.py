"""A desk read beside an index is the desk that is read without: whatever was edited, broken or mended in between."""

from __future__ import annotations

import datetime as dt
import errno
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brief import edition as editions
from brief.desk import files, indexed, load, pinpoint
from brief.desk import index as kept
from brief.errors import BriefError, Origin
from brief.model import Desk, Items, Period
from conftest import BRIEFING, SEEDS, TEMPLATE

DATES = [dt.date(2025, 3, 10), dt.date(2025, 3, 31), dt.date(2024, 12, 2)]
MARKINGS = ["TLP:CLEAR", "TLP:GREEN", "TLP:RED"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return a_desk(tmp_path / "desk")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    return folder


def a_desk(root: Path) -> Path:
    for folder in ("seeds", "briefings", "templates"):
        (root / folder).mkdir(parents=True)
    shutil.copy(Path(__file__).parent.parent / "templates" / "house.docx", root / "templates")
    (root / "templates" / "weekly.md.j2").write_text(TEMPLATE)
    (root / "briefings" / "weekly.yaml").write_text(textwrap.dedent(BRIEFING))
    (root / "seeds" / "all.yaml").write_text(textwrap.dedent(SEEDS))
    return root


def told(desk: Desk) -> dict[str, object]:
    """All that can be known of a desk, as far as it is not stopped."""
    known: dict[str, object] = {
        "problems": desk.problems,
        "fatal": desk.fatal,
        "briefings": desk.briefings,
        "faulty briefings": desk.faulty_briefings,
        "settings": (desk.output, desk.state, desk.on_failure),
        "templates": (desk.templates, desk.houses),
        "files": sorted(desk.texts),
    }
    if desk.fatal:  # no edition can be made
        return known
    editions_made = {(slug, date): edition(desk, slug, date) for slug in ("weekly", "closed", "not-there") for date in DATES}
    return {**known, "items": plain(desk.archive.everything()), "faulty": sorted(map(repr, desk.faulty)), **editions_made}  # type: ignore[dict-item]


def edition(desk: Desk, slug: str, date: dt.date) -> object:
    try:
        made = editions.select(desk, slug, date)
    except BriefError as error:
        return error.problems
    lists = (made.events, made.upcoming, made.background, made.outlook, made.left_out)
    return made.withheld, [[(repr(item), origins(item)) for item in some] for some in lists]


def plain(items: Items) -> object:
    """The items and where each was written; a `Prose` is printed without its origin."""
    lists = (items.sources, items.people, items.events, items.background, items.outlook)
    return [[(repr(item), origins(item)) for item in some] for some in lists]


def origins(item: object) -> list[object]:
    keys = ("summary", "agenda", "bottom_line", "text", "statement", "resolves_when")
    found = [getattr(getattr(item, key, None), "origin", None) for key in keys]
    return found + [text.origin for text in getattr(item, "outcomes", ())]


def assert_same(root: Path, cache: Path) -> Desk:
    with_index, without = load(root, cache=cache), load(root)
    expected = told(without)
    assert told(with_index) == expected
    return with_index


ids = st.sampled_from(["a", "b", "c", "d", "e"])
days = st.dates(dt.date(2024, 11, 1), dt.date(2025, 4, 30)).map(str)
topics = st.lists(st.sampled_from(["x", "y", "z"]), max_size=2)
marking = st.sampled_from([*MARKINGS, "TLP:BLUE"]) | st.just("TLP:CLEAR")
texts = st.sampled_from(["Text.", "Another *text*.", "한국어 text, with: signs", " "])
source = st.fixed_dictionaries(
    {"id": ids, "publisher": texts, "title": texts}, optional={"published": days | st.just("2025-03"), "marking": marking}
)
person = st.fixed_dictionaries(
    {"id": ids, "name": texts}, optional={"marking": marking, "roles": st.just([{"title": "Minister", "from": "2025-01-01"}])}
)
event = st.fixed_dictionaries(
    {
        "id": ids,
        "title": texts,
        "kind": st.sampled_from(["meeting", "visit"]),
        "status": st.sampled_from(["held", "planned"]),
        "date": days,
        "sources": st.lists(ids, min_size=1, max_size=2, unique=True),
    },
    optional={
        "summary": texts,
        "agenda": texts,
        "participants": st.lists(ids | st.just("A Name"), max_size=2, unique=True),
        "topics": topics,
        "marking": marking,
        "significance": st.sampled_from(["high", "low", "hihg"]),
        "outcomes": st.lists(texts, max_size=2),
    },
)
note = st.fixed_dictionaries(
    {"id": ids, "title": texts, "text": texts},
    optional={"sources": st.lists(ids, max_size=2), "topics": topics, "marking": marking, "valid_from": days, "valid_to": days},
)
judgement = st.fixed_dictionaries(
    {"id": ids, "statement": texts, "likelihood": st.just("likely"), "confidence": st.just("low"), "made": days, "by": days},
    optional={
        "sources": st.lists(ids, max_size=1),
        "topics": topics,
        "outcome": st.fixed_dictionaries({"result": st.just("happened"), "on": days, "event": ids}),
    },
)
content = st.fixed_dictionaries(
    {},
    optional={
        "sources": st.lists(source, max_size=3, unique_by=lambda item: item["id"]),
        "people": st.lists(person, max_size=2),
        "events": st.lists(event, max_size=3, unique_by=lambda item: item["id"]),
        "background": st.lists(note, max_size=2),
        "outlook": st.lists(judgement, max_size=2),
    },
)
names = st.sampled_from(["seeds/a.yaml", "seeds/b.yaml", "seeds/deep/c.yml"])
broken = st.sampled_from(["sources: [", "events: 3\n", "nothing: {}\n", "", "sources:\n  - {id: a, publisher: P}\n\tx: y\n"])
edits = st.one_of(
    st.tuples(names, content.map(lambda value: yaml.safe_dump(value, sort_keys=False, allow_unicode=True))),
    st.tuples(names, broken),
    st.tuples(names, st.none()),
    st.tuples(
        st.just("briefings/closed.yaml"),
        st.builds(
            "title: T\ntemplate: weekly.md.j2\ncovers: {{days: {}}}\nselect: {{topics: [{}]}}\n".format,
            st.integers(1, 90),
            topics.map(", ".join),
        ),
    ),
    st.tuples(
        st.just("brief.yaml"), st.sampled_from(["timezone: Europe/Paris\n", "marking: TLP:RED\n", "timezone: Mars\n", None])
    ),
    st.tuples(st.just("templates/weekly.md.j2"), st.sampled_from([TEMPLATE, None])),
)
SOUND = "sources:\n" + "".join(f"  - {{id: {word}, publisher: P, title: T}}\n" for word in "abcde")
SOUND += "people:\n" + "".join(f"  - {{id: {word}, name: N}}\n" for word in "abcde")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(edits, min_size=1, max_size=8), st.booleans(), st.booleans())
def test_after_any_edits_the_desk_is_the_same_with_and_without_an_index(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, str | None]], is_sound: bool, at_once: bool
) -> None:
    base = tmp_path_factory.mktemp("edited")
    root, cache = a_desk(base / "desk"), base / "cache"
    cache.mkdir(mode=0o700)
    if is_sound:  # so that most edits meet a desk in which their names are known
        (root / "seeds" / "0.yaml").write_text(SOUND)
    ticks = count(10**18, 10**9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexed, "_SETTLED", -(10**15))  # a file's times are believed at once, as two seconds later
        for name, text in made:
            edit(root / name, text, next(ticks))
            if not at_once:
                assert_same(root, cache)
        assert_same(root, cache)
        assert_same(root, cache)


# What files hold of one another: an id held soundly or with a fault, and named.
HELD = ["", "sources: [{id: a, publisher: P, title: T}]\n", "sources: [{id: a, publisher: P}]\n", "sources: [{id: a, {\n"]
HELD += ["sources: [{id: a, publisher: P, title: T}, {id: b, publisher: P}]\n", "people: [{id: a, name: N}, {id: b}]\n"]
HELD += ["people: [{id: a, name: N}]\n", "people: [{id: a}]\n"]
NAMED = ["", "background: [{id: %s, title: T, text: X, sources: [a]}]\n"]
NAMED += [f"events: [{{id: %s, title: T, kind: visit, status: held, date: 2025-03-10, summary: X, {key}}}]\n" for key in (
    "sources: [a]", "sources: [herald], participants: [a]"
)]  # fmt: skip
places = st.sampled_from(["x", "y"])


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(places, st.sampled_from(HELD), st.sampled_from(NAMED)), min_size=3, max_size=12))
def test_whoever_holds_a_name_and_whoever_needs_it_what_is_missing_is_told(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, str, str]]
) -> None:
    base = tmp_path_factory.mktemp("named")
    root, cache = a_desk(base / "desk"), base / "cache"
    cache.mkdir(mode=0o700)
    ticks = count(10**18, 10**9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexed, "_SETTLED", -(10**15))
        for name, held, named in made:
            text = held + (named % f"{name}-own" if named else "")
            edit(root / "seeds" / f"{name}.yaml", text or None, next(ticks))
            assert_same(root, cache)


@pytest.mark.parametrize("held", [text for text in HELD if text.startswith("sources")])
def test_a_name_is_missed_once_the_file_that_held_it_with_a_fault_is_gone(root: Path, cache: Path, held: str) -> None:
    (root / "seeds" / "held.yaml").write_text(held)
    (root / "seeds" / "named.yaml").write_text(NAMED[1] % "note")
    assert_same(root, cache)
    (root / "seeds" / "held.yaml").unlink()
    for _ in range(2):
        (problem,) = assert_same(root, cache).problems
        assert "no source has the id 'a'" in str(problem)


def edit(path: Path, text: str | None, tick: int) -> None:
    if text is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, ns=(tick, tick))


def parsed_by(act: Callable[[], object]) -> list[str]:
    """The files whose YAML is parsed meanwhile."""
    from brief.desk import seeds

    parsed: list[str] = []
    real = seeds.read

    def read(name: str, text: str) -> object:
        parsed.append(name)
        return real(name, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seeds, "read", read)
        act()
    return parsed


def test_only_what_has_changed_is_parsed_again(root: Path, cache: Path) -> None:
    (root / "seeds" / "more.yaml").write_text(SOUND)
    assert parsed_by(lambda: load(root, cache=cache)) == ["seeds/all.yaml", "seeds/more.yaml"]
    assert parsed_by(lambda: load(root, cache=cache)) == []
    os.utime(root / "seeds" / "all.yaml")
    assert parsed_by(lambda: load(root, cache=cache)) == []  # touched: what it holds is the same
    with (root / "seeds" / "more.yaml").open("a") as file:
        file.write("# a remark\n")
    assert parsed_by(lambda: load(root, cache=cache)) == ["seeds/more.yaml"]
    assert parsed_by(lambda: load(root)) == ["seeds/all.yaml", "seeds/more.yaml"]


def test_a_change_is_seen_though_size_and_time_of_change_stay_the_same(root: Path, cache: Path) -> None:
    path = root / "seeds" / "all.yaml"
    before = path.stat()
    load(root, cache=cache)
    path.write_text(path.read_text().replace("Talks in Paris", "Talks in Parma"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert assert_same(root, cache).events[0].title == "Talks in Parma"


def test_a_fault_is_told_at_each_run_until_it_is_mended(root: Path, cache: Path) -> None:
    path = root / "seeds" / "all.yaml"
    right = path.read_text()
    load(root, cache=cache)
    path.write_text(right.replace("sources: [herald]", "sources: [hreald]"))
    for _ in range(2):
        (problem,) = assert_same(root, cache).problems
        assert "did you mean 'herald'?" in str(problem)
    path.write_text(right)
    assert assert_same(root, cache).problems == ()


def test_a_source_that_goes_is_missed_by_the_files_that_name_it(root: Path, cache: Path) -> None:
    (root / "seeds" / "more.yaml").write_text("sources: [{id: other, publisher: P, title: T}]\n")
    all_of_it = root / "seeds" / "all.yaml"
    all_of_it.write_text(all_of_it.read_text().replace("sources: [herald]", "sources: [herald, other]"))
    assert assert_same(root, cache).problems == ()
    (root / "seeds" / "more.yaml").unlink()
    (problem,) = assert_same(root, cache).problems
    assert problem.place.path == "seeds/all.yaml"


def test_a_place_is_still_found_in_a_file_that_was_not_read(root: Path, cache: Path) -> None:
    load(root, cache=cache)
    desk = load(root, cache=cache)
    origin = desk.events[0].summary.origin
    assert isinstance(origin, Origin)
    assert pinpoint(desk, origin) == pinpoint(load(root), origin)
    (root / "seeds" / "all.yaml").write_text("events: []\n")
    assert pinpoint(desk, origin) == origin.place  # no line of a text that is gone


def test_of_the_archive_only_what_the_window_needs_is_read(root: Path, cache: Path) -> None:
    event = "  - {id: e%s, title: T, kind: meeting, status: held, date: %s, summary: S, sources: [herald]}\n"
    dates = [dt.date(2020, 1, 1) + dt.timedelta(days=number) for number in range(300)]
    (root / "seeds" / "old.yaml").write_text("events:\n" + "".join(event % (n, date) for n, date in enumerate(dates)))
    load(root, cache=cache)
    found = load(root, cache=cache).archive.within(Period(dt.date(2020, 3, 1), dt.date(2020, 3, 7)))
    assert [event.date.start for event in found.events] == dates[60:67]


# What may befall an index


def damages() -> dict[str, Callable[[Path], object]]:
    def change(path: Path, statement: str) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
        connection.close()

    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        chance = random.Random(3)
        for _ in range(200):
            data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)

    return {
        "empty": lambda path: path.write_bytes(b""),
        "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
        "text": lambda path: path.write_text("this is no database"),
        "noise": flip,
        "of a later form": lambda path: change(path, "PRAGMA user_version = 99"),
        "without a table": lambda path: change(path, "DROP TABLE item"),
        "without items": lambda path: change(path, "DELETE FROM item WHERE list = 'sources'"),
        "other words": lambda path: change(path, "UPDATE item SET record = replace(record, 'talked', 'fought')"),
        "other days": lambda path: change(
            path, "UPDATE item SET first = '2025-03-06', last = '2025-03-06' WHERE list = 'events'"
        ),
        "wrong kinds": lambda path: change(path, "UPDATE file SET state = 3"),
        "no JSON": lambda path: change(path, "UPDATE joined SET versions = '{', apart = 'x'"),
        "no stamp": lambda path: change(path, "DELETE FROM about"),
        "no briefings": lambda path: change(path, "UPDATE kept SET meaning = '[1, 2]'"),
        "a folder": lambda path: (path.unlink(), path.mkdir()),
    }


@pytest.mark.parametrize("is_noticed", [True, False], ids=["", "unnoticed"])
@pytest.mark.parametrize("damage", damages())
def test_an_index_that_is_damaged_or_foreign_harms_nothing(root: Path, cache: Path, damage: str, is_noticed: bool) -> None:
    load(root, cache=cache)
    index = cache / "desk.sqlite"
    damages()[damage](index)
    if not is_noticed:
        seal(index)
    assert_same(root, cache)
    assert_same(root, cache)


def seal(index: Path) -> None:
    """Make a changed index look as if we had written it."""
    index.with_suffix(".seal").write_text(" ".join(map(str, files.state_of(index.stat()))))


def test_whatever_byte_of_an_index_is_changed_the_desk_is_the_same(root: Path, cache: Path) -> None:
    (root / "seeds" / "more.yaml").write_text(SOUND)
    load(root, cache=cache)
    index, chance = cache / "desk.sqlite", random.Random(8)
    whole, expected = index.read_bytes(), told(load(root))
    for _ in range(80):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        index.write_bytes(data)
        assert told(load(root, cache=cache)) == expected


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("name", ["desk.sqlite", "desk.sqlite-journal", "desk.seal"])
def test_a_pipe_in_its_place_is_not_waited_for(root: Path, cache: Path, name: str) -> None:
    load(root, cache=cache)
    (cache / name).unlink(missing_ok=True)
    os.mkfifo(cache / name)
    assert_same(root, cache)
    load(root, cache=cache)
    assert parsed_by(lambda: load(root, cache=cache)) == []


def test_it_is_built_anew_where_it_was_damaged(root: Path, cache: Path) -> None:
    load(root, cache=cache)
    index = cache / "desk.sqlite"
    index.write_text("this is no database")
    for _ in range(2):
        load(root, cache=cache)
    assert parsed_by(lambda: load(root, cache=cache)) == []


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ('"",""]', '"javascript:alert(1)",""]'),
        ("Talks in Paris", "\ufdd00\ufdd1"),
        ("Talks in Paris", "\\u0000"),
        ('"held"', '"hold"'),
        ("2025-03-05", "0025-03-05"),
        ('["herald"]', '"herald"'),
        ('["herald"]', '[["herald"]]'),
    ],
)
def test_what_no_seeds_may_hold_is_not_taken_from_an_index(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, written: str, instead: str
) -> None:
    load(root, cache=cache)
    path = cache / "desk.sqlite"
    monkeypatch.setattr(kept, "_sum", lambda *_: 0)  # who may write to an index knows how sums are made
    connection = sqlite3.connect(path)
    connection.execute("UPDATE item SET sum = 0, record = replace(record, ?, ?)", [written, instead])
    connection.commit()
    connection.close()
    assert_same(root, cache)


def test_an_index_that_goes_while_a_desk_is_in_use_is_not_missed(root: Path, cache: Path) -> None:
    load(root, cache=cache)
    expected = told(load(root))
    for act in (lambda path: path.unlink(), lambda path: path.write_text("x"), lambda path: None):
        desk = load(root, cache=cache)
        path = cache / "desk.sqlite"
        act(path)
        assert told(desk) == expected
        load(root, cache=cache)


@pytest.mark.parametrize("edit", ["events: [", "events: []\n", ""])
def test_files_that_were_edited_are_not_taken_for_those_of_an_index_that_went(root: Path, cache: Path, edit: str) -> None:
    load(root, cache=cache)
    desk = load(root, cache=cache)
    with (root / "seeds" / "all.yaml").open("a") as file:
        file.write(edit)
    (root / "seeds" / "more.yaml").write_text("")
    (cache / "desk.sqlite").unlink()
    with pytest.raises(BriefError, match=r"the files have changed .*run it again"):
        editions.select(desk, "weekly", DATES[0])


def test_another_index_that_lies_there_meanwhile_hides_nothing(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = "  - {id: e, title: T, kind: nonsense, status: held, date: 2025-03-05, sources: [herald], summary: S}\n"
    (root / "seeds" / "more.yaml").write_text(f"events:\n{event}")
    expected = load(root).problems
    resolve = indexed._seeds

    def late(*arguments: Any) -> Any:
        kept.Index(cache)._discard()
        with kept.Index(cache).open():
            pass
        return resolve(*arguments)

    monkeypatch.setattr(indexed, "_seeds", late)
    assert load(root, cache=cache).problems == expected


def test_a_desk_in_use_stays_as_it_was_when_others_edit_it(root: Path, cache: Path) -> None:
    load(root, cache=cache)
    desk = load(root, cache=cache)
    path = root / "seeds" / "all.yaml"
    path.write_text(path.read_text().replace("Talks in Paris", "Talks in Rome"))
    assert load(root, cache=cache).events[0].title == "Talks in Rome"
    assert editions.select(desk, "weekly", DATES[0]).events[0].title == "Talks in Paris"


def test_a_folder_that_can_not_be_written_to_is_done_without(root: Path, tmp_path: Path) -> None:
    assert_same(root, tmp_path / "not" / "there")


def test_another_process_that_writes_for_long_is_not_waited_for(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_WAIT", 0.05)
    load(root, cache=cache)
    path = cache / "desk.sqlite"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert_same(root, cache)
    holder.execute("ROLLBACK")
    holder.close()


def test_of_two_that_write_the_second_waits_and_both_do(root: Path, cache: Path) -> None:
    load(root, cache=cache)
    began, ended = threading.Event(), list[str]()

    def write() -> None:
        began.set()
        with kept.Index(cache).open(writing=True) as session:
            session.forget(["seeds/second.yaml"])
        ended.append("second")

    with ThreadPoolExecutor(1) as pool:
        with kept.Index(cache).open(writing=True) as session:
            second = pool.submit(write)
            assert began.wait(20)
            time.sleep(0.2)  # it is at the lock by now, or will do as well
            session.forget(["seeds/first.yaml"])
        ended.append("first")
        second.result(20)
    assert sorted(ended) == ["first", "second"]


def test_an_index_that_is_out_of_reach_for_now_is_not_thrown_away(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(root, cache=cache)
    index, before = cache / "desk.sqlite", (cache / "desk.sqlite").stat().st_ino

    def refuse(_: kept.Index) -> str:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(kept.Index, "_state", refuse)
        assert_same(root, cache)
    assert index.stat().st_ino == before


def test_several_that_read_and_build_the_index_at_once_agree(root: Path, cache: Path) -> None:
    for number in range(40):
        (root / "seeds" / f"{number}.yaml").write_text(f"sources: [{{id: s{number}, publisher: P, title: T}}]\n")
    expected = told(load(root))
    code = "import sys, pathlib, brief; root, cache = map(pathlib.Path, sys.argv[1:]); "
    code += "print(len(brief.load(root, cache=cache).sources))"
    command = [sys.executable, "-c", code, str(root), str(cache)]
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(subprocess.check_output, command, text=True) for _ in range(6)]
        assert {run.result() for run in runs} == {"41\n"}
    assert told(load(root, cache=cache)) == expected


def test_what_no_file_holds_any_more_goes_after_a_day(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "seeds" / "all.yaml"
    load(root, cache=cache)
    held = load(root, cache=cache)
    monkeypatch.setattr(kept, "_DAY", -1)
    for number in range(3):
        path.write_text(path.read_text() + f"# {number}\n")
        load(root, cache=cache)
    index = cache / "desk.sqlite"
    connection = sqlite3.connect(index)
    assert connection.execute("SELECT count(*) FROM version").fetchone() == (1,)
    connection.close()
    with pytest.raises(BriefError, match=r"the files have changed .*run it again"):
        _ = held.events  # its own are gone, and those of the files are others
