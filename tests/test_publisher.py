"""Publishing: whole files or none, never over a published one, and a receipt for each."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from brief import BriefError, Issued, LockedError, atomic, issue, load, locks, publisher, receipts
from brief.builder import Builder
from brief.receipts import Receipt
from conftest import MakeDesk, write

DATE = dt.date(2025, 3, 10)
NAME = "2025-03-10-weekly"


def generate(root: Path, date: dt.date = DATE, **options: object) -> Issued:
    return issue(Builder(load(root)), "weekly", date, **options)  # type: ignore[arg-type]


def change_summary(root: Path) -> None:
    path = root / "seeds" / "seeds.yaml"
    path.write_text(path.read_text("utf-8").replace("They **talked**.", "They talked at length."), "utf-8")


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in (root / "output").rglob("*") if path.is_file())


def test_an_edition_lies_under_its_date_and_slug_with_a_receipt(make_desk: MakeDesk) -> None:
    root = make_desk()
    done = generate(root)
    assert done.action == "published"
    assert done.path == root / "output" / "weekly" / f"{NAME}.docx"
    assert set(files(root)) >= {f"output/weekly/{NAME}.docx", "output/.brief/weekly/2025-03-10.json"}


def test_the_receipt_says_what_was_made_from_what(make_desk: MakeDesk) -> None:
    root = make_desk()
    done = generate(root)
    data = json.loads((root / "output/.brief/weekly/2025-03-10.json").read_text("utf-8"))
    assert done.path
    assert (data["size"], data["sha256"]) == (done.path.stat().st_size, done.sha256)
    assert (data["number"], data["start"], data["end"]) == (18, "2025-03-03", "2025-03-09")
    assert set(data["inputs"]) == {"templates/weekly.md.j2", "templates/house.docx"}
    assert len(data["content"]) == 64
    assert data["printed"] == {"events": ["talks"], "upcoming": [], "background": [], "outlook": [], "sources": ["herald"]}
    assert data["tool"].startswith("brief ")
    assert Receipt.from_json(json.dumps(data)).date == DATE


def test_generating_again_changes_nothing_and_says_so(make_desk: MakeDesk) -> None:
    root = make_desk()
    first = generate(root)
    assert first.path
    before = first.path.read_bytes(), first.path.stat().st_mtime_ns, files(root)
    assert generate(root).action == "unchanged"
    assert (first.path.read_bytes(), first.path.stat().st_mtime_ns, files(root)) == before


def test_a_changed_summary_makes_a_revision_and_leaves_the_first_file(make_desk: MakeDesk) -> None:
    root = make_desk()
    first = generate(root)
    assert first.path
    before = first.path.read_bytes()
    change_summary(root)
    second = generate(root)
    assert (second.action, second.revision) == ("revised", 2)
    assert second.path == first.path.with_name(f"{NAME}-r2.docx")
    assert first.path.read_bytes() == before
    assert generate(root).action == "unchanged"


def test_what_the_edition_does_not_tell_may_change_without_a_revision(make_desk: MakeDesk) -> None:
    root = make_desk()
    generate(root)
    write(root / "seeds" / "more.yaml", "sources:\n  - {id: other, publisher: P, title: T, published: 2025-01}\n")
    briefing = root / "briefings" / "weekly.yaml"
    briefing.write_text(briefing.read_text("utf-8").replace("07:00", "08:00") + "# a comment\n", "utf-8")
    assert generate(root).action == "unchanged"


def test_a_newer_version_of_the_tool_alone_changes_nothing(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_desk()
    generate(root)
    to_word = "brief.word.to_word"
    monkeypatch.setattr(to_word, lambda *_arguments, **_options: b"what a newer version would write")
    assert generate(root).action == "unchanged"


def test_a_published_file_that_was_taken_away_is_restored(make_desk: MakeDesk) -> None:
    root = make_desk()
    done = generate(root)
    assert done.path
    before = done.path.read_bytes()
    done.path.unlink()
    assert generate(root).action == "restored"
    assert done.path.read_bytes() == before


def test_a_file_without_a_receipt_is_never_overwritten(make_desk: MakeDesk) -> None:
    root = make_desk()
    foreign = root / "output" / "weekly" / f"{NAME}.docx"
    write(foreign, b"somebody's own file")
    done = generate(root)
    assert done.path == foreign.with_name(f"{NAME}-r2.docx")
    assert foreign.read_bytes() == b"somebody's own file"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 99}', '{"version": 1, "date": "x"}', "[" * 200_000])
def test_a_damaged_receipt_is_written_anew_where_the_file_proves_itself(make_desk: MakeDesk, damage: str) -> None:
    root = make_desk()
    generate(root)
    receipt = root / "output/.brief/weekly/2025-03-10.json"
    whole = receipt.read_text("utf-8")
    receipt.write_text(damage, "utf-8")
    assert generate(root).action == "unchanged"
    assert receipt.read_text("utf-8") == whole


@pytest.mark.parametrize("key", ["inputs", "size", "left_out", "printed", "file"])
def test_a_receipt_with_a_value_of_another_kind_is_damaged_too(make_desk: MakeDesk, key: str) -> None:
    root = make_desk()
    generate(root)
    receipt = root / "output/.brief/weekly/2025-03-10.json"
    whole = receipt.read_text("utf-8")
    receipt.write_text(json.dumps(json.loads(whole) | {key: 5.5}), "utf-8")
    assert generate(root).action == "unchanged"
    assert receipt.read_text("utf-8") == whole


def test_a_published_file_that_was_changed_is_left_and_told(make_desk: MakeDesk) -> None:
    root = make_desk()
    done = generate(root)
    assert done.path
    assert done.warnings == ()
    done.path.write_bytes(b"cut off")
    again = generate(root)
    assert (again.action, done.path.read_bytes()) == ("unchanged", b"cut off")
    (warning,) = again.warnings
    assert (warning.place.path, warning.severity) == (str(done.path), "warning")
    assert "was changed since it was published" in warning.message
    assert done.sha256 in warning.message


@pytest.mark.parametrize("linking", [True, False])
def test_a_link_that_leads_nowhere_is_named_and_left(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch, linking: bool
) -> None:
    root = make_desk()
    done = generate(root)
    assert done.path
    done.path.unlink()
    done.path.symlink_to("nowhere.docx")
    if not linking:
        monkeypatch.setattr(Path, "hardlink_to", refuse_links)
    with pytest.raises(BriefError, match="a symbolic link that leads nowhere") as raised:
        generate(root)
    assert raised.value.problems[0].place.path == str(done.path)
    assert done.path.is_symlink()


def test_what_is_no_date_among_the_receipts_is_passed_over(make_desk: MakeDesk) -> None:
    root = make_desk()
    write(
        root / "briefings" / "weekly.yaml",
        "title: W\ntemplate: weekly.md.j2\ncovers: {since: previous}\nfirst_edition: 2024-11-11\n",
    )
    write(root / "output/.brief/weekly/2025-13-45.json", "{}")
    assert generate(root).action == "published"
    assert receipts.published_dates(root / "output/.brief", "weekly") == [DATE]


def test_a_draft_is_marked_may_be_overwritten_and_leaves_no_receipt(make_desk: MakeDesk) -> None:
    root = make_desk()
    first = generate(root, draft=True)
    assert first.path == root / "output" / "weekly" / "drafts" / f"{NAME}.docx"
    before = first.path.read_bytes()
    change_summary(root)
    assert generate(root, draft=True).path == first.path
    assert first.path.read_bytes() != before
    assert not any(name.endswith(".json") for name in files(root))


def test_another_output_folder_keeps_its_own_receipts(make_desk: MakeDesk, tmp_path: Path) -> None:
    root = make_desk()
    elsewhere = tmp_path / "elsewhere"
    assert generate(root, output=elsewhere).path == elsewhere / "weekly" / f"{NAME}.docx"
    assert (elsewhere / ".brief" / "weekly" / "2025-03-10.json").exists()
    assert files(root) == []


def test_the_state_may_live_away_from_the_share(make_desk: MakeDesk) -> None:
    root = make_desk({"brief.yaml": "state: var/brief\n"})
    generate(root)
    assert (root / "var/brief/weekly/2025-03-10.json").exists()
    assert files(root) == [f"output/weekly/{NAME}.docx"]


def test_an_empty_edition_is_published_or_skipped_as_the_briefing_asks(make_desk: MakeDesk) -> None:
    empty = dt.date(2024, 12, 2)
    assert generate(make_desk(), empty).action == "published"
    skipping = make_desk(
        {"briefings/weekly.yaml": "title: W\ntemplate: weekly.md.j2\ncovers: {days: 7}\nwhen_empty: skip\n"}, "b"
    )
    assert generate(skipping, empty).action == "skipped"
    assert files(skipping) == []
    assert generate(skipping).action == "published"


def test_another_writer_is_waited_for_but_not_for_ever(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_desk()
    monkeypatch.setattr(publisher, "PATIENCE", 0.2)
    (root / "output" / ".brief").mkdir(parents=True)
    with FileLock(root / "output" / ".brief" / "publish.lock"), pytest.raises(LockedError):
        generate(root)
    assert generate(root).action == "published"


def test_a_publisher_keeps_another_program_with_the_usual_locks_out(tmp_path: Path) -> None:
    with locks.publishing(tmp_path, 0), pytest.raises(Timeout):
        FileLock(tmp_path / "publish.lock", timeout=0).acquire()
    with FileLock(tmp_path / "publish.lock", timeout=0), pytest.raises(LockedError), locks.publishing(tmp_path, 0):
        pass
    with locks.publishing(tmp_path, 0), pytest.raises(LockedError), locks.publishing(tmp_path, 0):
        pass
    with locks.publishing(tmp_path, 0), locks.scheduling(tmp_path):
        pass


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX systems")
def test_whoever_may_publish_may_lock_but_who_was_shut_out_stays_so(tmp_path: Path) -> None:
    lock = tmp_path / "publish.lock"
    before = os.umask(0o077)
    try:
        with locks.publishing(tmp_path, 0):
            assert lock.stat().st_mode & 0o777 == 0o666
    finally:
        os.umask(before)
    lock.chmod(0o600)
    with locks.publishing(tmp_path, 0):
        assert lock.stat().st_mode & 0o777 == 0o600


def test_a_lock_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "publish.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"publish\.lock"), locks.publishing(tmp_path, 0):
        pass
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process forked meanwhile is of POSIX systems")
def test_a_process_forked_meanwhile_does_not_keep_the_lock(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    with locks.publishing(tmp_path, 0):
        child = os.fork()
        if child == 0:
            os.read(reader, 1)
            os._exit(0)
    try:
        with locks.publishing(tmp_path, 0):
            pass
    finally:
        os.write(writer, b"x")
        os.waitpid(child, 0)
        os.close(reader)
        os.close(writer)


def test_a_fault_of_the_edition_leaves_the_output_folder_empty(make_desk: MakeDesk) -> None:
    root = make_desk({"templates/weekly.md.j2": "{{ nonsense }}"})
    with pytest.raises(BriefError, match="nonsense"):
        generate(root)
    assert not (root / "output").exists()


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.open"])
def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    root = make_desk()

    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "the disk")

    with monkeypatch.context() as full:
        full.setattr(step, refuse)
        with pytest.raises(BriefError, match="No space left on device"):
            generate(root)
    assert [path for path in files(root) if not path.endswith("publish.lock")] == []
    assert generate(root).action == "published"


def test_a_disk_that_is_full_before_the_receipt_is_written_is_told_as_it_is(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_desk()
    open_file = Path.open

    def refuse(path: Path, *arguments: str, **options: object) -> object:
        if ".json" in path.name and "xb" in arguments:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return open_file(path, *arguments, **options)  # type: ignore[call-overload]

    with monkeypatch.context() as full:
        full.setattr(Path, "open", refuse)
        with pytest.raises(publisher.UnrecordedError, match="No space left on device") as raised:
            generate(root)
    (problem,) = raised.value.problems
    assert problem.place.path == str(root / "output/.brief/weekly/2025-03-10.json")
    assert f"{raised.value.path} was written" in problem.hint
    assert files(root) == ["output/.brief/publish.lock", f"output/weekly/{NAME}.docx"]
    assert generate(root).action == "unchanged"
    assert "output/.brief/weekly/2025-03-10.json" in files(root)


def refuse_links(*_arguments: object) -> None:
    raise OSError(errno.EPERM, "no hard links here")


def test_a_file_system_without_hard_links_is_served_too(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", refuse_links)
    root = make_desk()
    assert generate(root).action == "published"
    change_summary(root)
    assert generate(root).action == "revised"


KILLED = """
import os, signal, sys
countdown = int(sys.argv[1])

