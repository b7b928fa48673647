"""Trained values that lie in a file beside the code: those of the networks that the course carries, and of your own.

In: a `keras.Model` with no trained values, and a file: .npz, arrays under the names "layer/variable", or what Keras' own
`save_weights` writes, .weights.h5. Out: the model with every value from the file.
"""

import contextlib
import warnings

import numpy as np

from helpers.machine import disk, places, sentences
from helpers.networks import npz

NETWORKS = places.DATA / "networks"


def fill(model, file, own=()):
    """Puts the trained values of a file into a model. Gives the model.

    own: names of layers that have values of their own already and are left alone. Raises FileNotFoundError or ValueError,
    with one plain sentence, for an .npz with what is missing or left over; the model is then as it was.
    """
    file = places.given("The file with the trained values", file, "the path of an .npz or .weights.h5 file")
    if not file.is_file() and file.parent == NETWORKS:
        raise FileNotFoundError(f"{file} is missing: the course's files are not complete, fetch or clone them again.")
    if not file.is_file():
        raise FileNotFoundError(f"{file} is missing: look for it, and correct the card that names it.")
    if file.suffix == ".npz":
        headers = _headers(file)
        _compare(model, headers, own)
        return assign(model, _values(file, headers), own)
    if not file.name.endswith(".weights.h5"):
        raise ValueError(f"{file} is neither .npz nor .weights.h5: save the values with model.save_weights, in such a file.")
    before = model.get_weights()
    try:
        _load_h5(model, file)
    except Exception:  # Keras raises half a dozen kinds, on damage and on another network's values
        model.set_weights(before)
        raise ValueError(
            f"{file} is damaged, or holds the values of a network other than {model.name}: save it again."
        ) from None
    try:
        _refuse_no_numbers(file, model.get_weights())
    except ValueError:
        model.set_weights(before)
        raise
    return model


def _load_h5(model, file):
    """What Keras' own `load_weights` does; ValueError where the file has more values, or others, which Keras may pass over."""
    import h5py

    found = []

    def look(name, link):
        value = values[name] if isinstance(link, h5py.HardLink) else None
        if value is None or (isinstance(value, h5py.Dataset) and (value.external or value.is_virtual)):
            raise ValueError  # it would be read from another file of this machine
        if not isinstance(value, h5py.Dataset) or "optimizer" in name.split("/"):
            return  # a compiled model saves its optimizer, too
        if "seed_generator" in name.split("/"):  # so do some versions of Keras
            if value.size > 16:
                raise ValueError
        elif value.dtype.kind in "fiu":
            found.append(value.shape)
        else:
            raise ValueError

    with h5py.File(file) as values:
        values.visititems_links(look)
    if sorted(found) != sorted(tuple(variable.shape) for variable in model.weights):
        raise ValueError
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a part of the model is not in the file
        model.load_weights(file)


def read(file):
    """The trained values of an .npz file: a dict from "layer/variable" to a float32 array. No pickle is read.

    Raises ValueError, with one plain sentence.
    """
    file = places.given("The file with the trained values", file, "the path of an .npz file")
    return _values(file, _headers(file))


def _headers(file):
    with _plainly(file):
        headers = npz.look(file)
        if not all(header.dtype.kind in "fiu" for header in headers.values()):
            raise ValueError
        return headers


def _values(file, headers):
    with _plainly(file), np.errstate(over="ignore"):
        values = {name: value.astype("float32") for name, value in npz.read(file, headers)}
    _refuse_no_numbers(file, values.values())
    return values


@contextlib.contextmanager
def _plainly(file):
    """What goes wrong with an .npz file, in one sentence."""
    try:
        yield
    except Exception:  # NumPy, zipfile and zlib raise a dozen kinds, on damage and on a pickle
        raise ValueError(
            f"{sentences.fit(str(file))} is damaged, or holds other things than arrays of numbers, so its values cannot be "
            "read: copy or make it again."
        ) from None


def _refuse_no_numbers(file, values):
    if not all(np.isfinite(value).all() for value in values):
        raise ValueError(
            f"{sentences.fit(str(file))} holds values that are not numbers (NaN or infinite), so no network can answer "
            "with them: train it again, and save it."
        )


def write(model, file):
    """Writes the values of a model into an .npz file, as `read` reads them, whole or not at all.

    Its layers need names that you give: those that Keras gives are counted on from model to model. Raises OSError as the
    system did, and ValueError, with one plain sentence, where two values have one name.
    """
    file = places.given("The file with the trained values", file, "the path of an .npz file")
    values = {name: variable.numpy() for name, variable in _named(model).items()}
    disk.write(file, lambda target: np.savez(target, **values))


def assign(model, values, own=()):
    """Puts values, a dict from "layer/variable" to an array, into a model; own: as for `fill`. Gives the model.

    Raises ValueError, and changes nothing, where a value of the model is missing, one is left over, or a shape differs.
    """
    for name, variable in _compare(model, values, own).items():
        variable.assign(values[name])
    return model


def _compare(model, values, own):
    """The variables that take values, by name; values: arrays, or what else has a shape. ValueError where they do not fit."""
    variables = {name: variable for name, variable in _named(model).items() if name.split("/")[0] not in own}
    problems = [
        ("has no value for", [name for name in variables if name not in values]),
        ("has values that the network has no place for:", [name for name in values if name not in variables]),
        (
            "has values of another shape for",
            [name for name in variables if name in values and values[name].shape != tuple(variables[name].shape)],
        ),
    ]
    for what, names in problems:
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            listed = ", ".join(sentences.fit(name, 60) for name in names[:3])
            raise ValueError(f"The file of {model.name} {what} {listed}{more}: it is of another network.")
    return variables


def _named(model):
    """The model's variables, by the name of a layer and of a variable in it; ValueError where two would share a name."""
    named = {}
    for layer in model.layers:
        for variable in layer.weights:
            name = f"{layer.name}/{variable.name}"
            if name in named:  # within a layer that is itself a network
                raise ValueError(
                    f"{model.name} has two values called {name}, too many for an .npz: "
                    "use model.save_weights, and a card with that .weights.h5."
                )
            named[name] = variable
    return named
