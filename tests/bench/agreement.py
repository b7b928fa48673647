"""Whether the engines answer as Keras does, over all photos of the project.

In: a network that has its trained values. Out: for each engine how many first guesses are the same, and the largest difference.
"""

import numpy as np
from bench import child, pictures, ways

from helpers import models


def measure(name):
    """Against `model.predict`; and precision="fast" against float32 of the same engine."""
    model = models.load(name)
    batch = ways.batch_of(model, [file for kind in pictures.sources() for file in kind])
    p = {"model.predict": model.predict(batch, verbose=0)}
    for way, answer in ways.compiled(model)[0].items():
        p[way] = np.concatenate([answer(batch[i : i + 32]) for i in range(0, len(batch), 32)])
    pairs = [(way, "model.predict") for way in p if way != "model.predict"]
    pairs += [("engine openvino fast", "engine openvino float32")] if "engine openvino fast" in p else []
    return {f"{one} and {other}": compare(p[one], p[other]) for one, other in pairs}


def compare(one, other):
    same = int((one.argmax(axis=1) == other.argmax(axis=1)).sum())
    return {"photos": len(one), "same_first_guess": same, "largest_difference": float(np.abs(one - other).max())}


if __name__ == "__main__":
    child.answer(measure)
