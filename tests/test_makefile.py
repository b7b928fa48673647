"""The commands of the Makefile say plainly what is missing, and begin again where they were stopped."""

import os
import shutil
import subprocess

import pytest
from conftest import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix" or not shutil.which("make"), reason="make is not on this machine")

# Stand-ins for Python: each writes into the file "used" how it was called, and makes an environment with itself in it.
RUNS = 'case "$*" in *version_info*) echo {version};; *ensurepip*) exit {venv};; *) echo "$0 $*" >> used; {then};; esac'
MAKES_IT = 'mkdir -p .venv/bin; [ -e .venv/bin/python ] || cp "$0" .venv/bin/python'


@pytest.fixture
def course(tmp_path):
    """A checkout, in a folder with a space in its name, that holds only what the environment is made from."""
    folder = tmp_path / "the course"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def make(course, tmp_path):
    """make(target, name="a shell script"…): runs a target with these scripts as the only Pythons there are."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "make", "sed", "uname", "id", "touch", "mkdir", "cp"):
        (tools / name).symlink_to(shutil.which(name))

    def run(target, **pythons):
        for name, script in pythons.items():
            file = tools / name.replace("_", ".")
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)
        environment = {"PATH": str(tools)}  # not the PYTHON of who runs the tests
        return subprocess.run(["make", "-s", target], cwd=course, env=environment, capture_output=True, text=True, timeout=60)

    return run


def python(version, venv=True, then=MAKES_IT):
    return RUNS.format(version=version, venv=0 if venv else 1, then=then)


@pytest.mark.parametrize(
    "pythons, found",
    [
        ({}, "none."),
        ({"python3": python("3.9")}, "python3 (3.9)."),
        ({"python3": python("3.14")}, "python3 (3.14)."),
        ({"python3_12": "echo 'Traceback' >&2; exit 127"}, "python3.12, which does not run."),
        ({"python3": python("3.11", venv=False)}, "python3 (3.11) without its venv module"),
    ],
)
def test_where_no_python_fits_one_sentence_says_what_there_is_and_what_is_wanted(make, pythons, found):
    done = make("lab", **pythons)
    (sentence,) = done.stdout.splitlines()
    assert done.returncode and "Traceback" not in done.stderr
    assert "needs Python 3.11, 3.12 or 3.13" in sentence and found in sentence


def test_the_first_python_that_fits_makes_the_environment(make, course):
    done = make(".venv/core.done", python3=python("3.9"), python3_13="exit 127", python3_12=python("3.12"))
    assert done.returncode == 0, done.stdout + done.stderr
    used = (course / "used").read_text().splitlines()
    assert used[0].endswith("/python3.12 -m venv --clear .venv")
    assert used[-1].endswith("-m pip install --disable-pip-version-check -c constraints.txt -e .")


def test_an_environment_that_is_ready_is_left_alone_until_its_list_changes(make, course):
    def times():
        assert make(".venv/test.done", python3=python("3.11")).returncode == 0
        return (course / "used").read_text().count("pip install")

    assert times() == 1
    assert times() == 1
    os.utime(course / ".venv" / "test.done", (0, 0))  # as if the list were newer
    assert times() == 2


def test_an_install_that_failed_is_begun_again(make, course):
    failed = make(".venv/core.done", python3=python("3.11", then=f'case "$*" in *install*) exit 1;; esac; {MAKES_IT}'))
    assert failed.returncode and "did not finish" in failed.stdout
    (course / ".venv" / "bin" / "python").unlink()
    assert make(".venv/core.done", python3=python("3.11")).returncode == 0


def test_make_alone_lists_every_command_and_lab_opens_a_lesson_that_is_there(make):
    listed = make("help").stdout
    for target in ("lab", "app", "test", "test-all", "html", "figures", "clean"):
        assert f"make {target}: " in listed
    lesson = (ROOT / "Makefile").read_text(encoding="utf-8").split("/lab/tree/")[1].split()[0]
    assert (ROOT / lesson).is_file()
