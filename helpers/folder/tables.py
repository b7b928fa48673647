"""A table that is written row by row, and survives a break.

In: rows. Out: nothing on the disk, a .csv file, or a folder of Parquet parts; and a pandas table of it all.
"""

import contextlib
import csv
import importlib.util
import io
import os
import pathlib

from helpers.machine import disk

PART = 1024  # rows of one Parquet file


@contextlib.contextmanager
def open(out, columns, network):
    """A table to add rows to. out: None, a path ending in .csv, or a folder; what stands there already is kept and gone on.

    Raises ValueError or OSError, one plain sentence, where it is of other columns or another network, or is being written.
    """
    if out is None:
        yield _Memory(columns)
        return
    import filelock

    if not isinstance(out, (str, os.PathLike)) or not pathlib.Path(out).name or "\0" in str(out):
        raise TypeError(f"out was {out!r}: wanted is a file name that ends in .csv, or the name of a folder, in quotes.")
    out = pathlib.Path(out).expanduser()
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
        with contextlib.closing((_Csv if one_file else _Parquet)(out, columns, network)) as table:
            yield table
    except OSError as problem:
        if problem.errno is None:  # with its sentence
            raise
        raise type(problem)(
            f"{out} cannot be written ({disk.why(problem)}). What is in it is kept: make room, and call again."
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
        return _in_order(frame_of(self.rows, self.columns), files)


class _Csv:
    """Appends whole batches; a line that a break has torn is cut off when the table is opened again."""

    def __init__(self, path, columns, network):
        self.path, self.columns, self.done = path, columns, set()
        self.file = path.open("a+b")
        try:
            with path.open("rb") as there:
                begins = there.read(len(head := _lines([columns])))
            _check(path, head.startswith(begins) if len(begins) < len(head) else begins == head, set(), network)
            self.file.truncate(_whole(path))  # only now: another file is left as it was
            if not path.stat().st_size:
                self._append([columns])
            with path.open(encoding="utf-8", errors="surrogateescape", newline="") as there:
                _, *rows = filter(None, csv.reader(there))
            _check(path, True, {row[-1] for row in rows}, network)
        except BaseException:
            self.file.close()
            raise
        self.done = {row[0] for row in rows}

    def _append(self, rows):
        self.file.write(_lines(rows))
        self.file.flush()
        os.fsync(self.file.fileno())

    def add(self, rows):
        """Takes the rows of one batch."""
        self._append(rows)

    def read(self, files):
        """The table of these files, in their order."""
        import pandas as pd

        kinds = {name: "float64" if name.startswith("probability_") else str for name in self.columns}
        empty = {name: [""] for name, kind in kinds.items() if kind == "float64"}
        options = {"keep_default_na": False, "encoding_errors": "surrogateescape"}
        found = pd.read_csv(self.path, dtype=kinds, na_values=empty, **options)
        return _in_order(found, files)

    def close(self):
        """Ends the writing."""
        self.file.close()


def _lines(rows):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "surrogateescape")


def _whole(path):
    """How many bytes of a .csv file are whole lines: a line end within quotes is none."""
    inside, whole, place = False, 0, 0
    with path.open("rb") as file:
        for line in file:
            place += len(line)
            inside ^= line.count(b'"') % 2 == 1
            if not inside and line.endswith(b"\n"):
                whole = place
    return whole


class _Parquet:
    """Writes parts of many rows, each whole or not at all."""

    def __init__(self, path, columns, network):
        if importlib.util.find_spec("pyarrow") is None:
            raise ImportError('Parquet needs pyarrow: give the command pip install pyarrow, or an out that ends in ".csv".')
        self.path, self.columns, self.network, self.rows = path, columns, network, []
        parts = self._parts()
        self.number = 1 + max((int(part.stem.split("-")[1]) for part in parts), default=-1)
        found = [_read_parquet(part) for part in parts]
        same = all(list(frame.columns) == columns for frame in found)
        networks = {name for frame in found for name in frame.get("network", ["another"])}
        _check(path, same, networks, network)
        self.done = {file for frame in found for file in frame["file"]}

    def _parts(self):
        return sorted(self.path.glob("part-[0-9]*.parquet"))

    def add(self, rows):
        """Takes the rows of one batch."""
        self.rows += rows
        if len(self.rows) >= PART:
            self.close()

    def close(self):
        """Ends the writing."""
        if self.rows:
            frame = frame_of(self.rows, self.columns)
            name = self.path / f"part-{self.number:06d}.parquet"
            disk.write(name, lambda target: frame.to_parquet(target, index=False))
            self.rows, self.number = [], self.number + 1

    def read(self, files):
        """The table of these files, in their order."""
        import pandas as pd

        self.close()
        parts = [_read_parquet(part) for part in self._parts()]
        return _in_order(pd.concat(parts) if parts else frame_of([], self.columns), files)


def _read_parquet(part):
    import pandas as pd

    try:
        return pd.read_parquet(part)
    except (OSError, ValueError):  # pyarrow raises both on damage
        raise ValueError(f"{part} is damaged: remove this part, and call again.") from None


def _check(path, same_columns, networks, network):
    if not same_columns:
        raise ValueError(f"{path} holds another table, with other columns: give another out, or the same top as then.")
    if other := networks - {network}:
        raise ValueError(f"{path} holds answers of {', '.join(sorted(other))}, not of {network}: give another out.")


def frame_of(rows, columns):
    """A pandas table of rows, its probabilities as numbers, NaN where there are none."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({name: "float64" for name in columns if name.startswith("probability_")})


def _in_order(frame, files):
    """The rows of these files, in their order."""
    there = set(frame.file)
    return frame.set_index("file", drop=False).loc[[f for f in files if f in there]].reset_index(drop=True)
