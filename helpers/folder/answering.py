"""Which network names the pictures: one of the catalogue, or one that has learned classes of your own (lesson 11).

In: what a person has of it, a name, a model, or the path of a saved one. Out: `Answering`, all that the pipe needs of it.
"""

import hashlib
import os
import pathlib
import tempfile
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from helpers import labels, models, transfer
from helpers.machine import sentences
from helpers.normalizing import normalize

WANTED = "a network's name, a model from models.load, what transfer.load gave, or the path of the file that transfer.save wrote"
LONGEST = 1000  # characters of a class' name in a table, as in a saved model


class Answering(NamedTuple):
    """A network, what it wants, and what its answers are called."""

    model: Any
    network: str  # what the table calls it: of two that may answer differently, never the same
    preprocess: Callable  # pixels, (n, size, size, 3), 0 to 255, to what the model takes
    classes: tuple  # for each output what a row says of it
    columns: tuple  # what these are called


def of(model):
    """The `Answering` of a network, from what a person has of it; raises TypeError, ValueError or OSError for anything else."""
    if isinstance(model, str) and not _is_file(model):
        model = models.load(model)
    if _is_own(model):
        model, names = transfer.with_names(model)
        classes = tuple((sentences.fit(name, LONGEST),) for name in names)
        return Answering(model, _signed(model, classes), _as_it_is, classes, ("name",))
    if len(getattr(model, "input_shape", None) or ()) != 4:
        raise TypeError(f"model was a {type(model).__name__}: wanted is {WANTED}.")
    card = models.card(model)
    if model.output_shape[-1] != len(labels.classes()):
        raise ValueError(f"{model.name} was loaded without its last layer, so it names nothing: wanted is {WANTED}.")
    return Answering(model, model.name, card.preprocess, labels.classes(), ("wnid", "name"))


def _is_file(text):
    """Whether a text is a path and no network's name."""
    return text not in models.CARDS and (text.endswith(".npz") or os.path.basename(text) != text or os.path.exists(text))


def _is_own(model):
    return isinstance(model, (str, os.PathLike, tuple, list)) or transfer.is_joined(model)


def _as_it_is(pixels):
    """The normalization is inside."""
    return normalize(pixels, "none")


def _signed(model, classes):
    """What a table calls a model of one's own: its network, how many classes, and eight digits of their names and all values.

    A model that was trained anew, or calls its classes otherwise, has other digits.
    """
    digits = hashlib.sha256(repr((model.input_shape, classes)).encode())
    for values in model.get_weights():
        digits.update(np.ascontiguousarray(values))
    return f"{transfer.network_of(model)} for {len(classes)} classes of your own ({digits.hexdigest()[:8]})"


def to_send(model):
    """What travels to another process, or another machine: a network's name as it is, one's own model as the bytes of its file.

    Raises as `of` does, and TypeError for a model of the catalogue, which has its name.
    """
    if isinstance(model, str) and model in models.CARDS:
        return model
    one = of(model)
    if not transfer.is_joined(one.model):
        raise TypeError("Wanted is a network's name, or a model of your own: each worker loads the network by itself.")
    with tempfile.TemporaryDirectory() as folder:
        return transfer.save(one.model, [name for (name,) in one.classes], pathlib.Path(folder) / "model").read_bytes()


def arrived(sent):
    """What `to_send` sent, as `of` takes it."""
    if isinstance(sent, str):
        return sent
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "model.npz"
        file.write_bytes(sent)
        return transfer.load(file)
