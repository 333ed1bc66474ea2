"""The peers in environments of their own below build/bench/, and what there is to say of the machine."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
FOLDER = REPOSITORY / "build" / "bench"
PYTHON = FOLDER / "venv" / "bin" / "python"
BRIEF = Path(sys.executable).parent / "brief"

_VERSIONS = "import importlib.metadata as m, json; print(json.dumps({d.name.lower(): d.version for d in m.distributions()}))"


@dataclass(frozen=True)
class Environment:
    """What can be measured here: `versions` of what was found, by name, and why the others are `missing`."""

    versions: Mapping[str, str]
    missing: Mapping[str, str] = field(default_factory=dict)

    def scratch(self, name: str) -> Path:
        """A new, empty folder."""
        folder = FOLDER / "work" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def variables(cache: Path) -> dict[str, str]:
    """The environment variables of a process under measurement, whose caches lie in a folder given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BRIEF_", "PYTHON"))}
    return {**kept, "XDG_CACHE_HOME": str(cache)}


def prepare() -> Environment:
    """Install the peers where they are not yet, and see which are there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for kind in (_python_peers, _node_peers, _pandoc):
        versions, faults = kind()
        found |= versions
        missing |= faults
    return Environment(found, missing)


Found = tuple[dict[str, str], dict[str, str]]
"""Versions by name, and faults by name."""


def _python_peers() -> Found:
    wanted = [line.partition("==")[0] for line in _requirements()]
    faults: dict[str, str] = {}
    stamp = FOLDER / "venv" / "requirements.txt"
    if not stamp.exists() or stamp.read_text("utf-8") != "\n".join(_requirements()):
        _say("installing the peers in Python")
        if fault := _fault([sys.executable, "-m", "venv", "--clear", FOLDER / "venv"]):
            return {}, dict.fromkeys(wanted, fault)
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        faults = {name: fault for name, line in zip(wanted, _requirements(), strict=True) if (fault := _fault([*pip, line]))}
        if not faults:
            stamp.write_text("\n".join(_requirements()), "utf-8")
    versions = json.loads(subprocess.run([PYTHON, "-c", _VERSIONS], capture_output=True, check=True).stdout)
    return {name: versions[name] for name in wanted if name in versions}, faults


def _requirements() -> list[str]:
    lines = (HERE / "requirements.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _node_peers() -> Found:
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["optionalDependencies"]
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return {}, dict.fromkeys(wanted, "there is no node or no npm on the PATH")
    fault = ""
    versions = _node_versions(wanted)
    if versions != wanted:
        _say("installing the peers in JavaScript")
        shutil.copy(HERE / "package.json", FOLDER)
        fault = _fault([npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel", "error"], FOLDER)
        versions = _node_versions(wanted)
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return {**versions, "node": told.strip().removeprefix("v")}, {
        name: fault or "npm did not install it" for name in wanted if name not in versions
    }


def _node_versions(wanted: Mapping[str, str]) -> dict[str, str]:
    files = {name: FOLDER / "node_modules" / name / "package.json" for name in wanted}
    return {name: json.loads(file.read_text("utf-8"))["version"] for name, file in files.items() if file.exists()}


def _pandoc() -> Found:
    if not (program := shutil.which("pandoc")):
        return {}, {"pandoc": "it is not on the PATH"}
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return {"pandoc": told.split()[1]}, {}


def _fault(command: Sequence[str | Path], folder: Path | None = None) -> str:
    """The last line a command says where it fails, or nothing."""
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False)
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return (lines or ["it can't be installed"])[-1] if done.returncode else ""


def _say(what: str) -> None:
    print(f"{what}…", file=sys.stderr, flush=True)


def machine(environment: Environment) -> dict[str, str]:
    """What the figures depend on, as words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    versions = ", ".join(f"{name} {version}" for name, version in sorted(environment.versions.items()) if name != "node")
    return {
        "Processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "Memory": f"{memory:.0f} GiB",
        "System": f"{platform.freedesktop_os_release().get('PRETTY_NAME', platform.system())}, Linux {platform.release()}",
        "Python": platform.python_version(),
        "Node": environment.versions.get("node", "none"),
        "Peers": versions,
        "brief": _commit(),
        "Day": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "not known") + (" with changes" if git("status", "--porcelain") else "")
