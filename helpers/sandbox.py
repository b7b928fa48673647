"""Beside the pipe: runs a command that nobody has read, with as little of this machine in its reach as can be.

    python helpers/sandbox.py '{"read": ["/usr"], "write": ["/tmp/x"], "memory": 6000000000}' COMMAND…

In: the folders and files that it may read, and write, and list ("names"); bytes of memory for each process, and for each
"file".
Out: the command, in a network with nothing in it but itself, and the way that was taken on stderr. Where the system has no
such networks (Windows, macOS, some containers) every Python in it refuses to connect instead. Folders are guarded on Linux
5.13 and later (Landlock), memory wherever a system can limit it. It is no wall against an attacker: that takes a container.
"""

import ctypes
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWNS = 0x10000000, 0x40000000, 0x20000000, 0x20000  # linux/sched.h
APART = CLONE_NEWPID | CLONE_NEWNS
# linux/mount.h; the last is for all mounts below: no set-uid, no devices, no programs
MS_PRIVATE, MS_BIND, MS_NO_TRICKS = 0x44000, 0x5000, 0b1110
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38  # linux/prctl.h
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # Landlock's system calls, the same on every processor
# linux/landlock.h: the rights to execute, to read a file and a folder; to read a folder; all those that a file knows
READ, NAMES, OF_A_FILE = 0b1101, 0b1000, 0b100000000000111
NO_NETWORK = pathlib.Path(__file__).resolve().parent / "no_network"


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
        if flags & CLONE_NEWPID and not _succeeds(_cover):  # once more: the new world begins with the next process
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


def guards_files():
    """Whether this system can keep a process from the files of its own user."""
    return _landlock() > 0


def abilities():
    """What the sandbox can do on this system, as a sentence for who relies on it."""
    if sets_apart():
        network = "no network and no other's processes"
    else:
        network = "no network" if _allowed(0) else "no network for Python, but for other programs"
        network += ", and every process of this user" * (_landlock() < 6)
    files = "only its own files" if guards_files() else "all files of this user (this system cannot guard them)"
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


def _landlock():
    """The version of Landlock that this system has; below 1 where it has none."""
    return ctypes.CDLL(None).syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1) if sys.platform == "linux" else 0


def guard_files(read=(), write=(), names=()):
    """Lets this process, and what it will start, read and write only what lies below these paths, for good.

    names: folders of which only the names of what is in them may be read. Paths that are not there are left out. Returns
    whether the system can do that.
    """
    version = _landlock()
    if version < 1:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    everything = (1 << min(12 + version, 15)) - 1  # version 1 knows 13 rights, 2 and 3 one more each
    rules = struct.pack("QQQ", everything, 0, 3)[: 24 if version >= 6 else 8]  # 3: no signals to others, from version 6
    ruleset = libc.syscall(CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    for paths, rights in ((read, READ), (names, NAMES), ([*write, "/dev/null"], everything)):
        for path in filter(os.path.exists, paths):
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = rights if os.path.isdir(path) else rights & OF_A_FILE
            if libc.syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", allowed & everything, handle), 0):
                raise OSError(ctypes.get_errno(), "landlock_add_rule", str(path))
            os.close(handle)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.syscall(RESTRICT_SELF, ruleset, 0):
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    return True


def limit(memory=None, file=None):
    """Limits the memory of each process from here on, and the size of each file that it writes: bytes, or None."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for size, kind in ((memory, resource.RLIMIT_AS), (file, resource.RLIMIT_FSIZE)):
        if size:
            most = resource.getrlimit(kind)[1]
            size = int(size) if most == resource.RLIM_INFINITY else min(int(size), most)
            try:
                resource.setrlimit(kind, (size, size))
            except (OSError, ValueError):  # macOS refuses some
                pass


def run(options, command):
    """Does what the module says: replaces this process by the command, or waits for it. options: a dict, as above."""
    _end_with_parent()
    way = cut_off(APART)
    _end_with_parent()  # once more: other rights may undo it
    print(f"sandbox: {way}", file=sys.stderr, flush=True)
    if "apart" not in way:
        limit(options.get("memory"), options.get("file"))
        if os.name != "posix":
            sys.exit(subprocess.call(command))  # noqa: S603
        _become(options, command)
    child = os.fork()  # the first process of the new world: when it ends, all that it has started ends too
    if child == 0:
        own = [path for what in ("read", "write", "names") for path in options.get(what, ())]
        _become(options | {"write": [*options.get("write", ()), *_cover(own)]}, command)
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


def _end_with_parent():
    """Ends this process when the one that started it is gone (Linux; on others it goes on)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _cover(own=()):
    """Puts empty folders, for this world only, where other programs have their sockets (Docker's, the desktop's, tmux's) and
    shared memory. own: paths that stay in reach, though they be in /tmp. Returns those to write in. Raises OSError."""
    mount = ctypes.CDLL(None, use_errno=True).mount

    def put(kind, target, flags=MS_NO_TRICKS, size=None):
        what = "proc" if kind == "proc" else "tmpfs"
        if mount(os.fsencode(kind), os.fsencode(target), what.encode(), flags, size):
            raise OSError(ctypes.get_errno(), "mount", str(target))

    kept = {}  # path -> its file, from before it is covered
    for path in sorted({shown(path) for path in own for shown in (os.path.abspath, os.path.realpath)}):
        if path.startswith("/tmp/") and os.path.exists(path) and not any(path.startswith(f"{above}/") for above in kept):  # noqa: S108
            kept[path] = os.open(path, os.O_PATH | os.O_CLOEXEC)
    put("none", "/", MS_PRIVATE)
    put("proc", "/proc")  # which now lists the processes of this world
    put("tmpfs", "/run", size=b"size=1m")
    put("tmpfs", "/dev/shm", size=b"size=1g")  # noqa: S108
    put("tmpfs", "/tmp", size=b"size=1m")  # noqa: S108
    for path, handle in kept.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.mkdir(path) if os.path.isdir(f"/proc/self/fd/{handle}") else pathlib.Path(path).touch()
        put(f"/proc/self/fd/{handle}", path, MS_BIND)
        os.close(handle)
    os.chdir(os.getcwd() if os.path.isdir(os.getcwd()) else "/")  # not in the one that is covered
    return ["/dev/shm"]  # noqa: S108


def _become(options, command):
    _end_with_parent()
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        for right in range(64):  # root among them is a user like any other
            libc.prctl(PR_CAPBSET_DROP, right, 0, 0, 0)
    limit(options.get("memory"), options.get("file"))
    guard_files(**{what: options.get(what, ()) for what in ("read", "write", "names")})
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    run(json.loads(sys.argv[1]), sys.argv[2:])
