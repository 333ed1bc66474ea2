"""Many editions at once: the same files whoever builds them, each published once, whatever becomes of who builds."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from brief import Builder, LockedError, Published, issue, issuer, load, many, publisher
from brief.errors import Place, Problem
from brief.issuer import Answer, Made, Order, attempt, build_here, issue_all
from brief.many import Engine, build_each
from brief.publisher import Finished
from conftest import BRIEFING, MakeDesk, write

DATE = dt.date(2025, 3, 10)
NAMES = [f"{letter}-weekly" for letter in "abcdefgh"]
GENERATE = ("generate", "--all", "--date", "2025-03-10")

HOSTILE = """
import os, signal, sys, time
from pathlib import Path
from brief import cli, publisher
from brief.builder import Builder

signal.signal(signal.SIGINT, signal.default_int_handler)  # which Python leaves out where we run in the background
whole = Builder.make
caller = os.getpid()
publisher.PATIENCE = 0.1

def make(self, edition, **options):
    Path("pids").mkdir(exist_ok=True)
    (Path("pids") / str(os.getpid())).touch()
    what = {what}.get(edition.briefing.slug)
    if what and os.getpid() != caller:
        what()
    return whole(self, edition, **options)

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def fail():
    raise RuntimeError("out of order")

def hang():
    time.sleep(600)

def stay():
    begun = time.monotonic()
    while time.monotonic() - begun < 600:
        try:
            time.sleep(600)
        except SystemExit:
            pass

def stay_once():
    if not Path("stays").exists():
        Path("stays").touch()
        stay()

def die_beside():
    while not Path("stays").exists():
        time.sleep(0.01)
    die()

