"""One model from plain pixels to your classes, joined from a network and a head, saved and loaded.

In: a network without its last layer, and a trained head. Out: a `keras.Model`, and one .npz file that every Keras reads.
"""

import dataclasses
import os

import numpy as np

from helpers import models
from helpers.machine import disk, places, sentences
from helpers.networks import npz
from helpers.normalizing import from_normalization_to
from helpers.transfer.extraction import topless

LARGEST, MOST_CLASSES, LONGEST_NAME = 1024, 10_000, 1000  # what a file may ask for: pixels a side, classes, characters
WANTED = "the name of the file to write, for example 'my_classes.npz'"
JOINED = "_for_your_classes"  # ends the name of a model that `join` made


def is_joined(model):
    """Whether `join` or `load` made a model."""
    return str(getattr(model, "name", "")).endswith(JOINED)


def network_of(model):
    """The name of the network that is in a joined model."""
    return model.name.removesuffix(JOINED)


def check(model):
    """The model, where `join` or `load` made it; else raises ValueError."""
    if not is_joined(model):
        called = getattr(model, "name", model)
        said = sentences.fit(repr(called)) if isinstance(called, (str, type(None))) else f"a {type(called).__name__}"
        raise ValueError(f"Wanted is a model that transfer.join or transfer.load gave, not {said}.")
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
    stands_in = card.input_size != models.CARDS[card.name].input_size
    front = [normalization, models.own_size(card.name)] if stands_in else [normalization]

    def call(layer, *arguments, **options):  # the first layer takes what the layers in front give
        if layer.name == source.layers[1].name:
            pixels = arguments[0]
            for step in front:
                pixels = step(pixels)
            arguments = (pixels, *arguments[1:])
        return layer(*arguments, **options)

    body = keras.models.clone_model(source, call_function=call)
    outputs = keras.layers.Dense(classes, activation="softmax", name="your_classes")(body.output)
    model = keras.Model(body.input, outputs, name=card.name + JOINED)
    normalization.set_weights(from_normalization_to("none", card.mode))
    return model


def save(model, names, path):
    """Writes a joined model and the names of its classes into one .npz file, whole or not at all. It loads in every Keras."""
    _check_names(model, names)
    path = places.given("path", path, WANTED)
    if not path.name:
        raise ValueError(f"path was {str(path)!r}: wanted is {WANTED}.")
    path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
    values = {name: variable.numpy() for name, variable in _named(model)}
    if not all(np.isfinite(value).all() for value in values.values()):
        raise ValueError(
            "The model holds values that are not numbers (NaN or infinite), so it cannot answer: train it again, with a "
            "smaller learning_rate."
        )
    about = {"about/network": network_of(model), "about/size": model.input_shape[1], "about/names": np.array(list(names))}
    try:
        disk.write(path, lambda target: np.savez(target, **values, **about))
    except OSError as problem:
        why = disk.why(problem)
        raise type(problem)(
            f"{sentences.fit(str(path))} cannot be written ({why}): check the folder and the room on the disk."
        ) from None
    model.class_names = tuple(names)
    return path


def with_names(model):
    """A joined model and the tuple of its classes' names, from what a person has of it.

    model: what `load` gave, or (model, names); the model alone, where `save` or `load` has told it the names; or the path
    that `save` gave back. Raises ValueError or OSError, one plain sentence, for anything else.
    """
    if isinstance(model, (str, os.PathLike)):
        return load(model)
    model, names = model if isinstance(model, (tuple, list)) and len(model) == 2 else (model, None)
    names = getattr(check(model), "class_names", None) if names is None else names
    if names is None:
        raise ValueError("This model does not know what its classes are called: give (model, names) for model, in parentheses.")
    _check_names(model, names)
    return model, tuple(names)


def _check_names(model, names):
    """Raises ValueError where these are no names for the classes of a joined model."""
    classes = check(model).output_shape[1]
    if isinstance(names, str) or not hasattr(names, "__len__") or [type(name) for name in names] != [str] * classes:
        raise ValueError(f"The names do not fit: wanted is a list with a name, in quotes, for each of the {classes} classes.")
    if any(len(name) > LONGEST_NAME for name in names):
        raise ValueError(f"A name of a class has more than {LONGEST_NAME} characters: give a shorter one.")


def _named(model):
    """Each variable of a model, in the order of `get_weights`, and its name: the place of its layer, and what it is."""
    return [(f"{i}/{variable.name}", variable) for i, layer in enumerate(model.layers) for variable in layer.weights]


def load(path):
    """Reads what `save` wrote: the model, and the tuple of its classes' names. No pickle is read, and no code.

    The file may be of anybody: only what is wanted is read of it, and each size in it is checked before room is made.
    """
    path = places.given("path", path, "the path that transfer.save gave back")
    models.start()
    shown = sentences.fit(str(path))
    try:
        card, names = _about(path)
        model = _flat(card, len(names))
        variables = dict(_named(model))
        headers = npz.look(path, variables)
        if any(headers[name].shape != tuple(v.shape) or headers[name].dtype.kind != "f" for name, v in variables.items()):
            raise ValueError
        finite = True
        for name, value in npz.read(path, headers):
            with np.errstate(over="ignore"):
                value = value.astype("float32")
            finite = finite and np.isfinite(value).all()
            variables[name].assign(value)
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no file {shown}: give the path that transfer.save gave back.") from None
    except PermissionError:
        raise PermissionError(f"{shown} may not be read: check its permissions.") from None
    except Exception:  # NumPy, zipfile and zlib raise a dozen kinds
        raise ValueError(f"{shown} is damaged, or was not written by transfer.save: save the model again.") from None
    if not finite:
        raise ValueError(
            f"{shown} holds values that are not numbers (NaN or infinite), so its model cannot answer: train and save it again."
        )
    model.class_names = names
    return model, names


def _about(path):
    """What a file says of its model: the card of the network in it, with its size, and the names of the classes."""
    headers = npz.look(path, ("about/network", "about/size", "about/names"))
    network, size, names = (headers[f"about/{what}"] for what in ("network", "size", "names"))
    if network.shape or size.shape or len(names.shape) != 1 or not 1 <= names.shape[0] <= MOST_CLASSES:
        raise ValueError
    if max(names.dtype.itemsize, network.dtype.itemsize) > 4 * LONGEST_NAME or names.dtype.kind + size.dtype.kind != "Ui":
        raise ValueError
    about = dict(npz.read(path, headers))
    size = int(about["about/size"])
    if not 1 <= size <= LARGEST:
        raise ValueError
    card = dataclasses.replace(models.CARDS[str(about["about/network"])], input_size=size)
    return card, tuple(str(name) for name in about["about/names"])
