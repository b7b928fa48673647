"""One large file from an address to a folder, whole or not at all.

In: an address, where the file shall be, its checksum. Out: its path. A download that breaks goes on where it stopped, also in a
later process; what is not complete and checked never stands under the final name.
"""

import contextlib
import errno
import hashlib
import os
import pathlib
import shutil
import stat
import time
import urllib.parse

from helpers.machine import places, web
from helpers.weights import refusals

STALL = 15  # seconds without a byte before the connection is given up and opened again
TRIES = 5  # failures in a row, with not a byte between them, before giving up
PIECE = 1 << 14  # bytes read at once: what a cut connection can lose
PAUSE = 0.5  # seconds before the second try, doubled with each failure in a row


def md5_of(path):
    """The md5 of a file, as hexadecimal text."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def checksum_of(path, like):
    """The checksum of a file, of the kind of another: sha256 for one of 64 digits, else md5."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256" if len(like) == 64 else "md5").hexdigest()


def fetch(url, destination, checksum, size=None):
    """Fetches a file, and gives its path once it is whole and checked.

    url: http or https. destination: the path under which the file shall be; beside it, while it comes, the part and a lock.
    checksum: in hexadecimal digits, 32 of an md5 or 64 of a sha256, or None where none is known (then `size` must fit). size:
    in bytes, for the progress bar and the check of free disk. Several processes may ask at once: one fetches, the others wait.
    Raises OSError: one sentence what happened, one what to do. KeyboardInterrupt keeps the part.
    """
    import filelock

    destination = places.given("destination", destination, "the path of the file to write")
    if not _is_open(url):
        raise OSError(f"{web.shown(str(url))} is not an http or https address. Correct it.")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        lock = _beside(destination, ".lock")
        _only_plain(lock)
        with _alone(filelock.FileLock(lock), destination.name):
            if not is_right(destination, checksum, size):
                set_aside(destination)
                _fetch_alone(url, destination, checksum, size)
            with contextlib.suppress(OSError):  # Windows removes no open file
                lock.unlink()  # whoever still waits finds the file right, whatever becomes of the lock
    except OSError as problem:
        if problem.errno is None:  # raised here or in web.py, with its sentences
            raise
        if refusals.is_full(problem):
            _beside(destination, ".part").unlink(missing_ok=True)  # the disk needs the room
        raise OSError(refusals.not_written(problem, destination, size)) from None
    return destination


def _is_open(url):
    try:
        return isinstance(url, str) and web.is_web(url) and bool(urllib.parse.urlsplit(url).hostname)
    except ValueError:  # http://[
        return False


def is_right(path, checksum, size=None):
    """Whether a path holds the file that is wanted: by its checksum, or by its size where none is known. Never raises."""
    path = pathlib.Path(path)
    try:
        return path.is_file() and (checksum_of(path, checksum) == checksum if checksum else size in (None, path.stat().st_size))
    except OSError:
        return False  # it cannot be read


def _alone(lock, name):
    """Takes the lock, which the system frees when its process dies; says so where another process has it."""
    import filelock

    try:
        return lock.acquire(timeout=0)
    except filelock.Timeout:
        print(f"Another notebook is fetching {name}: waiting for it.")
        return lock.acquire()


def _beside(destination, ending):
    return destination.with_name(destination.name + ending)


def _only_plain(path):
    """Takes away what stands under a name and is no file of its own, as a link: what it leads to would be written over."""
    with contextlib.suppress(FileNotFoundError):
        there = os.lstat(path)
        if not stat.S_ISREG(there.st_mode) or there.st_nlink > 1:
            os.unlink(path)


def _no_link(path, flags):
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def set_aside(destination):
    """Renames a wrong file, where there is one, and says so."""
    if destination.exists() or destination.is_symlink():
        wrong = _beside(destination, ".wrong")
        os.replace(destination, wrong)
        print(f"{destination.name} was not the official file: it is set aside as {wrong.name} and fetched again.")


def _fetch_alone(url, destination, checksum, size):
    """The download, by the one process that has the lock."""
    part = _beside(destination, ".part")
    _only_plain(part)
    resumed = _size(part) > 0
    _receive(url, part, size)
    if resumed and not is_right(part, checksum, size):  # what was there before may have been of another file
        part.unlink()
        _receive(url, part, size)
    if not is_right(part, checksum, size):
        part.unlink()
        host = urllib.parse.urlsplit(url).hostname
        raise OSError(
            f"What {host} sent is not the official {destination.name} (another checksum). Try again, or take another source."
        )
    os.replace(part, destination)


def _size(part):
    return part.stat().st_size if part.exists() else 0


def _receive(url, part, size):
    """Appends to the part until the server has no more to give."""
    import requests
    from tqdm.auto import tqdm

    with tqdm(total=size, unit="B", unit_scale=True, desc=part.stem, initial=_size(part)) as bar:
        failures, furthest = 0, bar.n
        while True:
            try:
                return _one_connection(url, part, size, bar)
            except (requests.RequestException, refusals.Refused) as problem:
                failures = 1 if bar.n > furthest else failures + 1
                furthest = max(furthest, bar.n)
                if refusals.is_final(problem) or failures >= TRIES:
                    raise OSError(refusals.said(problem, url)) from None
            time.sleep(PAUSE * 2 ** (failures - 1))


def _one_connection(url, part, size, bar):
    import requests

    have = _size(part)
    web.look_up(url)
    headers = web.AGENT | {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=(web.SECONDS, STALL)) as response:
        if response.status_code == 416 and have:  # nothing after what we have: it is whole, or of another file
            return
        if response.status_code not in (200, 206):
            raise refusals.Refused(response.status_code)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            raise refusals.Refused("page")  # before the part is touched
        start = have if response.headers.get("Content-Range", "").startswith(f"bytes {have}-") else 0
        length = response.headers.get("Content-Length", "")
        end = start + int(length) if length.isdigit() else size  # the server knows better than the card
        if end and shutil.disk_usage(part.parent).free < end - have:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        bar.total, bar.n, bar.initial = end, start, min(bar.initial, start)
        with open(part, "r+b" if part.exists() else "wb", opener=_no_link) as file:
            file.truncate(start)
            file.seek(start)
            for piece in response.iter_content(PIECE):
                bar.update(file.write(piece))
                if end and file.tell() > end:
                    break  # an answer without an end: the check will say that it is wrong
            file.flush()
            os.fsync(file.fileno())
            if end and file.tell() < end:
                raise requests.exceptions.ChunkedEncodingError("the answer ended early")