Builder.make = make
cli.main()
"""
"""The command line, with processes that do what they are told where they should build a briefing."""


def hostile(what: Mapping[str, str]) -> list[str]:
    told = "{" + ", ".join(f"{slug!r}: {name}" for slug, name in what.items()) + "}"
    return [sys.executable, "-c", HOSTILE.replace("{what}", told)]


def run(root: Path, *words: str, what: Mapping[str, str] | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = hostile(what) if what is not None else [sys.executable, "-m", "brief"]
    ended = subprocess.run([*command, *words], cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended


def actions(ended: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {entry["briefing"]: entry["action"] for entry in json.loads(ended.stdout)}


def files(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if not name.endswith(".lock")}


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def desk(make_desk: MakeDesk) -> Path:
    """A desk with eight briefings."""
    root = make_desk({f"briefings/{name}.yaml": BRIEFING for name in NAMES})
    write(root / "briefings" / "weekly.yaml", None)
    return root


@pytest.mark.parametrize("more", [(), ("--json",), ("--draft",)])
def test_however_many_build_the_files_and_what_is_told_are_the_same(desk: Path, more: tuple[str, ...]) -> None:
    write(desk / "briefings" / "c-weekly.yaml", BRIEFING.replace("{days: 7}", "{since: previous}"))
    write(desk / "briefings" / "d-weekly.yaml", BRIEFING.replace("weekly.md.j2", "broken.md.j2"))
    write(desk / "briefings" / "e-weekly.yaml", "title: [no text]\n")
    write(desk / "briefings" / "f-weekly.yaml", BRIEFING + "select: {topics: [none]}\nwhen_empty: skip\n")
    write(desk / "briefings" / "g-weekly.yaml", BRIEFING + "select: {topics: [france]}\n")
    write(desk / "templates" / "broken.md.j2", "{{ nonsense }}\n")
    issue(Builder(load(desk)), "c-weekly", dt.date(2025, 3, 3))
    before = files(desk / "output")
    told, made = [], []
    for jobs in ("1", "2", "3"):
        for name in files(desk / "output"):
            if name not in before:
                (desk / "output" / name).unlink()
        ended = run(desk, *GENERATE, "--jobs", jobs, *more, code=1)
        told.append((ended.stdout, ended.stderr))
        made.append(files(desk / "output"))
    assert told[0] == told[1] == told[2]
    assert made[0] == made[1] == made[2]
    assert len([name for name in made[0] if name.endswith(".docx") and name not in before]) == 5


def test_the_paths_are_printed_in_the_order_in_which_the_briefings_were_named(desk: Path) -> None:
    named = ["h-weekly", "b-weekly", "nobody", "a-weekly", "g-weekly", "b-weekly"]
    ended = run(desk, "generate", *named, "--date", "2025-03-10", "--jobs", "2", code=1)
    told = [Path(line).parent.name for line in ended.stdout.splitlines()]
    assert told == ["h-weekly", "b-weekly", "a-weekly", "g-weekly"]
    assert "there is no briefing 'nobody'" in ended.stderr


def test_the_process_that_was_asked_publishes_and_others_build(desk: Path) -> None:
    assert set(actions(run(desk, *GENERATE, "--json", "--jobs", "2", what={"b-weekly": "die"}, code=1))) == set(NAMES)
    assert len(list((desk / "pids").iterdir())) > 2


def test_few_editions_are_built_without_other_processes(desk: Path) -> None:
    run(desk, "generate", *NAMES[:3], "--date", "2025-03-10", what=dict.fromkeys(NAMES, "die"))
    assert len(list((desk / "pids").iterdir())) == 1


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one processor")
def test_many_editions_are_built_by_other_processes_though_nobody_says_so(desk: Path) -> None:
    run(desk, *GENERATE, what={})
    assert len(list((desk / "pids").iterdir())) > 1


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_no_or_less_than_no_process_is_wrong_usage(desk: Path, jobs: str) -> None:
    assert "--jobs" in run(desk, *GENERATE, "--jobs", jobs, code=2).stderr


@pytest.mark.parametrize("guilty", [["c-weekly"], ["a-weekly", "b-weekly", "h-weekly"], NAMES], ids=len)
def test_a_process_that_dies_takes_no_edition_with_it_but_its_own(desk: Path, guilty: list[str]) -> None:
    ended = run(desk, *GENERATE, "--json", "--jobs", "3", what=dict.fromkeys(guilty, "die"), code=1)
    sound = [name for name in NAMES if name not in guilty]
    assert actions(ended) == dict.fromkeys(sound, "published") | dict.fromkeys(guilty, "failed")
    assert [entry["briefing"] for entry in json.loads(ended.stdout)] == sound + guilty
    for name in guilty:
        assert f"briefings/{name}: error: the process that built it ended by signal 9" in ended.stderr
    assert sorted(name for name in files(desk / "output") if name.endswith(".docx")) == [
        f"{name}/2025-03-10-{name}.docx" for name in sound
    ]
    assert set(actions(run(desk, *GENERATE, "--json")).values()) <= {"published", "unchanged"}


def test_a_fault_of_the_program_in_one_edition_is_told_and_the_others_are_made(desk: Path) -> None:
    ended = run(desk, *GENERATE, "--json", "--jobs", "2", what={"b-weekly": "fail"}, code=1)
    assert [name for name, action in actions(ended).items() if action != "published"] == ["b-weekly"]
    assert "a fault of the program: RuntimeError: out of order" in ended.stderr


def test_where_another_publishes_nothing_more_is_built_and_all_are_told_locked(desk: Path) -> None:
    (desk / "output" / ".brief").mkdir(parents=True)
    with FileLock(desk / "output" / ".brief" / "publish.lock"):
        ended = run(desk, *GENERATE, "--json", "--jobs", "2", what=dict.fromkeys(NAMES[1:], "hang"), code=75)
    assert set(actions(ended).values()) == {"locked"}
    assert "try again later" in ended.stderr
    assert not any(is_alive(int(path.name)) for path in (desk / "pids").iterdir())


@pytest.mark.parametrize(
    ("number", "code", "at"),
    [(signal.SIGTERM, 143, "hang"), (signal.SIGTERM, 143, "stay"), (signal.SIGINT, 130, "hang"), (signal.SIGKILL, -9, "hang")],
    ids=["SIGTERM", "SIGTERM-unheard", "SIGINT", "SIGKILL"],
)
def test_however_it_is_ended_it_leaves_no_process_and_no_half_of_anything(
    desk: Path, tmp_path: Path, number: int, code: int, at: str
) -> None:
    (tmp_path / "temporary").mkdir()
    (desk / "pids").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "temporary")}
    command = [*hostile({"d-weekly": at, "e-weekly": at}), *GENERATE, "--jobs", "2"]
    with subprocess.Popen(command, cwd=desk, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert until(lambda: len(list((desk / "output").glob("*/*.docx"))) == 3)
            assert until(lambda: len(list((desk / "pids").iterdir())) == 2)
            process.send_signal(number)
            printed, told = process.communicate(timeout=20)
        finally:
            process.kill()
    assert b"Traceback" not in told
    paths = printed.decode().splitlines()
    assert all((desk / path).exists() for path in paths)
    assert len(paths) >= 2 or number == signal.SIGKILL  # of the third the signal may have kept the word
    assert process.returncode == code
    assert until(lambda: not any(is_alive(int(path.name)) for path in (desk / "pids").iterdir()))
    assert until(lambda: list((tmp_path / "temporary").iterdir()) == [])
    left = [name for name in files(desk / "output") if not name.endswith((".docx", ".json"))]
    assert left == [] or number == signal.SIGKILL  # the next run removes it
    assert list(actions(run(desk, *GENERATE, "--json")).values()) == ["unchanged"] * 3 + ["published"] * 5


def test_a_terminal_that_is_closed_ends_all_and_leaves_nothing_behind(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    (desk / "pids").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "temporary")}
    command = [*hostile({"d-weekly": "hang", "e-weekly": "hang"}), *GENERATE, "--jobs", "2"]
    with subprocess.Popen(command, cwd=desk, env=environment, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            assert until(lambda: len(list((desk / "output").glob("*/*.docx"))) == 3)
            assert until(lambda: len(list((desk / "pids").iterdir())) == 2)
            os.killpg(process.pid, signal.SIGHUP)  # as the system does: the processes hear it too
            assert b"Traceback" not in process.communicate(timeout=20)[1]
        finally:
            process.kill()
    assert process.returncode == 128 + signal.SIGHUP
    assert until(lambda: not any(is_alive(int(path.name)) for path in (desk / "pids").iterdir()))
    assert until(lambda: list((tmp_path / "temporary").iterdir()) == [])


FORKS_ONCE = """
import os
from brief import cli

