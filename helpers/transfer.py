"""Past the pipe's end: a network that has learned ImageNet learns classes of your own.

In: pictures, uint8, one size, and a whole number for each that says its class. Between: features, the numbers that come
before a network's last layer, float32, (n, channels). Out: a head on them, and one model from plain pixels to your classes.
"""

import dataclasses
import hashlib
import os
import pathlib
import tempfile
from typing import NamedTuple

import numpy as np

from helpers import images, models, weights

SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm")


class Photos(NamedTuple):
    """Pictures of several classes: uint8 (n, size, size, 3), the class of each, the names of the classes, the files."""

    pictures: np.ndarray
    labels: np.ndarray
    names: tuple
    files: tuple


def from_folder(path, size=224, how="crop"):
    """Reads a folder with one folder a class, says what it found, and gives `Photos`, the classes by the order of names.

    size, how: as for `images.resize`. Files that cannot be read are named and left out. Raises OSError or ValueError, with
    one plain sentence, where fewer than two classes or fewer than two pictures of a class are left.
    """
    path = pathlib.Path(path)
    try:
        folders = sorted(folder for folder in path.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    except OSError as problem:
        why = (problem.strerror or "an error").lower()
        raise type(problem)(f"The folder {path} cannot be read ({why}): check the path and its permissions.") from None
    if len(folders) < 2:
        raise ValueError(f"{path} holds {len(folders)} folders: wanted are two or more, one for each class, with its pictures.")
    pictures, labels, files, refused = [], [], [], []
    for label, folder in enumerate(folders):
        for file in _pictures_in(folder):
            try:
                pictures.append(images.resize(images.load(file), size, how))
            except (OSError, ValueError) as problem:
                refused.append(str(problem))
                continue
            labels.append(label)
            files.append(str(file))
    counts = np.bincount(np.array(labels, dtype=int), minlength=len(folders))
    print(f"{len(files)} pictures: " + ", ".join(f"{folder.name} {n}" for folder, n in zip(folders, counts)) + ".")
    for reason in refused:
        print("Left out:", reason)
    if counts.min() < 2:
        poor = folders[int(counts.argmin())].name
        raise ValueError(f"The class {poor} has {counts.min()} readable pictures: give each class two or more, better ten.")
    return Photos(np.stack(pictures), np.array(labels), tuple(folder.name for folder in folders), tuple(files))


def _pictures_in(folder):
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    except OSError as problem:
        why = (problem.strerror or "an error").lower()
        raise type(problem)(f"The folder {folder} cannot be read ({why}): check its permissions, or take it away.") from None


def folds(labels, groups, n=5, seed=0):
    """Deals pictures into n folds, all of one group (one author, one session) into the same: the fold of each, 0 to n - 1.

    The classes are spread evenly, as far as their groups allow. labels, groups: one entry a picture.
    """
    labels, groups = np.asarray(labels), np.asarray(groups)
    if labels.shape != groups.shape or labels.ndim != 1:
        raise ValueError(f"There are {labels.shape} labels and {groups.shape} groups: wanted is one of each for every picture.")
    if not 2 <= n <= len(set(groups.tolist())):
        raise ValueError(
            f"{len(set(groups.tolist()))} groups cannot be dealt into {n} folds: wanted are 2 or more, one group each at least."
        )
    random, fold = np.random.default_rng(seed), np.empty(len(labels), dtype=int)
    held = np.zeros((n, labels.max() + 1))
    members = [np.flatnonzero(groups == group) for group in random.permutation(sorted(set(groups.tolist())))]
    for places in sorted(members, key=len, reverse=True):
        count = np.bincount(labels[places], minlength=held.shape[1])
        crowded = held @ count  # how many of these classes each fold holds already
        best = min(range(n), key=lambda i: (crowded[i], held[i].sum(), random.random()))
        fold[places], held[best] = best, held[best] + count
    return fold


def features(base, pictures):
    """What a network without its last layer says of pictures: float32, (n, channels). Computed once, then kept on disk.

    base: a network's name, or a model from `models.load(name, include_top=False)`. pictures: uint8, (n, height, width, 3),
    or a list; another size than the network's is cropped to it.
    """
    model = _base(base)
    card, size = models.card(model), model.input_shape[1]
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
    except (OSError, ValueError, EOFError):  # not there, or damaged: computed again
        pass
    found = model.predict(card.preprocess(batch), batch_size=32, verbose=0).astype("float32")
    _keep(file, found)
    return found


def _keep(file, values):
    """Writes at once or not at all: two who write the same file at the same time both leave a whole one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=file.parent, suffix=".part")
    except OSError:  # a read-only or full disk: nothing is kept, and nothing is lost
        return
    try:
        with os.fdopen(handle, "wb") as target:
            np.save(target, values, allow_pickle=False)
        os.replace(part, file)
    except OSError:
        pathlib.Path(part).unlink(missing_ok=True)


def _base(base):
    if isinstance(base, str):
        return models.load(base, include_top=False)
    if len(getattr(base, "output_shape", ())) != 2 or models.card(base) is None or base.output_shape[1] == 1000:
        raise ValueError("Wanted is a network's name, or a model from models.load(name, include_top=False).")
    return base


def head(features, labels, classes=None, epochs=60):
    """Trains one softmax layer on features: a `keras.Model` from (n, channels) to (n, classes) probabilities.

    features: float32, (n, channels). labels: whole numbers from 0, one a row. classes: how many there are, where the
    labels may not show all. Rare classes weigh more, so that each class counts the same. It starts from zeros and takes
    the pictures in their order, so that it comes out the same each time.
    """
    import keras

    features, labels = _checked(features, labels)
    classes = classes or int(labels.max()) + 1
    dense = keras.layers.Dense(classes, activation="softmax", kernel_initializer="zeros", name="your_classes")
    model = keras.Sequential([keras.Input((features.shape[1],), name="features"), dense], name="head")
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    model.fit(features, labels, epochs=epochs, batch_size=32, shuffle=False, sample_weight=balance(labels), verbose=0)
    return model


def balance(labels):
    """A weight for each picture, so that every class counts the same in all and the mean weight is 1."""
    labels = np.asarray(labels)
    present, counts = np.unique(labels, return_counts=True)
    weight = dict(zip(present.tolist(), len(labels) / len(present) / counts))
    return np.array([weight[label] for label in labels.tolist()])


def _checked(features, labels):
    features, labels = np.asarray(features), np.asarray(labels)
    if features.ndim != 2 or len(features) != len(labels) or labels.ndim != 1:
        raise ValueError(
            f"The features have the shape {features.shape} and the labels {labels.shape}: wanted are (n, channels) and (n,)."
        )
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
        raise TypeError(f"The labels are {labels.dtype}: wanted are whole numbers from 0 on, one a class.")
    return features, labels


def join(base, head):
    """One model from plain pixels to your classes, normalization inside: (n, size, size, 3), 0 to 255 -> (n, classes).

    base: as for `features`. head: what `head` gave. All in one flat graph with values of its own: changing it leaves the
    base as it was. Its name says which network is in it, which for a stand-in is the one that stands in.
    """
    base = _base(base)
    card = models.card(base)
    if models.is_stand_in(base):
        card = dataclasses.replace(models.CARDS[card.stand_in], input_size=card.input_size)
    kernel, bias = head.get_weights()
    if kernel.shape[0] != base.output_shape[1]:
        raise ValueError(
            f"The head takes {kernel.shape[0]} features, but {base.name} gives {base.output_shape[1]}: use one base."
        )
    model = _flat(card, kernel.shape[1])
    for layer in model.layers:
        if layer.weights and layer.name not in ("normalization", "your_classes"):
            layer.set_weights(base.get_layer(layer.name).get_weights())
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
    model = keras.Model(body.input, outputs, name=f"{card.name}_for_your_classes")
    normalization.set_weights(models.from_normalization_to("none", card.mode))
    return model


def fine_tune(model, pictures, labels, layers=4, learning_rate=1e-4, epochs=5, seed=0):
    """Trains the last convolutions of a joined model a little, on a copy: gives the copy, and its history of losses.

    model: what `join` gave. pictures: uint8, (n, size, size, 3). labels: whole numbers. layers: how many of the last
    convolutions move; the last block is four in the Lites, three in VGG16 and ResNet50. Batch-norms stay as they are.
    """
    import keras

    _, labels = _checked(np.zeros((len(pictures), 1)), labels)
    keras.utils.set_random_seed(seed)
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    convolutions = [layer for layer in copy.layers if "Conv" in type(layer).__name__ and layer.name != "normalization"]
    moving = [*convolutions[len(convolutions) - layers :], copy.layers[-1]]
    for layer in copy.layers:
        layer.trainable = layer in moving
    copy.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    weight = balance(labels)
    history = copy.fit(images.batch(list(pictures)), labels, epochs=epochs, batch_size=16, sample_weight=weight, verbose=0)
    return copy, history.history["loss"]


def save(model, names, path):
    """Writes a joined model and the names of its classes into one .npz file, whole or not at all. It loads in every Keras."""
    path = pathlib.Path(path).with_suffix(".npz")
    network = model.name.removesuffix("_for_your_classes")
    if network not in models.CARDS or len(names) != model.output_shape[1]:
        raise ValueError(
            f"Wanted is a model made by join, here {model.name}, and a name for each of its {model.output_shape[1]} classes."
        )
    values = {f"{layer.name}/{variable.name}": variable.numpy() for layer in model.layers for variable in layer.weights}
    about = {"about/network": network, "about/size": model.input_shape[1], "about/names": np.array(list(names))}
    part = path.with_suffix(".part")
    try:
        with open(part, "wb") as target:
            np.savez(target, **values, **about)
        os.replace(part, path)
    except OSError as problem:
        part.unlink(missing_ok=True)
        why = (problem.strerror or "an error").lower()
        raise type(problem)(f"{path} cannot be written ({why}): check the folder and the room on the disk.") from None
    return path


def load(path):
    """Reads what `save` wrote: the model, and the tuple of its classes' names. No pickle is read, and no code."""
    models.start()
    try:
        with np.load(path, allow_pickle=False) as file:
            values = {name: file[name] for name in file.files}
        card = dataclasses.replace(models.CARDS[str(values["about/network"])], input_size=int(values["about/size"]))
        names = tuple(str(name) for name in values["about/names"])
        model = _flat(card, len(names))
        for layer in model.layers:
            layer.set_weights([values[f"{layer.name}/{variable.name}"] for variable in layer.weights])
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no file {path}: give the path that transfer.save printed or gave back.") from None
    except (OSError, ValueError, KeyError, EOFError):
        raise ValueError(f"{path} is damaged, or was not written by transfer.save: save the model again.") from None
    return model, names
