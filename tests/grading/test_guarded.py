"""A notebook is run to its end, or ended, and nothing of it is left."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import pupils
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.grading import guarded, kernel

pytestmark = pupils.with_kernels


def test_a_notebook_that_takes_too_long_in_all_is_ended():
    notebook = new_notebook(cells=[new_code_cell(source) for source in ("a = 1", "import time; time.sleep(100)", "print(a)")])
    stopped = guarded.run(notebook, lambda folder: None, guarded.Limits(cell=50, notebook=8, memory=2e9))
    assert stopped == {1: "8 s were over for the whole notebook"}
    assert [cell.outputs[0].ename if cell.outputs else "" for cell in notebook.cells] == ["", "Stopped", "Stopped"]


def test_a_kernel_that_does_not_start_is_tried_twice_and_is_no_fault_of_the_pupils(tmp_path, monkeypatch):
    notebook, tries = new_notebook(cells=[new_code_cell("1")]), []
    long = tmp_path / ("x" * 120)  # too long for a socket file
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with pytest.raises(guarded.NoKernel, match="No kernel starts on this machine"):
        guarded.run(notebook, None, pupils.LIMITS)
    assert not list(long.iterdir())
    monkeypatch.undo()

    @contextlib.contextmanager
    def busy(*_):
        tries.append(0)
        if len(tries) < most:
            raise guarded.NoKernel("busy")
        yield

    notebook = new_notebook(cells=[new_markdown_cell("nothing to run")])
    monkeypatch.setattr(kernel, "started", busy)
    most = 2
    assert guarded.run(notebook, None, pupils.LIMITS) == {} and len(tries) == 2
    most = 9
    with pytest.raises(guarded.NoKernel, match="busy"):
        guarded.run(notebook, None, pupils.LIMITS)
    assert len(tries) == 4


def test_a_run_that_begins_a_cell_after_the_stop_is_stopped_too():
    notebook, start = new_notebook(cells=[new_code_cell("while True: pass")]), time.monotonic()
    guarded.halt()
    try:
        with pytest.raises(KeyboardInterrupt):
            guarded.run(notebook, lambda folder: None, guarded.Limits(cell=300, memory=2e9))
    finally:
        guarded.halt(False)
    assert time.monotonic() - start < 200


def test_a_folder_nested_without_end_and_closed_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with kernel.new_folder("a-") as path:
        subprocess.run([sys.executable, "-c", pupils.DEEP], cwd=path, check=True)
        assert os.listdir(path) == ["d"]
    assert not os.path.exists(path)


@pytest.mark.parametrize("mode", [0o000, 0o100, 0o400, 0o500, 0o600])
def test_a_folder_that_is_closed_to_its_owner_is_removed(mode, monkeypatch):
    """The owner is never root here, who may remove whatever is closed: then nobody would see that opening is left out."""
    run, nobody = subprocess.run, {"user": 65534} if os.geteuid() == 0 else {}
    monkeypatch.setattr(kernel.subprocess, "run", lambda command, **options: run(command, **options, **nobody))
    with kernel.new_folder("closed-") as path:
        inner = pathlib.Path(path, "a", "b")
        inner.mkdir(parents=True)
        (inner / "file").touch()
        for each in (path, inner.parent, inner, inner / "file") if nobody else ():
            os.chown(each, nobody["user"], -1)
        inner.chmod(mode), inner.parent.chmod(mode)
    assert not os.path.exists(path)
