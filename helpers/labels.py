"""The last joint of the pipe: from 1000 probabilities to names.

In: a batch of probabilities, shape (n, 1000). Out: for each picture a list of `Prediction`.
The names are Keras' own, from data/imagenet: an index, a wnid (WordNet's number for a noun) and the first of its names.
"""

import functools
import json
import pathlib
from typing import NamedTuple

import numpy as np

CLASS_INDEX = pathlib.Path(__file__).resolve().parent.parent / "data" / "imagenet" / "imagenet_class_index.json"


class Prediction(NamedTuple):
    """One guess: WordNet's number, the class' name, and a probability from 0 to 1."""

    wnid: str
    name: str
    probability: float


@functools.cache
def classes():
    """The 1000 classes in the order of a network's outputs: a tuple of (wnid, name)."""
    table = json.loads(CLASS_INDEX.read_text(encoding="utf-8"))
    return tuple((wnid, name) for wnid, name in (table[str(i)] for i in range(len(table))))


def name(index):
    """The name of the class at one place, 0 to 999, of a network's output."""
    if not isinstance(index, (int, np.integer)) or not 0 <= index < len(classes()):
        raise ValueError(f"There is no class {index!r}: the classes are numbered from 0 to {len(classes()) - 1}.")
    return classes()[index][1]


def index(wnid):
    """The place, 0 to 999, of a class in a network's output; by its wnid, since two pairs of classes share a name."""
    for place, (number, _) in enumerate(classes()):
        if number == wnid:
            return place
    raise ValueError(f"{wnid!r} is not the wnid of one of the 1000 classes: a wnid looks like {classes()[0][0]!r}.")


def decode(p, top=5):
    """The best guesses for each picture: a list of lists of `Prediction`, the most probable first.

    p: probabilities, shape (n, 1000). top: how many guesses, 1 to 1000.
    Gives what `keras.applications.imagenet_utils.decode_predictions` gives, with no download.
    """
    try:
        p = np.asarray(p, dtype=float)
    except (TypeError, ValueError):
        raise TypeError("p does not hold numbers: wanted are the 1000 probabilities of n pictures, (n, 1000).") from None
    if p.shape == (len(classes()),):
        raise ValueError("p is the answer for one picture, of shape (1000,): give the whole batch, or p[np.newaxis].")
    if p.ndim != 2 or p.shape[1] != len(classes()):
        raise ValueError(f"p has the shape {p.shape}: wanted are the 1000 probabilities of n pictures, (n, 1000).")
    if not np.isfinite(p).all():
        raise ValueError("p holds values that are not numbers (NaN or infinite): look at what went into the network.")
    if not isinstance(top, (int, np.integer)) or not 1 <= top <= len(classes()):
        raise ValueError(f"top was {top!r}: ask for 1 to {len(classes())} guesses.")
    best = np.argsort(-p, axis=1, kind="stable")[:, :top]
    return [[Prediction(*classes()[i], float(row[i])) for i in places] for row, places in zip(p, best)]
