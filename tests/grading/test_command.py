"""The command: what it says when something is missing, what its stop button does, and what cleaning up leaves."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pupils
import pytest
from checkout import ROOT

from helpers.grading.__main__ import main


@pupils.with_kernels
@pupils.with_nbgrader
def test_the_stop_button_keeps_what_is_graded_and_leaves_no_kernel(course, hand_in, tmp_path):
    folder = hand_in(["Ada", "Stubborn looper"])
    command = [sys.executable, "-m", "helpers.grading", "--course", course, "grade", folder, "--cell", "500"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    lines = iter(running.stdout.readline, "")
    assert any(line.startswith("[1/2] Ada") for line in lines)
    time.sleep(2)
    os.killpg(running.pid, signal.SIGINT)
    rest = running.communicate(timeout=60)[0]
    assert running.returncode == 130 and "Stopped." in rest and "Traceback" not in rest
    rows = pupils.table(course)
    assert rows["Ada"]["total (5)"] == "5" and rows["Stubborn looper"]["remark"] == "not graded yet"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(("kernel-", "grading-"))]


@pytest.fixture
def said(capsys):
    """said(arguments…): the exit code of the command and the only line that it says."""
    return lambda *arguments: (main([str(argument) for argument in arguments]), capsys.readouterr().out.strip())


@pupils.with_kernels
@pupils.with_nbgrader
def test_the_command_says_plainly_what_is_missing(said, course, tmp_path, capsys, monkeypatch):
    capsys.readouterr()
    assert said("--course", course, "grade", tmp_path / "none") == (
        1,
        f"{tmp_path / 'none'} is not a folder: wanted is one with a folder for each pupil in it.",
    )
    (tmp_path / "in" / "Ada").mkdir(parents=True)
    code, line = said("--course", course, "grade", tmp_path / "in")
    assert code == 1 and "PUPIL/NN_exercises.ipynb" in line and pupils.NAME in line
    monkeypatch.setenv("HOME", str(tmp_path))
    assert said("--course", course, "grade", "~/in") == (1, line), "make hands the ~ on as it is"
    assert said("--course", "~/the course", "grade", "~/in") == (1, line)
    assert said("--course", course, "grade", "") == (1, "submissions was '': wanted is the name of a folder.")
    code, line = said("--course", tmp_path / "no course", "grade", tmp_path / "in")
    assert code == 1 and "make assignments" in line


@pytest.mark.skipif(not shutil.which("make"), reason="make is not on this machine")
def test_cleaning_up_keeps_what_people_put_there(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("html", "rehearsal", "course", "handed-in", "of my own"):
        (tmp_path / "build" / name).mkdir(parents=True)
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert sorted(path.name for path in (tmp_path / "build").iterdir()) == ["course", "handed-in", "of my own"]
