"""What runs in the sandbox reaches nothing but what it was given."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import pytest
from checkout import ROOT

from helpers.grading import fences, kernel, sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the guards that are tested here are Linux's")


def running():
    """The command lines of all processes, as one text."""
    lines = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:  # it has ended
            pass
    return "\n".join(lines)


def wait_until(true, seconds=60):
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
    return true()


with_guard = pytest.mark.skipif(not fences.guards_files(), reason="this system has no Landlock, so files are not guarded")
apart = pytest.mark.skipif(not sandbox.sets_apart(), reason="this system refuses networks of a process's own")


@with_guard
def test_files_of_others_are_out_of_reach(inside, tmp_path):
    tries = ["open('../secret').read()", "open('../new', 'w')", "os.remove('../secret')", "os.rename('../secret', 'x')"]
    tries += ["os.mkdir('../d')", "os.symlink('/', '../l')", "os.truncate('../secret', 0)", "os.listdir('../..')"]
    tries += ["os.link('../secret', 'mine')"]
    each = "\n    ".join(
        f"try: {code}; print('done')\n    except OSError as problem: print(type(problem).__name__)" for code in tries
    )
    names = [str(ROOT), str(tmp_path)]  # so that it is not the cover of /tmp that refuses
    said = dict(zip(tries, inside(each, names=names).split()))
    assert list(said) == tries and set(said.values()) <= {"PermissionError", "OSError"}, said
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
    assert mark not in running()


@apart
def test_other_programs_sockets_and_files_in_tmp_are_out_of_reach(inside, tmp_path):
    with tempfile.TemporaryDirectory(prefix="tmux-", dir="/tmp") as other, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{other}/default")
        server.listen()
        reach = f"import socket; socket.socket(socket.AF_UNIX).connect('{other}/default')"
        assert subprocess.run([sys.executable, "-c", reach]).returncode == 0
        assert inside(reach) == "FileNotFoundError"
        with tempfile.TemporaryDirectory(dir="/tmp") as own:
            assert inside(f"print(open('{own}/a', 'w').write('1'))", write=[own]) == "1" and os.listdir(own) == ["a"]
            assert inside(f"print(os.listdir('{own}'))", read=[*kernel.readable(), f"{own}/a"], names=[own]) == "['a']"


@with_guard
def test_terminals_are_out_of_reach(inside):
    ours, theirs = os.openpty()
    assert inside(f"os.open({os.ttyname(theirs)!r}, os.O_RDONLY | os.O_NOCTTY)") in ("PermissionError", "FileNotFoundError")
    assert inside("print(len(open('/dev/urandom', 'rb').read(3)), open('/dev/null', 'w').write('1'))") == "3 1"
    os.close(ours)
    os.close(theirs)


@apart
def test_nothing_goes_on_when_the_one_who_asked_for_it_is_killed(tmp_path):
    mark = f"99{os.getpid()}"
    script = sandbox.command({"read": ["/"]}, ["sleep", mark])
    asker = subprocess.Popen([sys.executable, "-c", f"import subprocess; subprocess.run({script!r})"])
    assert wait_until(lambda: f"\nsleep {mark}" in running()), "not only among the words of the command"
    asker.kill()
    asker.wait()
    assert wait_until(lambda: mark not in running()), "the sandbox and the command, both"


def test_what_is_said_of_the_sandbox_is_what_the_system_can_do(monkeypatch):
    said = []
    for landlock, flags in ((0, 0), (7, 0), (5, sandbox.CLONE_NEWNET), (7, sandbox.CLONE_NEWNET | sandbox.APART)):
        monkeypatch.setattr(fences, "landlock", lambda version=landlock: version)
        monkeypatch.setattr(sandbox, "works", lambda asked, flags=flags: asked & flags == asked)
        said.append(sandbox.abilities())
    assert "but for other programs, and every process of this user, all files" in said[0]
    assert "but for other programs, only its own files" in said[1]
    assert "no network, and every process of this user" in said[2]
    assert "no network and no other's processes, only its own files" in said[3]


def test_the_exit_code_comes_through():
    command = sandbox.command({"read": kernel.readable()}, [sys.executable, "-c", "raise SystemExit(3)"])
    assert subprocess.run(command, capture_output=True).returncode == 3


def test_the_sandbox_is_ours_whatever_lies_in_the_folder_and_the_environment_it_is_started_in(inside, tmp_path):
    (tmp_path / "own" / "helpers").mkdir()
    for name in ("helpers/__init__.py", "json.py", "ctypes.py", "subprocess.py", "sitecustomize.py"):
        (tmp_path / "own" / name).write_text(f"print({name!r})")
    assert inside("print('ours')") == "ours"
    own = {"PYTHONPATH": str(tmp_path / "own")}
    assert inside("print('ours')", own).splitlines() == ["sitecustomize.py", "ours"], "the command's Python alone finds it"


@apart
def test_where_nothing_can_be_covered_the_network_is_still_its_own_and_that_is_said(monkeypatch):
    def refused():
        raise OSError

    monkeypatch.setattr(fences, "cover", refused)
    assert not sandbox.sets_apart()
    assert "no network, " in sandbox.abilities() and "no other's processes" not in sandbox.abilities()
