"""Ten and twenty times as many files, some of them spoiled: time for each, memory, and whether every spoiled one is reported.

In: a folder of files. Out: for each run the rows, seconds, memory, and the names of the files with an error.
"""

import os
import pathlib
import threading
import time

from bench import child, pictures, ways

from helpers import folder, models

NETWORK, SPOILED = "EfficientNet-Lite0", 0.01
TIMES = (1, 10, 20)
HUGE = 30 * 2**30  # bytes of one file among them, which take no room on a disk that leaves out zeros


def measure(files, desk, n, turns):
    """n, 10 n and 20 n files in turns, with the fastest engine, written to a .csv file."""
    import psutil

    desk, model, process = pathlib.Path(desk) / "lasting", models.load(NETWORK), psutil.Process()
    how = ways.ENGINES["openvino fast" if ways.engines.has_openvino() else "keras"]
    places = {times * n: desk / str(times * n) for times in TIMES}
    spoiled = {size: pictures.spread_out(pathlib.Path(files), place, size, SPOILED) for size, place in places.items()}
    for size, place in places.items():
        if os.name != "nt":  # Windows would write the zeros
            spoiled[size].append("huge.jpg")
            (place / "huge.jpg").touch()
            os.truncate(place / "huge.jpg", HUGE)
    runs = []
    folder.predict(places[n], model, out=desk / "warm.csv", **how)
    for turn in range(turns):
        for size, place in places.items():
            most, over = [process.memory_info().rss], threading.Event()
            watch = threading.Thread(target=_watch, args=(process, most, over))
            watch.start()
            start = time.perf_counter()
            table = folder.predict(place, model, out=desk / f"{size}-{turn}.csv", **how)
            seconds = time.perf_counter() - start
            over.set()
            watch.join()
            reported = sorted(table.file[table.error != ""]) == sorted(spoiled[size])
            now = process.memory_info().rss
            runs.append({"files": size, "rows": len(table), "ms_a_file": 1000 * seconds / size, "spoiled": len(spoiled[size]),
                         "reported": reported, "MB": now / 2**20, "peak_MB": max(most) / 2**20})  # fmt: skip
            del table
    return {"engine": how, "runs": runs}


def _watch(process, most, over):
    while not over.wait(0.1):
        most[0] = max(most[0], process.memory_info().rss)


if __name__ == "__main__":
    child.answer(measure)
