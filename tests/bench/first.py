"""A process that has just begun: what its first prediction takes, part by part, and its memory at the peak.

In: a network's name and a way. Out: seconds for imports, building, weights, engine and first call; MB.
"""

import sys
import time

BEGAN = time.perf_counter()


def measure(name, way, files, desk):
    """way: "model.predict", or one of the course's engines, or "folder " and an engine: the first 64 files."""
    ticks = [BEGAN]
    from bench import ways

    from helpers import folder, models
    from helpers.networks import carried, engines

    models.start()
    ticks.append(time.perf_counter())
    model = models.architecture(name)
    ticks.append(time.perf_counter())
    if ways.trained(name):
        carried.fill(model, models.CARDS[name].carried)
    else:
        model.load_weights(f"{desk}/{name}.weights.h5")
    ticks.append(time.perf_counter())
    how = ways.ENGINES.get(way.removeprefix("engine "))
    answer = engines.compile(model, **how) if how else lambda batch: model.predict(batch, verbose=0)
    ticks.append(time.perf_counter())
    if way.startswith("folder "):
        folder.predict(files, model, **ways.ENGINES[way.removeprefix("folder ")])
    else:
        import numpy as np

        answer(np.zeros((1, *model.input_shape[1:]), "float32"))
    ticks.append(time.perf_counter())
    parts = ("imports", "building", "weights", "engine", "first call")
    return {"seconds": dict(zip(parts, [b - a for a, b in zip(ticks, ticks[1:])])), "peak_MB": peak()}


def peak():
    """The process' memory at its peak, in MB; None on Windows."""
    try:
        import resource
    except ImportError:
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10  # macOS counts bytes, Linux kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    from bench import child

    child.answer(measure)
