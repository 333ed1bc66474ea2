"""The briefings of a desk, and the settings that hold for all of them: read from their files, or as they were read before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from brief.classes import dataclass
from brief.desk import fields
from brief.desk.fields import DamagedError, by_key, day, filled, maybe, number, one_of, several, shape, string, time, truth
from brief.desk.files import File
from brief.desk.index import Index, UnusableError
from brief.desk.settings import Known, Settings
from brief.desk.text import quoted
from brief.errors import Place, Problem, Severity
from brief.model import (
    Briefing,
    CatchUp,
    Covers,
    Every,
    Exclusion,
    Horizon,
    Kind,
    Marking,
    Order,
    Schedule,
    Select,
    Significance,
    WhenEmpty,
)
from brief.patterns import regex
from brief.scales import SCALES, Scale

_LONGEST_SLUG = 64

_SLUG = regex(r"[a-z0-9][a-z0-9-]*")
_DEVICE = regex(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


@dataclass(frozen=True, slots=True)
class Briefings:
    """The briefings of a desk by slug, and the problems of those that can't be used; `warnings` stop none."""

    sound: dict[str, Briefing]
    faulty: dict[str, tuple[Problem, ...]]
    warnings: list[Problem]


Texts = Mapping[File, str | Problem]
"""Files with their texts, or why these can't be had."""


def settings(found: Texts, memory: Memory) -> tuple[Settings, list[Problem]]:
    """What holds for every briefing that doesn't say otherwise, and what is wrong with the file that says it."""
    for file, text in found.items():
        if isinstance(text, Problem):
            return Settings(), [text]
        if (kept := memory.get(file, text, _SETTINGS)) is not None:
            return kept, []
        from brief.desk import briefings  # slow to import, and seldom needed

        said, problems = briefings.settings(file.name, text)
        if not problems:
            memory.keep(file, text, said)
        return said, problems
    return Settings(), []


def gather(found: Texts, refused: Iterable[Problem], defaults: Settings, known: Known, memory: Memory) -> Briefings:
    """The briefings that the files in briefings/ describe; some files were refused."""
    made = Briefings({}, {PurePosixPath(problem.place.path).stem: (problem,) for problem in refused}, [])
    namesakes: dict[str, list[File]] = defaultdict(list)
    for file in found:
        namesakes[file.stem.lower()].append(file)
    for file, text in found.items():
        told = [*_of_name(file, namesakes[file.stem.lower()]), *made.faulty.get(file.stem, ())]
        briefing, more = (None, [text]) if isinstance(text, Problem) else _recalled(file, text, defaults, known, memory)
        told += more
        errors = tuple(problem for problem in told if problem.severity == "error")
        made.warnings.extend(problem for problem in told if problem.severity == "warning")
        if errors:
            made.faulty[file.stem] = errors
        elif briefing:
            made.sound[file.stem] = briefing
    return made


def _of_name(file: File, namesakes: Iterable[File]) -> Iterator[Problem]:
    """What is wrong with a file's name, which names its briefing and the folder of its editions."""
    place, slug = Place(file.name), file.stem
    if not _SLUG.fullmatch(slug):
        hint = "name it with lower-case letters, digits and hyphens"
        yield Problem(place, f"a briefing can't be named {quoted(slug)}", hint=hint)
    if len(slug) > _LONGEST_SLUG:
        yield Problem(place, f"the name has more than {_LONGEST_SLUG} characters", hint="shorten it")
    if _DEVICE.fullmatch(slug.lower()):
        yield Problem(place, f"{quoted(slug)} is the name of a device on Windows", hint="choose another name")
    for other in namesakes:
        if other is not file:
            yield Problem(place, f"{other.name} names the same briefing", hint="rename one of them")


def _recalled(
    file: File, text: str, defaults: Settings, known: Known, memory: Memory
) -> tuple[Briefing | None, Sequence[Problem]]:
    """The briefing that a file describes, as it is kept or read anew, and what is wrong with it."""
    if (kept := memory.get(file, text, _kept(file))) and _finds(kept[0], known):
        return kept  # type: ignore[no-any-return]
    from brief.desk import briefings  # slow to import, and seldom needed

    briefing, problems = briefings.read(file.name, file.stem, text, defaults, known)
    if briefing and _finds(briefing, known) and not any(problem.severity == "error" for problem in problems):
        memory.keep(file, text, (_written(briefing), [_told(problem) for problem in problems]))
    return briefing, problems


