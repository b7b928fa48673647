"""The fences of the sandbox: files, memory, other programs and root are kept from this process, and from what it will start.

In: the paths that stay in reach, and bytes. Out: a fence for good, or word that this system has none. Linux has all of them
(files from 5.13 on, by Landlock); elsewhere there is the limit of memory only. See sandbox.py, which puts them up.
"""

import ctypes
import os
import pathlib
import signal
import struct
import sys

# linux/mount.h; the last is for all mounts below: no set-uid, no devices, no programs
MS_PRIVATE, MS_BIND, MS_NO_TRICKS = 0x44000, 0x5000, 0b1110
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38  # linux/prctl.h
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # Landlock's system calls, the same on every processor
# linux/landlock.h: the rights to execute, to read a file and a folder; to read a folder; all those that a file knows
READ, NAMES, OF_A_FILE = 0b1101, 0b1000, 0b100000000000111


def landlock():
    """The version of Landlock that this system has; below 1 where it has none."""
    return ctypes.CDLL(None).syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1) if sys.platform == "linux" else 0


def guards_files():
    """Whether this system can keep a process from the files of its own user."""
    return landlock() > 0


def guard_files(read=(), write=(), names=()):
    """Lets this process, and what it will start, read and write only what lies below these paths, for good.

    names: folders of which only the names of what is in them may be read. Paths that are not there are left out. Returns
    whether the system can do that.
    """
    version = landlock()
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


def end_with_parent():
    """Ends this process when the one that started it is gone (Linux; on others it goes on)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def drop_rights():
    """Lets the command that this process becomes be, even as root, a user like any other (Linux)."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        for right in range(64):
            libc.prctl(PR_CAPBSET_DROP, right, 0, 0, 0)


def cover(own=()):
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
