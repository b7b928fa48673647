"""A table that is written row by row, and survives a break.

In: rows. Out: nothing on the disk, a .csv file, or a folder of Parquet parts; and a pandas table of it all.
"""

import contextlib
import errno
import os
import re

from helpers.folder.as_csv import Csv
from helpers.folder.as_parquet import Parquet
from helpers.folder.frames import frame_of, in_order
from helpers.machine import disk, places, sentences

WANTED = "a file name that ends in .csv, or the name of a folder, in quotes"


def place(out, wanted=WANTED, csv=True):
    """Where the table goes, as a path; raises TypeError or ValueError, one plain sentence, where it can be no such place.

    csv: whether a file ending in .csv is one.
    """
    path = places.given("out", out, wanted)
    said, ending = f"out was {sentences.fit(repr(str(out)))}", path.suffix.lower()
    if not path.name or places.is_address(out):
        raise TypeError(f"{said}: wanted is {wanted}.")
    if csv and ending == ".csv":
        if path.is_dir():
            raise ValueError(f"{said}, but a folder has this name: give another name that ends in .csv.")
    # A folder's name may have a dot before a number, as run.2026 or run.v2; any other ending means a file.
    elif re.fullmatch(r"\.(?!v\d+$)\w*[^\W\d]\w*\W*", ending) and not path.is_dir():
        raise ValueError(f"{said}, but no {ending} file is written here: wanted is {wanted}.")
    return path


@contextlib.contextmanager
def open(out, columns, network, now=None):
    """A table to add rows to. out: None, a path ending in .csv, or a folder; what stands there already is kept and gone on.

    now: dict from the files that are asked to their state: `table.done` are those whose row there still holds.
    Raises ValueError or OSError, one plain sentence, where it is of other columns or another network, or is being written.
    """
    if out is None:
        yield _Memory(columns)
        return
    import filelock

    out = place(out)
    one_file = out.suffix.lower() == ".csv"
    lock = filelock.FileLock(out.with_name(out.name + ".lock"))
    try:
        (out.parent if one_file else out).mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise OSError(f"Another process is writing {out}: wait for it, or give another out.") from None
    except OSError as problem:
        raise type(problem)(f"{out} cannot be written ({disk.why(problem)}): check the folder, or give another out.") from None
    try:
        with contextlib.closing((Csv if one_file else Parquet)(out, columns, network, now or {})) as table:
            yield table
    except OSError as problem:
        if problem.errno is None:  # with its sentence
            raise
        full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
        cure = "make room" if full else "close it in other programs, check the permissions of it and its folder"
        raise type(problem)(
            f"{out} cannot be written ({disk.why(problem)}). What is in it is kept: {cure}, and call again."
        ) from None
    finally:
        with contextlib.suppress(OSError):  # Windows removes no open file
            os.unlink(lock.lock_file)
        lock.release()


class _Memory:
    def __init__(self, columns):
        self.columns, self.rows, self.done = columns, [], set()

    def add(self, rows):
        """Takes the rows of one batch."""
        self.rows += rows

    def read(self, files):
        """The table of these files, in their order."""
        return in_order(frame_of(self.rows, self.columns), files)
