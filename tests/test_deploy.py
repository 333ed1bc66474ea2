"""What `deploy/` ships: each file is sound by its own rules, and each command in it is one that `brief` knows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from brief.cli import cli
from conftest import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
FILES = {path.name: path.read_text("utf-8") for path in DEPLOY.iterdir()}
SERVICES = ("brief.service", "brief-once.service")
UNITS = (*SERVICES, "brief.timer")
BIN = Path(sys.executable).parent

CRONJOB, *CLAIMS = yaml.safe_load_all(FILES["kubernetes.yaml"])
JOB = CRONJOB["spec"]["jobTemplate"]["spec"]
POD = JOB["template"]["spec"]
(CONTAINER,) = POD["containers"]


def instructions(name: str) -> list[str]:
    """What stands behind each instruction of that name in the Containerfile."""
    told = re.sub("^#.*\n", "", FILES["Containerfile"], flags=re.M).replace("\\\n", " ")
    return re.findall(f"^{name} +(.*)$", told, re.M)


def words(name: str) -> list[str]:
    """The only instruction of that name, in the form that needs no shell."""
    (told,) = instructions(name)
    found: list[str] = json.loads(told[told.index("[") :])
    return found


def commands() -> list[tuple[str, list[str]]]:
    """Each call of `brief` in a file, comments included, without the program's name."""
    written = [(name, line.split()) for name, text in FILES.items() for line in re.findall(r"brief (--desk /.*)$", text, re.M)]
    _, *always = words("ENTRYPOINT")
    return [
        *written,
        ("Containerfile", [*always, *words("CMD")]),
        ("Containerfile", words("HEALTHCHECK")[1:]),
        ("kubernetes.yaml", [*always, *CONTAINER["args"]]),
    ]


def unit(name: str, section: str) -> dict[str, str]:
    """A section of a systemd unit; keys in lower case."""
    parser = ConfigParser(interpolation=None, delimiters="=")
    parser.read_string(FILES[name])
    return dict(parser[section])


def systemd_analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd-analyze is not installed")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_every_file_that_starts_brief_is_among_those_tried() -> None:
    assert {name for name, _ in commands()} == set(FILES) - {"brief.timer"}


@pytest.mark.parametrize(("file", "told"), [pytest.param(*call, id=" ".join([call[0], *call[1]])) for call in commands()])
def test_every_command_is_one_that_brief_knows(file: str, told: list[str]) -> None:
    option, desk, name, *rest = told
    assert (option, desk[0]) == ("--desk", "/")
    with cli.make_context("brief", list(told)) as context:
        command = cli.get_command(context, name)
        assert command is not None, f"{file}: brief has no command {name!r}"
        command.make_context(name, rest, parent=context)


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_file_names_an_address(name: str) -> None:
    assert "://" not in FILES[name]


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_file_begins_by_telling_how_it_is_installed_and_what_to_adapt(name: str) -> None:
    head = re.match("(#.*\n)+", FILES[name])
    assert head is not None
    assert "# Adapt: " in head[0]
    assert re.search("^# (Install|Build)", head[0], re.M)


def test_systemd_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    for name in UNITS:
        (tmp_path / name).write_text(FILES[name].replace("=/srv/brief/bin/", f"={BIN}/"), "utf-8")
    ended = systemd_analyze("verify", *(tmp_path / name for name in UNITS))
    assert [line for line in ended.stderr.splitlines() if "brief" in line] == []  # it ends well in spite of unknown keys
    assert ended.returncode == 0


def test_the_timer_looks_every_five_minutes_as_the_others_do() -> None:
    timer = unit("brief.timer", "Timer")
    assert timer["unit"] in FILES
    assert timer["persistent"] == "yes"
    assert CRONJOB["spec"]["schedule"] == "*/5 * * * *"
    assert "Normalized form: *-*-* *:00/5:00\n" in systemd_analyze("calendar", timer["oncalendar"]).stdout


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_write_to_the_output_alone(name: str) -> None:
    service = unit(name, "Service")
    _, _, desk, *_ = service["execstart"].split()
    assert service["readwritepaths"] == f"{desk}/output"
    assert service["user"] == "brief"
    assert (service["protectsystem"], service["privatetmp"], service["nonewprivileges"]) == ("strict", "yes", "yes")
    assert "memorydenywriteexecute" not in service  # LibreOffice makes code that it runs


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_lets_the_scheduler_finish_what_it_publishes(name: str) -> None:
    service = unit(name, "Service")
    assert service["killmode"] == "mixed"
    assert int(service["timeoutstopsec"]) == POD["terminationGracePeriodSeconds"]


