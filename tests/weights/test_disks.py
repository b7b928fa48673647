"""A download into a folder that cannot be written: it is said at once, and nothing is left there."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest
from checkout import ROOT
from large_file import MD5, SIZE, beside, fetch, message
from refused import plain_sentence


def test_a_full_disk_is_noticed_before_the_first_byte(site, small_disk):
    goal = small_disk("8m") / "official.h5"
    message(["The disk is too full for official.h5 of 10 MB", "KERAS_HOME"], site, goal)
    assert "official.h5.part" not in beside(goal)
    assert site.wire < 5_000_000  # what the system had already taken from the server


def test_a_disk_that_becomes_full_on_the_way(site, small_disk):
    goal = small_disk("8m") / "official.h5"
    site.behave = lambda n, first: site.good(first, length=-1)
    message("The disk is too full for official.h5. Make room", site, goal, size=None)
    assert "official.h5.part" not in beside(goal)


def test_a_read_only_disk(site, small_disk):
    goal = small_disk("8m", "ro") / "official.h5"
    message("cannot be written: read-only file system. Correct this, or set KERAS_HOME", site, goal)
    assert beside(goal) == []


def test_a_file_in_the_place_of_the_folder(site, tmp_path):
    (tmp_path / "models").write_bytes(b"")
    for goal in (tmp_path / "models" / "official.h5", tmp_path / "models" / "deeper" / "official.h5"):
        plain_sentence([f"{goal.parent} cannot be written", "KERAS_HOME"], fetch, site, goal)


AS_NOBODY = f"""
import os, sys
import filelock, requests, tqdm.auto
from helpers.weights import fetch
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for path in sys.argv[2:]:
    try:
        fetch(sys.argv[1], path, {MD5!r}, {SIZE})
    except OSError as problem:
        print(type(problem).__name__, problem, sep="|")
"""


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="this system has no users to change to")
def test_a_folder_that_belongs_to_another_user_and_one_that_cannot_be_made(site):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="read-only-"))  # pytest's own folders are closed to other users
    folder.chmod(0o555)
    goals = [folder / "official.h5", folder / "models" / "official.h5"]
    try:
        command = [sys.executable, "-c", AS_NOBODY, site.url, *map(str, goals)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        lines = done.stdout.splitlines()
        assert len(lines) == 2, done
        for line, goal in zip(lines, goals):
            assert line.startswith(f"OSError|You may not write into {goal.parent}. Ask") and "KERAS_HOME" in line, done
        assert "Errno" not in done.stdout and list(folder.iterdir()) == [] and site.wire == 0
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
