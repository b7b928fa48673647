"""What every kind of table shares: its pandas form, which rows still hold, and the check that it is the right table.

A table on the disk has one column more than the one that is given back: how its file was when it was asked.
"""

import os

import numpy as np

STATE = "file_was"  # as "155034 bytes, 2026-11-25T10:33:12.123456": a spreadsheet leaves it as it is, and people can read it


def state_of(path):
    """What tells one state of a file from another: its size, and when it was written, in universal time."""
    try:
        now = os.stat(path)
    except OSError:  # reading it says why
        return ""
    time = np.datetime64(max(-(2**62), min(now.st_mtime_ns // 1000, 2**62)), "us")
    return f"{now.st_size} bytes, {time}"


def holds(row, now):
    """Whether a row, with its state, still says what is so. now: dict from the files that are asked to their state."""
    return row[0] not in now or row[-1] == now[row[0]]


def check(path, same_columns, networks, network):
    """Raises ValueError, one plain sentence, where a table is another one."""
    if not same_columns:
        raise ValueError(
            f"{path} holds another table, with other columns: give another out, or the same network, top and decide as then."
        )
    if other := networks - {network}:
        raise ValueError(f"{path} holds answers of {', '.join(sorted(other))}, not of {network}: give another out.")


def say_earlier(path):
    """Says that a table has no column of states."""
    print(f"{path} has no column {STATE}, as earlier versions of the course wrote it: its files are asked again.")


def frame_of(rows, columns):
    """A pandas table of rows, its probabilities as numbers, NaN where there are none."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({name: "float64" for name in columns if name.startswith("probability_")})


def in_order(frame, files):
    """The rows of these files, in their order, and of several rows of a file the last."""
    frame = frame.drop_duplicates("file", keep="last").set_index("file", drop=False)
    return frame.loc[[file for file in files if file in frame.index]].reset_index(drop=True)