def step(*_):
    global countdown
    countdown -= 1
    if countdown == 0:
        os.kill(os.getpid(), signal.SIGKILL)

EVENTS = ("open", "os.link", "os.rename", "os.remove", "os.mkdir", "fcntl.flock", "os.scandir")

def hook(event, arguments):
    if event in EVENTS and "output" in str(arguments):
        step()

fsync = os.fsync
os.fsync = lambda descriptor: (step(), fsync(descriptor))[1]
sys.addaudithook(hook)
from brief.cli import main
sys.argv = ["brief", "--desk", sys.argv[2], "generate", "weekly", "--date", "2025-03-10"]
main()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL is of POSIX systems")
@pytest.mark.parametrize("name", ["in-a-file/report.docx", "x" * 250])
def test_a_refusal_names_what_was_to_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "in-a-file").touch()
    with pytest.raises(OSError) as refused:  # noqa: PT011  (which of them is the system's choice)
        atomic.write(tmp_path / name, b"data")
    assert refused.value.filename == str(tmp_path / name)


def test_killed_at_any_step_there_is_no_new_file_or_the_whole_file(make_desk: MakeDesk) -> None:
    whole = generate(make_desk(name="reference")).path
    assert whole
    expected = whole.read_bytes()
    for countdown in range(1, 100):
        root = make_desk(name=f"desk{countdown}")
        ended = subprocess.run([sys.executable, "-c", KILLED, str(countdown), str(root)], capture_output=True, check=False)
        documents = list((root / "output").rglob("*.docx"))
        assert [path.read_bytes() for path in documents] in ([], [expected])
        assert generate(root).action in ("published", "unchanged")
        assert files(root) == [
            "output/.brief/publish.lock",
            "output/.brief/weekly/2025-03-10.json",
            f"output/weekly/{NAME}.docx",
        ]
        assert (root / "output" / "weekly" / f"{NAME}.docx").read_bytes() == expected
        if ended.returncode == 0:
            assert countdown > 8  # it was killed at each of several steps before
            return
    pytest.fail("it was never let through")


def test_the_bytes_do_not_depend_on_machine_zone_or_folder(make_desk: MakeDesk, tmp_path: Path) -> None:
    sums = set()
    for number, environment in enumerate(
        [
            {"TZ": "Asia/Seoul", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
            {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
        ]
    ):
        root = make_desk(name=f"desk{number}")
        command = [sys.executable, "-m", "brief", "--desk", str(root), "generate", "weekly", "--date", "2025-03-10", "--json"]
        ended = subprocess.run(
            command, cwd=tmp_path if number else root, env=os.environ | environment, capture_output=True, check=True
        )
        sums.add(json.loads(ended.stdout)[0]["sha256"])
    assert len(sums) == 1
