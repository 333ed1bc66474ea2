"""What is kept between runs lies in a folder that is the user's alone, or nowhere."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from brief import atomic, cache

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the folder isn't named by XDG_CACHE_HOME")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for the caches of all programs; it isn't there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def made(desk: Path) -> Path:
    folder = cache.folder(desk)
    assert folder
    return folder


def test_each_desk_has_a_folder_that_only_its_user_may_read(home: Path, tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    assert one != other
    assert made(tmp_path / "one") == one
    assert home in one.parents
    assert {path.stat().st_mode & 0o077 for path in (one, one.parent, home / "brief")} == {0}


def test_a_desk_has_one_folder_by_whatever_path_it_is_reached(home: Path, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "link").symlink_to("desk")
    assert made(tmp_path / "link") == made(tmp_path / "desk")
    assert home.is_dir()


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_to_which_others_may_write_is_not_used(home: Path, tmp_path: Path, level: int, mode: int) -> None:
    folder = made(tmp_path)
    assert home in folder.parents
    [folder, folder.parent, folder.parent.parent][level].chmod(mode)
    assert cache.folder(tmp_path) is None


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_link_in_its_place_is_not_followed(home: Path, tmp_path: Path, level: int) -> None:
    folder = made(tmp_path)
    place = [folder, folder.parent, folder.parent.parent][level]
    place.rename(home / "elsewhere")
    place.symlink_to(home / "elsewhere")
    assert cache.folder(tmp_path) is None


def test_it_is_not_made_where_others_could_replace_it(home: Path, tmp_path: Path) -> None:
    home.mkdir()
    home.chmod(0o777)
    assert cache.folder(tmp_path) is None
    assert list(home.iterdir()) == []
    home.chmod(0o1777)  # as /tmp: of what lies there nobody can rename what another has made
    assert cache.folder(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_a_folder_of_somebody_else_is_not_used(home: Path, tmp_path: Path, level: int) -> None:
    folder = made(tmp_path)
    os.chown([folder, folder.parent, folder.parent.parent, home][level], 65534, 65534)
    assert cache.folder(tmp_path) is None


@pytest.mark.parametrize("name", ["", "brief"])
def test_where_no_folder_can_be_made_nothing_is_kept(home: Path, tmp_path: Path, name: str) -> None:
    path = home / name if name else home
    path.parent.mkdir(exist_ok=True)
    path.write_text("a file")
    assert cache.folder(tmp_path) is None


def test_what_nobody_has_used_for_two_months_goes(home: Path, tmp_path: Path) -> None:
    old, used = made(tmp_path / "old"), made(tmp_path / "used")
    assert home in old.parents
    long_ago = time.time() - 61 * 24 * 60 * 60
    os.utime(old, (long_ago, long_ago))
    made(tmp_path / "new")  # to make one is when others are looked through
    assert not old.parent.exists()
    assert used.exists()


def test_another_jinja_on_the_path_has_another_folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = cache.folder(tmp_path)
    (tmp_path / "lib" / "jinja2").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "lib")
    assert cache.folder(tmp_path) != usual


def test_what_is_kept_makes_no_folder_anew_but_its_own(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        atomic.keep(tmp_path / "gone" / "templates" / "one", b"1")
        atomic.keep(tmp_path / "templates" / "one", b"1")
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == ["templates"]
    assert (tmp_path / "templates").stat().st_mode & 0o777 == 0o700


def test_it_does_not_go_while_it_is_used(home: Path, tmp_path: Path) -> None:
    folder = made(tmp_path / "used")
    assert home in folder.parents
    long_ago = time.time() - 61 * 24 * 60 * 60
    os.utime(folder, (long_ago, long_ago))
    made(tmp_path / "used")
    made(tmp_path / "new")
    assert folder.exists()
