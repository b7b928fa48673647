"""Trained values that lie in a file beside the code: those of the networks that the course carries, and of your own.

In: a `keras.Model` with no trained values, and a file: .npz, arrays under the names "layer/variable", or what Keras' own
`save_weights` writes, .weights.h5. Out: the model with every value from the file.
"""

import pathlib
import warnings

import numpy as np

from helpers.machine import disk, places

NETWORKS = places.DATA / "networks"


def fill(model, file, own=()):
    """Puts the trained values of a file into a model. Gives the model.

    own: names of layers that have values of their own already and are left alone. Raises FileNotFoundError or ValueError,
    with one plain sentence, for an .npz with what is missing or left over; the model is then as it was.
    """
    file = pathlib.Path(file).expanduser()
    if not file.is_file() and file.parent == NETWORKS:
        raise FileNotFoundError(f"{file} is missing: the course's files are not complete, fetch or clone them again.")
    if not file.is_file():
        raise FileNotFoundError(f"{file} is missing: look for it, and correct the card that names it.")
    if file.suffix == ".npz":
        return assign(model, read(file), own)
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
    return model


def _load_h5(model, file):
    """What Keras' own `load_weights` does; ValueError where the file has more values, or fewer, which Keras may pass over."""
    import h5py

    found = []
    with h5py.File(file) as values:
        values.visititems(lambda name, value: found.append(name) if isinstance(value, h5py.Dataset) else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a part of the model is not in the file
        model.load_weights(file)
    beside = ("optimizer", "seed_generator")  # a compiled model saves the first, some versions of Keras the second
    if len([name for name in found if not any(word in name.split("/") for word in beside)]) != len(model.weights):
        raise ValueError


def read(file):
    """The trained values of an .npz file: a dict from "layer/variable" to a float32 array. No pickle is read.

    Raises ValueError, with one plain sentence.
    """
    try:
        with np.load(file, allow_pickle=False) as values:
            return {name: values[name].astype("float32") for name in values.files}
    except Exception:  # NumPy, zipfile and zlib raise a dozen kinds, on damage and on a pickle
        raise ValueError(
            f"{file} is damaged, or holds other things than arrays of numbers, so its values cannot be read: "
            "copy or make it again."
        ) from None


def write(model, file):
    """Writes the values of a model into an .npz file, as `read` reads them, whole or not at all.

    Its layers need names that you give: those that Keras gives are counted on from model to model. Raises OSError as the
    system did, and ValueError, with one plain sentence, where two values have one name.
    """
    values = {name: variable.numpy() for name, variable in _named(model).items()}
    disk.write(file, lambda target: np.savez(target, **values))


def assign(model, values, own=()):
    """Puts values, a dict from "layer/variable" to an array, into a model; own: as for `fill`. Gives the model.

    Raises ValueError, and changes nothing, where a value of the model is missing, one is left over, or a shape differs.
    """
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
            raise ValueError(f"The file of {model.name} {what} {', '.join(names[:3])}{more}: it is of another network.")
    for name, variable in variables.items():
        variable.assign(values[name])
    return model


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
