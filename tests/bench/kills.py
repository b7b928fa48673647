"""A run that is killed again and again at random moments, and gone on with: is its table the one of an undisturbed run?

In: a folder of files. Out: for .csv and for Parquet how often it was killed at work, and whether the tables are the same.
"""

import pathlib
import subprocess
import sys
import time

import numpy as np
from bench import child, pictures

# Parts of 64 rows, for Parquet, so that there are some when it is killed; folder.predict's own have 1024.
PROGRAM = """
import sys
from helpers import folder
from helpers.folder import tables
tables.PART = 64
folder.predict(sys.argv[1], "EfficientNet-Lite0", batch_size=16, out=sys.argv[2])
"""


def measure(files, desk, n, times):
    """n files; the process is killed `times` times while it is at work, by turns on a .csv file and a folder of parts."""
    from helpers import folder

    desk = pathlib.Path(desk) / "kills"
    album, random = desk / "album", np.random.default_rng(0)
    pictures.spread_out(pathlib.Path(files), album, n, 0.02)
    whole = folder.predict(album, "EfficientNet-Lite0", batch_size=16)
    found = {}
    for kind in ("csv", "parquet"):
        rows, same, turn = [], [], 0
        while len(rows) < times // 2:
            out = desk / (f"{turn}.csv" if kind == "csv" else f"{turn}")
            if (done := _killed(album, out, random.uniform(0, 1.2))) is None:  # it has ended before: another table
                same.append(_same(folder.predict(album, "EfficientNet-Lite0", out=out), whole))
                turn += 1
            else:
                rows.append(done)
        same.append(_same(folder.predict(album, "EfficientNet-Lite0", out=out), whole))
        found[kind] = {"kills": len(rows), "rows_written_at_each": rows, "tables": len(same), "same": all(same)}
    return {"files": n, **found}


def _killed(album, out, wait):
    """Starts the run and kills it `wait` seconds after it has begun with the table: the rows written, None if it had ended."""
    command = [sys.executable, "-c", PROGRAM, str(album), str(out)]
    lock = out.with_name(out.name + ".lock")
    lock.unlink(missing_ok=True)  # left by the killed run
    process = subprocess.Popen(command, cwd=child.TESTS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not lock.exists():
        time.sleep(0.01)
    time.sleep(wait)
    if process.poll() is not None:
        if process.returncode:
            raise RuntimeError(f"The run ended by itself with {process.returncode}.")
        return None
    process.kill()
    process.wait()
    if out.is_dir():
        return 64 * len(list(out.glob("part-*.parquet")))
    return max(0, out.read_bytes().count(b"\n") - 1)


def _same(one, other):
    """Row for row: names exactly, probabilities to a hundred-thousandth."""
    numbers = [name for name in other.columns if name.startswith("probability_")]
    words = [name for name in other.columns if name not in numbers]
    same = list(one.columns) == list(other.columns) and one[words].astype(str).equals(other[words].astype(str))
    return bool(same and np.allclose(one[numbers], other[numbers], atol=1e-5, equal_nan=True))


if __name__ == "__main__":
    child.answer(measure)