fork, forked = os.fork, []

def once():
    if forked:
        raise OSError(12, "Cannot allocate memory")
    forked.append(None)
    return fork()

os.fork = once
cli.main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there processes are forked")
def test_where_no_further_process_can_be_started_it_says_so_and_ends(desk: Path) -> None:
    command = [sys.executable, "-c", FORKS_ONCE, *GENERATE, "--jobs", "3"]
    ended = subprocess.run(command, cwd=desk, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "Cannot allocate memory" in ended.stderr


def test_memory_that_runs_out_fails_a_briefing_for_a_while(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Builder, "make", make)
    (problem,) = attempt(lambda: Builder(load(desk)), Order("a-weekly", DATE))  # type: ignore[misc]
    assert problem.passing
    assert "memory ran out" in str(problem)


def test_on_a_terminal_a_bar_shows_how_many_are_done(desk: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "brief", *GENERATE, "--jobs", "2"]
    ended = subprocess.run(command, cwd=desk, stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=60, check=True)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 1 << 16):
            shown += chunk
    except OSError:  # the end, on Linux
        pass
    os.close(ours)
    assert all(f"{number}/8".encode() in shown for number in range(9))
    assert len(ended.stdout.splitlines()) == 8


# The seam: any executor will do


def issued(root: Path, engine: Engine) -> dict[str, Any]:
    desk = load(root)
    found = list(issue_all(desk, dict.fromkeys(desk.briefings, DATE), partial(build_each, engine)))
    assert len(found) == len(desk.briefings)
    return dict(found)


def same(answer: Answer) -> Answer:
    return answer


def engine_of(root: Path, workers: int, start: Callable[[int], Executor]) -> Engine:
    builder = Builder(load(root))
    return Engine(workers, start, partial(attempt, lambda: builder), same)


def test_threads_can_build_as_well(desk: Path) -> None:
    outcomes = issued(desk, engine_of(desk, 1, ThreadPoolExecutor))
    assert {outcome.action for outcome in outcomes.values()} == {"published"}


def test_several_editions_of_one_briefing_are_not_taken_for_each_other(desk: Path) -> None:
    builder = Builder(load(desk))
    orders = [Order("a-weekly", DATE + dt.timedelta(weeks=weeks)) for weeks in range(6)]
    for order, answer in build_each(many.processes(builder, 2, lambda: builder), orders):
        assert isinstance(answer, Made)
        assert answer.finished
        assert answer.finished.receipt.date == order.date


