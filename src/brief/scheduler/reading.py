"""The briefings of a desk as they were last read: anew whenever its files have changed, and come to rest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from brief.desk import load
from brief.errors import BriefError
from brief.model import Cadence, Desk
from brief.scheduler.journal import Journal
from brief.scheduler.watch import Watch, fingerprint
from brief.scheduler.world import World

RESTLESS = 120.0
"""Seconds after which it is told that files go on changing, and a single run waits no longer."""
_SOON = 0.2
"""Seconds after which files are looked at again that changed while they were read."""


class Reading:
    """What is known of a desk's briefings.

    `files` is the fingerprint of what was read; `slugs` name all briefings, and `cadences` hold those of the sound ones (none:
    on demand); `on_failure` is the command that is told of failures. `unrest`: seconds until changed files may be read.
    """

    def __init__(self, desk: Desk, world: World, journal: Journal, known: str) -> None:
        self._desk, self._world, self._journal = desk, world, journal
        self._watch = Watch(partial(fingerprint, desk.root, desk.output, desk.state), world.rest, world.seconds, known=known)
        self._rested = world.seconds()
        self.files, self.unrest = "", 0.0
        self.slugs: frozenset[str] = frozenset()
        self.cadences: Mapping[str, Cadence | None] = {}
        self.on_failure = desk.on_failure

    @property
    def is_current(self) -> bool:
        """Whether what was read is what the files say."""
        return not self.unrest and self._watch.fingerprint == self.files

    @property
    def goes_on_changing(self) -> bool:
        """Whether the files have not come to rest for long."""
        return self.unrest > 0 and self._world.seconds() - self._rested > RESTLESS

    @property
    def is_there(self) -> bool:
        """Whether there is a desk still: nothing is to be put in its place where it was moved away."""
        return (self._desk.root / "briefings").is_dir() or (self._desk.root / "seeds").is_dir()

    @property
    def rested(self) -> str:
        """The fingerprint of the files, where they are at rest; else nothing."""
        return "" if self.unrest else self._watch.fingerprint

    def look(self) -> bool:
        """Look at the files, and read the briefings where that is called for; says whether it was."""
        self.unrest = self._watch.look()
        if self.unrest:
            if self.goes_on_changing:
                told = f"files of the desk go on changing, for {RESTLESS:g} seconds now, and are left alone"
                self._journal.persist("files", told)
            return False
        self._rested = self._world.seconds()
        self._journal.over("files")
        return self._watch.fingerprint != self.files and self._read()

    def doubt(self) -> None:
        """Look again soon: somebody saw the files change."""
        self.unrest = self._watch.look() or _SOON

    def _read(self) -> bool:
        files = self._watch.fingerprint
        try:
            desk = load(self._desk.root, whole=False)
        except BriefError as error:
            self._journal.persist("desk", f"the desk can't be read; nothing is done until it can: {error}")
            return False
        self._journal.over("desk")
        self.files = files
        if desk.fatal:  # zones and more may be the desk's: nothing new is known of the briefings
            self._journal.check(desk.fatal)
            return True
        if desk.state != self._desk.state:
            self._journal.persist("state", f"the state is to lie in {desk.state} now: restart the scheduler to have it there")
        self.on_failure = desk.on_failure
        self.cadences = {slug: briefing.cadence for slug, briefing in desk.briefings.items()}
        self.slugs = frozenset({*desk.briefings, *desk.faulty_briefings})
        return True
