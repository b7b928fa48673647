"""What reading at a reduced scale costs in answers: reading="auto" against "exact", over folders of large photos.

In: names of networks, and folders. Out: for each network how many first guesses are the same, and how far the top probability
moved at most.
"""

import os
import pathlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from bench import child, readers

from helpers import models
from helpers.networks import engines


def measure(names, folders):
    """All the photos of all folders, by each network."""
    files = [file for place in folders for file in sorted(pathlib.Path(place).iterdir())]
    return {name: _network(models.load(name), files) for name in names}


def _network(model, files):
    size, preprocess, answer = model.input_shape[1], models.card(model).preprocess, engines.compile(model)

    def answers(read):
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            photos = list(threads.map(lambda file: read(file, size), files))
        return np.concatenate([answer(preprocess(np.stack(photos[i : i + 32]))) for i in range(0, len(photos), 32)])

    auto, exact = (answers(readers.OURS[f"ours, {how}"]) for how in ("auto", "exact"))
    moved = np.abs(auto.max(axis=1) - exact.max(axis=1))
    same = int((auto.argmax(axis=1) == exact.argmax(axis=1)).sum())
    return {"photos": len(files), "same_first_guess": same, "top_moved_most": float(moved.max())}


if __name__ == "__main__":
    child.answer(measure)
