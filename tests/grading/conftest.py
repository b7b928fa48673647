"""A course folder of nbgrader with one small assignment, what a class hands in there, and the sandbox to run code in."""

import os
import shutil
import subprocess
import sys

import nbformat
import pupils
import pytest
from checkout import ROOT

from helpers.grading import kernel, marking, sandbox


@pytest.fixture
def course(once, tmp_path):
    """A course folder with the small assignment, in a folder with a space in its name; its solutions lie beside it."""

    def make(folder):
        (folder / "solutions").mkdir()
        nbformat.write(pupils.solution(), folder / "solutions" / f"{pupils.NAME}.ipynb")
        assert marking.assignments(folder / "solutions", folder / "the course") == [pupils.NAME]

    shutil.copytree(once("small-course", make), tmp_path, dirs_exist_ok=True)
    return tmp_path / "the course"


@pytest.fixture
def released(course):
    """The notebook that the pupils got."""
    return nbformat.read(course / "release" / pupils.NAME / f"{pupils.NAME}.ipynb", as_version=4)


@pytest.fixture
def hand_in(course, released, tmp_path, serve):
    """hand_in(names): the folder with what these pupils handed in."""
    port = int(serve(lambda request: None).rsplit(":", 1)[1])
    secret = str(course / "source" / pupils.NAME / f"{pupils.NAME}.ipynb")

    def write(names):
        pupils.hand_in(tmp_path / "in", released, names, port=port, secret=secret, places=[str(course), str(tmp_path / "in")])
        return tmp_path / "in"

    return write


@pytest.fixture
def inside(tmp_path):
    """inside(code): what this Python code prints in the sandbox, where it may write in the folder "own"."""
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "secret").write_text("the solutions")

    def run(code, environment=None, **options):
        options = {"read": kernel.readable(), "write": [str(own)], "names": [str(ROOT)]} | options
        line = f"import os, sys\ntry:\n    {code}\nexcept BaseException as problem:\n    print(type(problem).__name__)"
        command = sandbox.command(options, [sys.executable, "-c", line])
        environment = os.environ | (environment or {})
        return subprocess.run(command, cwd=own, env=environment, capture_output=True, text=True, timeout=60).stdout.strip()

    return run