def _finds(briefing: Briefing, known: Known) -> bool:
    """Whether all that it names outside its own file is there, and sound."""
    select = briefing.select
    named = {*select.topics, *select.exclude.topics}
    files = (briefing.template, briefing.house)
    is_there = all(name in known.templates and not known.templates[name] for name in files)
    return is_there and (known.topics is None or named.issubset(known.topics))


# How settings and briefings are kept


class Memory:
    """What the settings and briefings of a desk say, kept in an index by their texts; without one nothing is known."""

    def __init__(self, index: Index | None, setting_files: Texts, briefing_files: Texts) -> None:
        self._index = index
        self._settings = "\0".join(text for text in setting_files.values() if isinstance(text, str))
        self._paths = {file.name for file in (*setting_files, *briefing_files)}
        self._known: dict[str, tuple[str, str]] = {}
        self._new: dict[str, tuple[str, str]] = {}
        if index:
            with suppress(UnusableError), index.open() as session:
                self._known = session.kept()

    def get(self, file: File, text: str, check: fields.Check) -> Any:
        """What a file with a text says, or none where that is not known."""
        content, meaning = self._known.get(file.name, ("", ""))
        if content == self._content(text):
            with suppress(DamagedError):
                return fields.decode(check, meaning)
        return None

    def keep(self, file: File, text: str, value: object) -> None:
        """Have it kept what a file with a text says."""
        if self._index:
            self._new[file.name] = self._content(text), fields.encode(value)

    def save(self) -> None:
        """Write what is to be kept."""
        if self._index and self._new:
            with suppress(UnusableError), self._index.open(writing=True) as session:
                session.keep(self._new, self._paths)

    def _content(self, text: str) -> str:
        return f"{self._settings}\0{text}"


def _written(briefing: Briefing) -> tuple[object, ...]:
    """A briefing as it is kept, its file's name aside."""
    values = {name: getattr(briefing, name) for name in Briefing.__match_args__[1:]}
    values["scale"] = next(name for name, scale in SCALES.items() if scale == briefing.scale)
    values["origin"] = briefing.origin.line, briefing.origin.column
    return (*values.values(),)


def _told(problem: Problem) -> tuple[object, ...]:
    return problem.place.line, problem.place.column, problem.message, problem.key, problem.hint, problem.severity


def _kept(file: File) -> fields.Check:
    """A briefing of a file and its warnings, as they are kept."""

    def at(line: int, column: int) -> Place:
        return Place(file.name, line, column)

    def warning(line: int, column: int, *told: Any) -> Problem:
        return Problem(at(line, column), *told)

    return shape(
        lambda briefing, warnings: (briefing, warnings),
        shape(partial(Briefing, file.stem), *_BRIEFING, shape(at, number, number), truth, by_key(string)),
        several(shape(warning, number, number, string, string, string, one_of(Severity))),
    )


def _on(value: Any) -> Any:
    return value if type(value) is int else string(value)


def _scale(value: Any) -> Scale:
    return SCALES[string(value)]


_WORDS = several(filled)
_KINDS = several(one_of(Kind))
_SETTINGS = shape(Settings, filled, filled, one_of(Marking), filled, _WORDS)
_BRIEFING = (
    filled,
    string,
    filled,
    filled,
    filled,
    filled,
    one_of(Marking),
    shape(Covers, maybe(number), maybe(number), maybe(day), truth),
    shape(Horizon, number, number),
    shape(Select, _WORDS, _KINDS, shape(Exclusion, _WORDS, _KINDS), one_of(Significance), maybe(number), one_of(Order)),
    maybe(shape(Schedule, one_of(Every), maybe(_on), time, one_of(CatchUp), maybe(day), maybe(day), several(day))),
    maybe(day),
    one_of(WhenEmpty),
    _scale,
)
