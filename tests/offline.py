"""Runs a command with the network cut off:  python tests/offline.py COMMAND…

On Linux, where it is allowed, in a network of its own with nothing in it but this machine (127.0.0.1). Elsewhere every Python
that the command starts refuses to connect to other machines (no_network/sitecustomize.py). Says on stderr which it was.
"""

import ctypes
import os
import pathlib
import socket
import struct
import subprocess
import sys

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h
NO_NETWORK = pathlib.Path(__file__).resolve().parent / "no_network"


def leave_the_network(flags):
    """Moves this process into a new, empty network and brings its loopback up: without that, Jupyter's kernels wait 60 s."""
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None, use_errno=True).unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        _, now = struct.unpack("16sh", _ioctl(any_socket, SIOCGIFFLAGS, 0))
        _ioctl(any_socket, SIOCSIFFLAGS, now | IFF_UP)
    if flags & CLONE_NEWUSER:  # the same user as before, so that files keep their owner
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        pathlib.Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _ioctl(any_socket, request, flags):
    import fcntl  # not on Windows

    return fcntl.ioctl(any_socket, request, struct.pack("16sh14x", b"lo", flags))[:18]


def works(flags):
    """Whether that is allowed here; tried in a child, since half of it may be, and there is no way back."""
    child = os.fork()
    if child == 0:
        try:
            leave_the_network(flags)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def run(command, block_sockets=False):
    """Does what the module says. block_sockets: take the second way even where the first is allowed."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):  # a proxy on this machine would be a way out
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    ways = (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET) if sys.platform == "linux" and not block_sockets else ()
    flags = next((way for way in ways if works(way)), None)
    if flags:
        leave_the_network(flags)
        print("offline: in an empty network of its own", file=sys.stderr, flush=True)
    else:
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(NO_NETWORK), os.environ.get("PYTHONPATH")]))
        print("offline: by sockets that refuse", file=sys.stderr, flush=True)
    if os.name == "posix":
        os.execvp(command[0], command)
    sys.exit(subprocess.call(command))  # on Windows exec would return to the shell at once


if __name__ == "__main__":
    arguments = sys.argv[1:]
    block = arguments[:1] == ["--block-sockets"]
    if not arguments[block:]:
        sys.exit(__doc__)
    run(arguments[block:], block)
