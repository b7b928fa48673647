"""What runs in the sandbox reaches nothing but what it was given."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

from helpers import guarded, sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the guards that are tested here are Linux's")

with_guard = pytest.mark.skipif(not sandbox.guards_files(), reason="this system has no Landlock, so files are not guarded")
apart = pytest.mark.skipif(not sandbox.sets_apart(), reason="this system refuses networks of a process's own")


@pytest.fixture
def inside(tmp_path):
    """inside(code): what this Python code prints in the sandbox, where it may write in the folder "own"."""
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "secret").write_text("the solutions")

    def run(code, **options):
        options = {"read": guarded.readable(), "write": [str(own)], "names": [str(ROOT)]} | options
        script = [sys.executable, str(ROOT / "helpers" / "sandbox.py"), json.dumps(options), sys.executable, "-c"]
        line = f"import os, sys\ntry:\n    {code}\nexcept BaseException as problem:\n    print(type(problem).__name__)"
        return subprocess.run([*script, line], cwd=own, capture_output=True, text=True, timeout=60).stdout.strip()

    return run


@with_guard
@pytest.mark.parametrize(
    "code",
    [
        "open('../secret').read()",
        "open('../new', 'w')",
        "os.remove('../secret')",
        "os.rename('../secret', 'x')",
        "os.mkdir('../d')",
    ]
    + ["os.symlink('/', '../l')", "os.truncate('../secret', 0)", "os.listdir('..')", "os.link('../secret', 'mine')"],
)
def test_files_of_others_are_out_of_reach(inside, code, tmp_path):
    assert inside(code) in ("PermissionError", "OSError")
    assert (tmp_path / "secret").read_text() == "the solutions"


def test_its_own_files_and_our_helpers_are_in_reach(inside):
    assert (
        inside("open('a', 'w').write('1'); os.mkdir('b'); os.rename('a', 'b/a'); os.remove('b/a'); print(os.listdir('.'))")
        == "['b']"
    )
    assert (
        inside(f"sys.path.insert(0, {str(ROOT)!r}); import numpy; from helpers import labels; print(labels.name(235))")
        == "German_shepherd"
    )


def test_memory_and_files_have_a_limit(inside):
    assert inside("x = bytearray(3 * 10**9)", memory=2e9) == "MemoryError"
    assert inside("print(len(bytearray(10**8)))", memory=2e9) == "100000000"
    assert inside("open('a', 'wb').write(bytes(2 * 10**6))", file=1e6) in ("OSError", "")  # or ended by the system


@apart
def test_other_processes_and_root_are_out_of_reach(inside):
    assert inside(f"os.kill({os.getpid()}, 0)") == "ProcessLookupError"
    assert inside(f"open('/proc/{os.getpid()}/environ').read()") in ("FileNotFoundError", "PermissionError")
    assert inside("print(open('/proc/self/status').read().split('CapEff:')[1].split()[0])") == "0" * 16


@apart
def test_what_it_leaves_behind_ends_with_it(inside):
    mark = f"sleep 98{os.getpid()}"
    inside(f"import subprocess; subprocess.Popen({mark.split()!r}, start_new_session=True, stdout=subprocess.DEVNULL)")
    assert mark not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout


def test_the_exit_code_comes_through(tmp_path):
    command = [sys.executable, str(ROOT / "helpers" / "sandbox.py"), json.dumps({"read": ["/"]}), sys.executable, "-c"]
    assert subprocess.run([*command, "raise SystemExit(3)"], capture_output=True).returncode == 3
