"""Runs a command that nobody has read, with as little of this machine in its reach as can be.

In: the folders and files that it may read, and write, and list ("names"); bytes of memory for each process, and for each
"file": a dict, as {"read": ["/usr"], "write": ["/tmp/x"], "memory": 6e9}. Out: the words that start the command so.
It runs in a network with nothing in it but itself, and which way was taken stands on its stderr. Where the system has no
such networks (Windows, macOS, some containers) every Python in it refuses to connect instead. Folders are guarded on Linux
5.13 and later (Landlock), memory wherever a system can limit it. It is no wall against an attacker: that takes a container.
"""

import ctypes
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys

from helpers.grading import fences
from helpers.machine import places

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWNS = 0x10000000, 0x40000000, 0x20000000, 0x20000  # linux/sched.h
APART = CLONE_NEWPID | CLONE_NEWNS
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h
NO_NETWORK = places.HELPERS / "grading" / "no_network"


def leave_the_network(flags):
    """Moves this process into a new, empty network and brings its loopback up: without that, Jupyter's kernels wait 60 s.

    flags: CLONE_NEWNET, with CLONE_NEWUSER where only that is allowed, and APART to see no other's processes and sockets.
    Raises OSError where the system refuses.
    """
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None, use_errno=True).unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        _, now = struct.unpack("16sh", _ioctl(any_socket, SIOCGIFFLAGS, 0))
        _ioctl(any_socket, SIOCSIFFLAGS, now | IFF_UP)
    if flags & CLONE_NEWUSER:  # the same user as before, so that files keep their owner
        for name, text in {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}.items():
            pathlib.Path("/proc/self", name).write_text(text)


def _ioctl(any_socket, request, flags):
    import fcntl  # not on Windows

    return fcntl.ioctl(any_socket, request, struct.pack("16sh14x", b"lo", flags))[:18]


def works(flags):
    """Whether that is allowed here; tried in a child, since half of it may be, and there is no way back."""

    def attempt():
        leave_the_network(flags)
        if flags & CLONE_NEWPID and not _succeeds(fences.cover):  # once more: the new world begins with the next process
            raise OSError

    return _succeeds(attempt)


def _succeeds(call):
    """Whether a call in a child of this process raises nothing."""
    child = os.fork()
    if child == 0:
        try:
            call()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _allowed(more):
    """The flags for `leave_the_network` that this system allows, or 0."""
    ways = (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET) if sys.platform == "linux" else ()
    return next((way | more for way in ways if works(way | more)), 0)


def sets_apart():
    """Whether this system gives a process a network, and processes, of its own."""
    return bool(_allowed(APART))


def abilities():
    """What the sandbox can do on this system, as a sentence for who relies on it."""
    if sets_apart():
        network = "no network and no other's processes"
    else:
        network = "no network" if _allowed(0) else "no network for Python, but for other programs"
        network += ", and every process of this user" * (fences.landlock() < 6)
    files = "only its own files" if fences.guards_files() else "all files of this user (this system cannot guard them)"
    return f"In reach of a notebook: {network}, {files}."


def cut_off(more=0, block_sockets=False):
    """Cuts this process, and what it will start, off from the network. Returns the words for the way that was taken.

    more: APART, or 0. block_sockets: take the second way even where the first is allowed.
    """
    for name in ("http_proxy", "https_proxy", "all_proxy"):  # a proxy on this machine would be a way out
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    if flags := 0 if block_sockets else _allowed(more) or _allowed(0):
        leave_the_network(flags)
        return "in an empty network of its own" + ", and apart from other processes" * bool(flags & CLONE_NEWPID)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(NO_NETWORK), os.environ.get("PYTHONPATH")]))
    return "by sockets that refuse"


def command(options, words):
    """The words that start a command in the sandbox. options: a dict, as above.

    Python starts apart (-I), so that nothing in the working folder or in the environment, which a pupil may have filled, stands
    before our modules or its own. So it finds no course by itself, by path or by -m, where the course is not installed: the
    one line of -c says where our modules are.
    """
    start = f"import sys; sys.path.insert(0, {str(places.COURSE)!r}); from helpers.grading import sandbox; sandbox.main()"
    return [sys.executable, "-I", "-c", start, json.dumps(options), *words]


def run(options, words):
    """Does what the module says: replaces this process by the command, or waits for it."""
    fences.end_with_parent()
    way = cut_off(APART)
    fences.end_with_parent()  # once more: other rights may undo it
    print(f"sandbox: {way}", file=sys.stderr, flush=True)
    if "apart" not in way:
        fences.limit(options.get("memory"), options.get("file"))
        if os.name != "posix":
            sys.exit(subprocess.call(words))  # noqa: S603
        _become(options, words)
    child = os.fork()  # the first process of the new world: when it ends, all that it has started ends too
    if child == 0:
        own = [path for what in ("read", "write", "names") for path in options.get(what, ())]
        _become(options | {"write": [*options.get("write", ()), *fences.cover(own)]}, words)
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


def _become(options, words):
    fences.end_with_parent()
    fences.drop_rights()
    fences.limit(options.get("memory"), options.get("file"))
    fences.guard_files(**{what: options.get(what, ()) for what in ("read", "write", "names")})
    os.execvp(words[0], words)  # noqa: S606


def main():
    """What `command` starts: the first argument holds the options, the others are the command."""
    run(json.loads(sys.argv[1]), sys.argv[2:])
