"""One model from plain pixels to your classes, joined from a network and a head, saved and loaded.

In: a network without its last layer, and a trained head. Out: a `keras.Model`, and one .npz file that every Keras reads.
"""

import dataclasses
import os
import pathlib
import zipfile
import zlib

import numpy as np

from helpers import models
from helpers.machine import disk
from helpers.normalizing import from_normalization_to
from helpers.transfer.extraction import topless

JOINED = "_for_your_classes"  # ends the name of a model that `join` made


def check(model):
    """The model, where `join` or `load` made it; else raises ValueError."""
    if not str(getattr(model, "name", "")).endswith(JOINED):
        raise ValueError(f"Wanted is a model that transfer.join or transfer.load gave, not {getattr(model, 'name', model)!r}.")
    return model


def join(base, head):
    """One model from plain pixels to your classes, normalization inside: (n, size, size, 3), 0 to 255 -> (n, classes).

    base: as for `features`. head: what `head` gave. All in one flat graph with values of its own: changing it leaves the
    base as it was. Its name says which network is in it, which for a stand-in is the one that stands in.
    """
    base = topless(base)
    card = models.card(base)
    if models.is_stand_in(base):
        card = dataclasses.replace(models.CARDS[card.stand_in], input_size=card.input_size)
    if [w.ndim for w in getattr(head, "get_weights", list)()] != [2, 1]:
        raise ValueError("Wanted is a head with one layer, as transfer.head gives: train one on transfer.features first.")
    kernel, bias = head.get_weights()
    if kernel.shape[0] != base.output_shape[1]:
        raise ValueError(
            f"The head takes {kernel.shape[0]} features, but {base.name} gives {base.output_shape[1]}: use one base."
        )
    model = _flat(card, kernel.shape[1])
    ours = ("normalization", "undo_normalization", "your_classes")
    new, old = ([layer for layer in m.layers if layer.weights and layer.name not in ours] for m in (model, base))
    for layer, same in zip(new, old, strict=True):  # by their order: Keras counts some names on, "conv2d_94"
        layer.set_weights(same.get_weights())
    model.get_layer("your_classes").set_weights([kernel, bias])
    return model


def _flat(card, classes):
    """The network of a card without its top, a normalization before it and a softmax layer after it; no trained values."""
    import keras

    source = card.builder(card, False)
    normalization = keras.layers.Conv2D(3, 1, trainable=False, name="normalization")

    def call(layer, *arguments, **options):  # the first layer takes what the normalization gives
        if layer.name == source.layers[1].name:
            arguments = (normalization(arguments[0]), *arguments[1:])
        return layer(*arguments, **options)

    body = keras.models.clone_model(source, call_function=call)
    outputs = keras.layers.Dense(classes, activation="softmax", name="your_classes")(body.output)
    model = keras.Model(body.input, outputs, name=card.name + JOINED)
    normalization.set_weights(from_normalization_to("none", card.mode))
    return model


def save(model, names, path):
    """Writes a joined model and the names of its classes into one .npz file, whole or not at all. It loads in every Keras."""
    classes = check(model).output_shape[1]
    if isinstance(names, str) or not hasattr(names, "__len__") or [type(name) for name in names] != [str] * classes:
        raise ValueError(f"The names do not fit: wanted is a list with a name, in quotes, for each of the {classes} classes.")
    if not isinstance(path, (str, os.PathLike)) or not pathlib.Path(path).name or "\0" in str(path):
        raise ValueError(f"path was {path!r}: wanted is the name of the file to write, for example 'my_classes.npz'.")
    path = pathlib.Path(path)
    path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
    network = model.name.removesuffix(JOINED)
    values = {name: variable.numpy() for name, variable in _named(model)}
    about = {"about/network": network, "about/size": model.input_shape[1], "about/names": np.array(list(names))}
    try:
        disk.write(path, lambda target: np.savez(target, **values, **about))
    except OSError as problem:
        why = disk.why(problem)
        raise type(problem)(f"{path} cannot be written ({why}): check the folder and the room on the disk.") from None
    return path


def _named(model):
    """Each variable of a model, in the order of `get_weights`, and its name: the place of its layer, and what it is."""
    return [(f"{i}/{variable.name}", variable) for i, layer in enumerate(model.layers) for variable in layer.weights]


def load(path):
    """Reads what `save` wrote: the model, and the tuple of its classes' names. No pickle is read, and no code."""
    models.start()
    try:
        with np.load(path, allow_pickle=False) as file:
            values = {name: file[name] for name in file.files}
        card = dataclasses.replace(models.CARDS[str(values["about/network"])], input_size=int(values["about/size"]))
        names = tuple(str(name) for name in values["about/names"])
        model = _flat(card, len(names))
        model.set_weights([values[name] for name, _ in _named(model)])
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no file {path}: give the path that transfer.save gave back.") from None
    except PermissionError:
        raise PermissionError(f"{path} may not be read: check its permissions.") from None
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error):
        raise ValueError(f"{path} is damaged, or was not written by transfer.save: save the model again.") from None
    return model, names
