"""The network is really cut off, in both ways that offline.py has, and this machine can still talk to itself."""

import subprocess
import sys
import time

import pytest
from desks import OFFLINE

LOCAL = """
import socket
server = socket.create_server(("127.0.0.1", 0))
there = socket.create_connection(("localhost", server.getsockname()[1]))
there.sendall(b"heard")
print(server.accept()[0].recv(5).decode())
"""
# 192.0.2.1 is kept free for documentation (RFC 5737): behind it there is never anyone.
OUTSIDE = """
import errno, socket, sys, time
start = time.monotonic()
try:
    socket.create_connection((sys.argv[1], 80), timeout=20)
except OSError as problem:
    at_once = time.monotonic() - start < 2
    cut_off = isinstance(problem, socket.gaierror) or problem.errno == errno.ENETUNREACH
    print("cut off" if at_once and cut_off else repr(problem))
"""


def python(*arguments):
    return [sys.executable, *arguments]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.fixture(params=["the best way", "--block-sockets"])
def offline(request):
    """offline(command): runs it with the network cut off and gives its output."""

    def start(*command):
        option = [request.param] if request.param.startswith("--") else []
        done = run(*python(str(OFFLINE), *option), *command)
        assert "offline: " in done.stderr
        return done

    return start


def test_this_machine_can_be_reached(offline):
    assert offline(*python("-c", LOCAL)).stdout.strip() == "heard"


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com"])
def test_another_machine_cannot_be_reached_and_says_so_at_once(offline, host):
    assert offline(*python("-c", OUTSIDE, host)).stdout == "cut off\n"


def test_what_a_child_of_the_command_asks_for_is_cut_off_too(offline):
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], '192.0.2.1'])"
    assert offline(*python("-c", child, OUTSIDE)).stdout == "cut off\n"


def test_a_message_without_a_connection_is_cut_off_too(offline):
    send = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))"
    assert "OSError: [Errno" in offline(*python("-c", send)).stderr


def test_the_exit_code_and_the_words_of_the_command_come_through(offline):
    done = offline(*python("-c", "import sys; print(sys.argv[1:]); sys.exit(3)", "two words", "'"))
    assert done.returncode == 3 and done.stdout.strip() == str(["two words", "'"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has networks of a process's own")
def test_linux_says_which_way_was_taken():
    seen = run(*python(str(OFFLINE), "cat", "/proc/net/dev"))
    if "of its own" not in seen.stderr:
        pytest.skip("not allowed here: sockets were blocked instead")
    assert [line.split(":")[0].strip() for line in seen.stdout.splitlines()[2:]] == ["lo"]


def test_without_a_command_it_says_how_to_use_it():
    start = time.monotonic()
    done = run(*python(str(OFFLINE)))
    assert done.returncode and "COMMAND" in done.stderr and time.monotonic() - start < 10
