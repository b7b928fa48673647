"""A table as a folder of Parquet parts, for many rows and for other programs.

In: rows. Out: part-000000.parquet and so on, each whole or not at all; and a pandas table.
"""

import importlib.util

from helpers.folder.frames import STATE, check, frame_of, holds, in_order, say_earlier
from helpers.machine import disk

PART = 1024  # rows of one file


class Parquet:
    """Writes parts of many rows; what no longer holds is taken out at the end, so that a break loses nothing."""

    def __init__(self, path, columns, network, now):
        if importlib.util.find_spec("pyarrow") is None:
            raise ImportError('Parquet needs pyarrow: give the command pip install pyarrow, or an out that ends in ".csv".')
        self.path, self.columns, self.now, self.rows = path, [*columns, STATE], now, []
        self.done, there, count, earlier = set(), set(), 0, False
        for _, frame in self._frames():
            check(path, list(frame.columns) in (self.columns, columns), set(frame.get("network", ["another"])), network)
            earlier |= STATE not in frame
            for row in self._with_state(frame).itertuples(index=False, name=None):
                count += 1
                there.add(row[0])
                (self.done.add if row[0] in now and holds(row, now) and not row[-3] else self.done.discard)(row[0])
        if earlier:
            say_earlier(path)
        self.number = 1 + max((int(part.stem[5:]) for part in self._parts()), default=-1)
        self.worn = count > len(there) or any(file in now and file not in self.done for file in there)

    def _parts(self):
        return sorted(part for part in self.path.glob("part-*.parquet") if part.stem[5:].isdecimal())

    def _frames(self):
        """One part after the other, so that not all are in memory: its path and its pandas table."""
        for part in self._parts():
            yield part, _read_parquet(part)

    def _with_state(self, frame):
        return frame.reindex(columns=self.columns, fill_value="")

    def add(self, rows):
        """Takes the rows of one batch."""
        self.rows += [[*row, self.now.get(row[0], "")] for row in rows]
        if len(self.rows) >= PART:
            self._write()

    def _write(self):
        if self.rows:
            self._keep(self.path / f"part-{self.number:06d}.parquet", frame_of(self.rows, self.columns))
            self.rows, self.number = [], self.number + 1

    def _keep(self, part, frame):
        disk.write(part, lambda target: frame.to_parquet(target, index=False))

    def close(self):
        """Ends the writing, and takes out the rows that no longer hold."""
        self._write()
        if not self.worn:
            return
        last = {file: (part, i) for part, frame in self._frames() for i, file in enumerate(frame["file"])}
        for part, frame in self._frames():
            frame = self._with_state(frame)
            rows = enumerate(frame.itertuples(index=False, name=None))
            stays = [last[row[0]] == (part, i) and holds(row, self.now) for i, row in rows]
            if not any(stays):
                part.unlink()
            elif not all(stays):
                self._keep(part, frame[stays])

    def read(self, files):
        """The table of these files, in their order."""
        import pandas as pd

        self._write()
        wanted, parts = set(files), [frame_of([], self.columns)]
        for _, frame in self._frames():
            frame = self._with_state(frame)
            rows = frame.itertuples(index=False, name=None)
            parts.append(frame[[row[0] in wanted and holds(row, self.now) for row in rows]])
        found = [part for part in parts if len(part)] or parts
        return in_order(pd.concat(found)[self.columns[:-1]], files)


def _read_parquet(part):
    import pandas as pd

    try:
        return pd.read_parquet(part)
    except OSError as problem:
        if problem.errno is not None:
            raise type(problem)(
                f"{part} cannot be read ({disk.why(problem)}): check its permissions, and call again."
            ) from None
    except ValueError:  # pyarrow raises both on damage
        pass
    raise ValueError(f"{part} is damaged: remove this part, and call again.")
