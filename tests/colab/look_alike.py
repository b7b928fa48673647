"""Every lesson runs as in Colab: its Python and versions, google.colab, an empty folder, the course not installed but fetched.

Run by `make test-colab`, which makes the environment. Not called test_…, so that the other tests leave it alone.
"""

import os
import pathlib
import shutil
import subprocess

import pytest
from desks import NBVAL, every_lesson, found_in, python_offline, with_git

HERE = pathlib.Path(__file__).resolve().parent
PINS = HERE / "versions.txt"
PYTHON = HERE.parent.parent / ".venv-colab" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
VERSIONS = """
import importlib.metadata, sys
print("python==%d.%d" % sys.version_info[:2])
print(*(f"{found.name}=={found.version}" for found in importlib.metadata.distributions()), sep="\\n")
"""


@pytest.fixture
def colab(home, published):
    """The environment of a Colab machine: google.colab is there, and git fetches the course from this disk."""
    return {**home, "PYTHONPATH": str(HERE / "stand_in"), **found_in(published)}


def versions(home):
    """What is installed in the look-alike, and its Python: a set of lines as "numpy==2.1.3"."""
    done = subprocess.run([PYTHON, "-c", VERSIONS], env=home, capture_output=True, text=True, check=True)
    return plain(done.stdout)


def plain(listed):
    """The lines of a list of packages, with their names written one way."""
    lines = listed.lower().replace("_", "-").splitlines()
    return {line for line in lines if line and line[0] != "#"}


def test_the_look_alike_has_the_versions_of_colab(home):
    wanted = plain(PINS.read_text(encoding="utf-8"))
    assert len(wanted) > 20 and wanted | {"python==3.13"} <= versions(home)


@with_git
@every_lesson
def test_a_lesson_runs_in_colab(lesson, desk, colab, record_property):
    before = versions(colab)
    shutil.copy(lesson, desk)
    took = python_offline(desk, colab, *NBVAL, "--rootdir", desk, lesson.name, python=PYTHON)
    record_property("lesson", {"name": lesson.stem, **took})
    assert {path.name for path in desk.iterdir()} == {lesson.name, "image-prediction"}, "fetched, and nothing else"
    assert versions(colab) == before, "a lesson installs nothing"