def test_where_no_other_process_can_be_had_the_editions_are_built_here(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(many, "_Pool", refuse)
    builder = Builder(load(desk))
    outcomes = issued(desk, many.processes(builder, 2, lambda: builder))
    assert {outcome.action for outcome in outcomes.values()} == {"published"}


def test_how_dates_read_is_kept_whoever_has_written_them(desk: Path, tmp_path: Path) -> None:
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    (tmp_path / "cache").mkdir(mode=0o700)
    command = [sys.executable, "-m", "brief", *GENERATE, "--jobs", "2"]
    subprocess.run(command, cwd=desk, env=environment, capture_output=True, check=True)
    (kept,) = (tmp_path / "cache").rglob("dates.json")
    assert "5 March 2025" in kept.read_text("utf-8")


class Failing(ThreadPoolExecutor):
    """An executor that breaks at the third order given to it, and refuses all that follow."""

    def __init__(self, workers: int) -> None:
        super().__init__(1)
        self.given = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given += 1
        if self.given == 3:
            raise BrokenExecutor
        assert self.given < 3, "nothing is to be given to an executor that is broken"
        return super().submit(fn, *args, **kwargs)


def test_an_executor_that_breaks_again_and_again_loses_nothing_and_makes_nothing_twice(desk: Path) -> None:
    outcomes = issued(desk, engine_of(desk, 4, Failing))
    assert {outcome.action for outcome in outcomes.values()} == {"published"}


def test_one_that_dies_beside_one_that_does_not_listen_keeps_nobody_waiting(desk: Path) -> None:
    ended = run(desk, *GENERATE, "--json", "--jobs", "2", what={"a-weekly": "die_beside", "b-weekly": "stay_once"}, code=1)
    assert [name for name, action in actions(ended).items() if action != "published"] == ["a-weekly"]


def test_no_more_is_built_than_there_are_hands_to_publish(desk: Path) -> None:
    begun, publishing = [], threading.Event()

    def work(order: Order) -> Answer:
        begun.append(order.slug)
        return (Problem(Place("here"), "not made"),)

    orders = [Order(f"briefing-{number}", DATE) for number in range(50)]
    for done, (_, _) in enumerate(build_each(Engine(2, ThreadPoolExecutor, work, same), orders), 1):
        assert len(begun) <= done + 6
        publishing.wait(0.001)
    assert sorted(begun) == sorted(order.slug for order in orders)


def test_a_slow_edition_keeps_no_other_from_being_published(desk: Path) -> None:
    last = threading.Event()

    def work(order: Order) -> Answer:
        if order.slug == "briefing-0":
            assert last.wait(20)
        return ()

    orders = [Order(f"briefing-{number}", DATE) for number in range(20)]
    seen = []
    for order, _ in build_each(Engine(2, ThreadPoolExecutor, work, same), orders):
        seen.append(order.slug)
        if len(seen) == 19:
            last.set()
    assert seen[-1] == "briefing-0"


def test_the_caller_that_turns_away_has_no_more_built(desk: Path) -> None:
    begun, end = [], threading.Event()

    def work(order: Order) -> Answer:
        begun.append(order)
        if len(begun) > 1:
            end.wait(20)
        return ()

    class Ending(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(False, cancel_futures=cancel_futures)
            end.set()
            super().shutdown(wait)

    answers = build_each(Engine(2, Ending, work, same), [Order("weekly", DATE)] * 9)
    next(answers)
    answers.close()
    assert len(begun) <= 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("amid", ["submit", "wait", "shutdown"])
def test_a_signal_throws_nobody_out_of_an_executor(amid: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    came_to_an_end = []

    def interrupted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            if name == amid:
                signal.raise_signal(number)
            result = function(*arguments, **options)
            came_to_an_end.append(name)
            return result

        return called

    class Interrupted(ThreadPoolExecutor):
        submit = interrupted("submit", ThreadPoolExecutor.submit)
        shutdown = interrupted("shutdown", ThreadPoolExecutor.shutdown)

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(many, "wait", interrupted("wait", wait))
    before = signal.signal(number, end)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(build_each(Engine(1, Interrupted, lambda order: (), same), [Order("weekly", DATE)] * 2))
        assert signal.getsignal(number) is end
    finally:
        signal.signal(number, before)
    assert amid in came_to_an_end
    assert "shutdown" in came_to_an_end


def test_an_edition_that_cannot_be_published_now_ends_it_and_those_before_have_been_told(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(finished: Finished, output: Path, state: Path) -> Published:
        if finished.receipt.briefing == "c-weekly":
            raise LockedError("somebody is publishing")
        return publisher.publish(finished, output, state)

    monkeypatch.setattr(issuer, "publish", locked)
    found = load(desk)
    issuing = issue_all(found, dict.fromkeys(NAMES, DATE), partial(build_here, Builder(found)))
    assert [next(issuing)[0], next(issuing)[0]] == ["a-weekly", "b-weekly"]
    with pytest.raises(LockedError):
        next(issuing)


def opened(root: Path) -> Builder:
    return Builder(load(root))


def test_where_a_process_cannot_be_forked_each_loads_the_desk_for_itself(desk: Path) -> None:
    end = threading.Event()
    other = threading.Thread(target=end.wait)  # for its sake nothing is forked
    other.start()
    try:
        nothing: Any = None
        outcomes = issued(desk, many.processes(nothing, 2, partial(opened, desk)))
    finally:
        end.set()
        other.join()
    assert {outcome.action for outcome in outcomes.values()} == {"published"}


def test_a_desk_that_went_away_before_a_process_read_it_is_a_problem_like_any_other(tmp_path: Path) -> None:
    answer = attempt(partial(opened, tmp_path / "gone"), Order("weekly", DATE))
    assert isinstance(answer, tuple)
    assert "there is no such folder" in str(answer[0])