def test_both_services_live_in_the_same_sandbox() -> None:
    kinds = {"type", "execstart", "restart", "restartsec", "successexitstatus", "timeoutstartsec"}
    lasting, once = ({key: value for key, value in unit(name, "Service").items() if key not in kinds} for name in SERVICES)
    assert lasting == once


def test_a_lock_held_elsewhere_brings_neither_service_down() -> None:
    lasting, once = (unit(name, "Service") for name in SERVICES)
    assert lasting["restart"] == "on-failure"
    assert "restartpreventexitstatus" not in lasting
    assert once["successexitstatus"] == "75"


def test_the_crontab_has_one_line_with_five_fields_and_absolute_paths() -> None:
    (line,) = re.findall("^[^#\n].*$", FILES["crontab"], re.M)
    *fields, command = line.split(maxsplit=5)
    assert " ".join(fields) == CRONJOB["spec"]["schedule"]
    assert command.startswith("/")
    assert "%" not in command  # cron makes line ends of them


def test_kubernetes_never_runs_two_and_never_gives_up() -> None:
    assert (CRONJOB["apiVersion"], CRONJOB["kind"]) == ("batch/v1", "CronJob")
    assert CRONJOB["spec"]["concurrencyPolicy"] == "Forbid"
    assert 10 < CRONJOB["spec"]["startingDeadlineSeconds"] < 300  # or it counts the starts it missed, and stops at 100
    assert "timeZone" not in CRONJOB["spec"]
    assert (JOB["backoffLimit"], POD["restartPolicy"]) == (0, "Never")
    assert JOB["activeDeadlineSeconds"] > 0


def test_kubernetes_mounts_the_desk_read_only_with_a_writable_output_below_it() -> None:
    mounts = {mount["mountPath"]: mount for mount in CONTAINER["volumeMounts"]}
    _, desk = words("ENTRYPOINT")[1:]
    assert mounts.keys() == {desk, f"{desk}/output", "/tmp"}
    assert [path for path, mount in mounts.items() if mount.get("readOnly")] == [desk]
    volumes: dict[str, Any] = {volume["name"]: volume for volume in POD["volumes"]}
    assert {mount["name"] for mount in mounts.values()} == volumes.keys()
    assert "emptyDir" in volumes[mounts["/tmp"]["name"]]
    claimed = {volume["persistentVolumeClaim"]["claimName"] for volume in volumes.values() if "emptyDir" not in volume}
    assert claimed == {claim["metadata"]["name"] for claim in CLAIMS}


def test_the_container_runs_without_root_whoever_starts_it() -> None:
    told = FILES["Containerfile"]
    (user,) = instructions("USER")
    assert told.index("\nUSER ") > max(told.rindex("\nRUN "), told.rindex("\nCOPY "))
    context = POD["securityContext"]
    assert user == f"{context['runAsUser']}:{context['runAsGroup']}"  # by number: Kubernetes can't look names up
    assert (context["runAsNonRoot"], context["fsGroup"]) == (True, context["runAsGroup"])
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_image_is_a_local_one_of_this_version() -> None:
    image = f"brief:{version('brief')}"
    assert CONTAINER["image"] == image
    assert f"-t {image} " in FILES["Containerfile"]
    assert all("/" not in base.split()[0] for base in instructions("FROM"))


def test_the_image_is_built_from_all_that_the_package_needs() -> None:
    copied = list(chain.from_iterable(told.split()[:-1] for told in instructions("COPY") if not told.startswith("--from")))
    assert [name for name in copied if not (REPOSITORY / name).exists()] == []
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", "constraints.txt", project["project"]["readme"], *wheel["force-include"]}
    assert needed | {Path(package).parts[0] for package in wheel["packages"]} == set(copied)
    ignore = (REPOSITORY / ".dockerignore").read_text("utf-8").splitlines()
    assert {line[1:] for line in ignore if line.startswith("!")} == set(copied)


def test_the_container_starts_brief_itself_which_hears_sigterm() -> None:
    assert words("ENTRYPOINT")[0] == words("HEALTHCHECK")[0] == "brief"
    assert words("CMD")[0] == "schedule"
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
