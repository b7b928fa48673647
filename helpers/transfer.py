"""Past the pipe's end: a network that has learned ImageNet learns classes of your own.

In: pictures, uint8, one size, and a whole number for each, its class. Between: features, what comes before a network's
last layer, float32, (n, channels). Out: a head on them, and one model from plain pixels to your classes.
"""

import dataclasses
import hashlib
import os
import pathlib
import zipfile
import zlib

import numpy as np

from helpers import disk, images, models, weights
from helpers.collection import Photos, folds, from_folder  # noqa: F401

JOINED = "_for_your_classes"  # ends the name of a model that `join` made


def features(base, pictures):
    """What a network without its last layer says of pictures: float32, (n, channels). Computed once, then kept on disk.

    base: a network's name, or a model from `models.load(name, include_top=False)`. pictures: uint8, (n, height, width, 3),
    or a list; another size than the network's is cropped to it.
    """
    model = _base(base)
    card, size = models.card(model), model.input_shape[1]
    if not hasattr(pictures, "__iter__"):
        raise TypeError(f"Wanted is a list of pictures, but this is a {type(pictures).__name__}: load them with images.load.")
    pictures = [images.resize(picture, size) for picture in pictures]
    batch = images.batch(pictures)
    key = hashlib.sha256(model.name.encode())
    for values in [*model.get_weights(), np.stack(pictures)]:
        key.update(f"{values.shape}".encode() + np.ascontiguousarray(values).tobytes())
    file = weights.folder().parent / "features" / f"{key.hexdigest()[:32]}.npy"
    try:
        kept = np.load(file, allow_pickle=False)
        if kept.shape == (len(batch), model.output_shape[1]):
            return kept
    except Exception:  # not there, or damaged in one of many ways: computed again
        pass
    found = model.predict(card.preprocess(batch), batch_size=32, verbose=0).astype("float32")
    _keep(file, found)
    return found


def _keep(file, values):
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        disk.write(file, lambda target: np.save(target, values, allow_pickle=False))
    except OSError:  # a read-only or full disk: nothing is kept, and nothing is lost
        pass


def _base(base):
    if isinstance(base, str):
        return models.load(base, include_top=False)
    if len(getattr(base, "output_shape", ())) != 2 or base.output_shape[1] == 1000:
        raise ValueError("Wanted is a network's name, or a model from models.load(name, include_top=False).")
    return base


def head(features, labels, classes=None, epochs=100):
    """Trains one softmax layer on features: a `keras.Model` from (n, channels) to (n, classes) probabilities.

    features: float32, (n, channels). labels: whole numbers from 0, one a row. classes: how many there are, where the
    labels may not show all. epochs: how often all pictures are taken, all at once. Rare classes weigh more, so that each
    class counts the same. It starts from zeros, so that it comes out the same each time.
    """
    import keras

    features, labels = _checked(features, labels)
    classes = int(labels.max()) + 1 if classes is None else classes
    if not isinstance(classes, (int, np.integer)) or classes < max(2, labels.max() + 1):
        raise ValueError(f"There were {classes!r} classes: wanted are two or more, and all that the labels name.")
    dense = keras.layers.Dense(classes, activation="softmax", kernel_initializer="zeros", name="your_classes")
    model = keras.Sequential([keras.Input((features.shape[1],), name="features"), dense], name="head")
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    weight = balance(labels)
    for _ in range(epochs):  # ten times faster than `fit`, which has much to do beside so small a layer
        model.train_on_batch(features, labels, sample_weight=weight)
    return model


def balance(labels):
    """A weight for each picture, so that every class counts the same in all and the mean weight is 1."""
    labels = np.asarray(labels)
    present, counts = np.unique(labels, return_counts=True)
    weight = dict(zip(present.tolist(), len(labels) / len(present) / counts))
    return np.array([weight[label] for label in labels.tolist()])


def _checked(features, labels):
    try:
        features, labels = np.asarray(features, dtype="float32"), np.asarray(labels)
    except (TypeError, ValueError):
        raise TypeError(
            "The features are no table of numbers: wanted is what transfer.features gives, (n, channels)."
        ) from None
    if features.ndim != 2 or labels.shape != features.shape[:1] or not features.size:
        raise ValueError(
            f"The features have the shape {features.shape} and the labels {labels.shape}: wanted are (n, channels) and (n,)."
        )
    if not np.isfinite(features).all():
        raise ValueError("The features hold values that are not numbers (NaN or infinite): compute them again.")
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
        raise TypeError("The labels are not all whole numbers from 0 on: wanted is one for each picture, as from_folder gives.")
    return features, labels


def _joined(model):
    if not str(getattr(model, "name", "")).endswith(JOINED):
        raise ValueError(f"Wanted is a model that transfer.join or transfer.load gave, not {getattr(model, 'name', model)!r}.")
    return model


def join(base, head):
    """One model from plain pixels to your classes, normalization inside: (n, size, size, 3), 0 to 255 -> (n, classes).

    base: as for `features`. head: what `head` gave. All in one flat graph with values of its own: changing it leaves the
    base as it was. Its name says which network is in it, which for a stand-in is the one that stands in.
    """
    base = _base(base)
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
    normalization.set_weights(models.from_normalization_to("none", card.mode))
    return model


def fine_tune(model, pictures, labels, layers=4, learning_rate=1e-4, epochs=5, seed=0):
    """Trains the last convolutions of a joined model a little, on a copy: gives the copy, and its history of losses.

    model: what `join` gave. pictures: uint8, (n, size, size, 3). labels: whole numbers. layers: how many of the last
    convolutions move; the last block is four in the Lites, three in VGG16 and ResNet50. Batch-norms stay as they are.
    seed: of all random numbers, from here on.
    """
    import keras

    size, classes = _joined(model).input_shape[1], model.output_shape[1]
    batch = images.batch(pictures)
    _, labels = _checked(np.zeros((len(batch), 1)), labels)
    if batch.shape[1:3] != (size, size) or labels.max() >= classes:
        raise ValueError(f"Pictures of {batch.shape[1:3]}, labels up to {labels.max()}: wanted are {size} and {classes - 1}.")
    for name, value, least in (("layers", layers, 0), ("epochs", epochs, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name} was {value!r}: wanted is a whole number from {least} on.")
    keras.utils.set_random_seed(seed)
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    convolutions = [layer for layer in copy.layers if "Conv" in type(layer).__name__ and layer.name != "normalization"]
    moving = [*convolutions[len(convolutions) - layers :], copy.layers[-1]]
    for layer in copy.layers:
        layer.trainable = layer in moving
    copy.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    history = copy.fit(batch, labels, 16, epochs, verbose=0, sample_weight=balance(labels))
    return copy, history.history["loss"]


def save(model, names, path):
    """Writes a joined model and the names of its classes into one .npz file, whole or not at all. It loads in every Keras."""
    classes = _joined(model).output_shape[1]
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
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error):
        raise ValueError(f"{path} is damaged, or was not written by transfer.save: save the model again.") from None
    return model, names
