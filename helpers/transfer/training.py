"""Training: a head on features, from nothing; and the last layers of a joined model, a little.

In: features, float32, (n, channels), or pictures, uint8; and a whole number for each, its class. Out: a `keras.Model`.
"""

import gc
import hashlib
import numbers

import numpy as np

from helpers import images, models
from helpers.machine import sentences
from helpers.transfer.extraction import in_parts
from helpers.transfer.joined import check


def head(features, labels, classes=None, epochs=100):
    """Trains one softmax layer on features: a `keras.Model` from (n, channels) to (n, classes) probabilities.

    features: float32, (n, channels). labels: whole numbers from 0, one a row. classes: how many there are, where the
    labels may not show all. epochs: how often all pictures are taken, all at once. Rare classes weigh more, so that each
    class counts the same. It starts from zeros, so that it comes out the same each time.
    """
    models.start()
    import keras

    features, labels = _checked(features, labels)
    named = int(labels.max()) + 1
    classes = sentences.whole("The number of classes", named if classes is None else classes, max(2, named))
    epochs = sentences.whole("epochs", epochs, 1)
    dense = keras.layers.Dense(classes, activation="softmax", kernel_initializer="zeros", name="your_classes")
    model = keras.Sequential([keras.Input((features.shape[1],), name="features"), dense], name="head")
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    weight = balance(labels)
    for _ in range(epochs):  # ten times faster than `fit`, which has much to do beside so small a layer
        model.train_on_batch(features, labels, sample_weight=weight)
    return model


def balance(labels):
    """A weight for each picture, so that every class counts the same in all and the mean weight is 1."""
    labels = _classes(labels)
    present, counts = np.unique(labels, return_counts=True)
    weight = dict(zip(present.tolist(), len(labels) / len(present) / counts))
    return np.array([weight[label] for label in labels.tolist()])


def _checked(features, labels):
    labels = _array(labels)
    try:
        features = np.asarray(features, dtype="float32")
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
    return features, _classes(labels)


def _classes(labels):
    """Labels as an array: whole numbers from 0 on, one for each picture."""
    labels = _array(labels)
    if labels.ndim != 1 or not labels.size or not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
        raise TypeError("The labels are not all whole numbers from 0 on: wanted is one for each picture, as from_folder gives.")
    return labels


def _array(labels):
    try:
        return np.asarray(labels)
    except (TypeError, ValueError):  # rows of several lengths
        return np.empty((), dtype=object)


def _rate(value):
    """A learning rate as float."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool) or not 0 < value <= 1:
        raise ValueError(
            f"learning_rate was {sentences.fit(repr(value))}: wanted is a number above 0 and up to 1, for example 1e-4."
        )
    return float(value)


def last_block(model):
    """The names of the convolutions in the last block of a joined model: those after the last place where paths join, or
    the picture is pooled, and no path goes round. Four in the Lites, three in VGG16 and ResNet50, nine in InceptionV3.
    """
    import keras

    layers = check(model).layers
    names = []
    for place in reversed(range(len(layers))):
        layer = layers[place]
        if "Conv" in type(layer).__name__ and layer.name != "normalization":
            names.insert(0, layer.name)
        elif names and type(layer).__name__ in ("Add", "Concatenate", "MaxPooling2D"):
            try:
                keras.Model(layer.output, model.output)
                return names
            except ValueError:  # a path goes round it: the block begins further up
                pass
    return names


def fine_tune(model, pictures, labels, layers=None, learning_rate=1e-4, epochs=5, seed=0):
    """Trains the last convolutions of a joined model a little, on a copy: gives the copy, and its history of losses.

    model: what `join` gave. pictures: uint8, (n, size, size, 3). labels: whole numbers. layers: how many of the last
    convolutions move; None for those of `last_block`. Batch-norms stay as they are. losses: one an epoch, the mean over its
    steps. seed: of all random numbers, from here on.
    """
    models.start()
    import keras

    size, classes = check(model).input_shape[1], model.output_shape[1]
    batch = images.batch(pictures)
    labels = _classes(labels)
    if len(labels) != len(batch):
        raise ValueError(f"Pictures: {len(batch)}, labels: {len(labels)}: wanted is one label for each picture.")
    if batch.shape[1:3] != (size, size) or labels.max() >= classes:
        raise ValueError(f"Pictures of {batch.shape[1:3]}, labels up to {labels.max()}: wanted are {size} and {classes - 1}.")
    layers = len(last_block(model)) if layers is None else sentences.whole("layers", layers, 0)
    epochs, learning_rate = sentences.whole("epochs", epochs, 1), _rate(learning_rate)
    gc.collect()  # a model holds itself in a circle: those of earlier tries go now, before a new one takes memory
    keras.utils.set_random_seed(sentences.whole("seed", seed, 0, 2**32 - 1))
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    convolutions = [layer for layer in copy.layers if "Conv" in type(layer).__name__ and layer.name != "normalization"]
    moving = [*convolutions[max(0, len(convolutions) - layers) :], copy.layers[-1]]
    for layer in copy.layers:
        layer.trainable = layer in moving
    still, end = _cut(copy, copy.layers.index(moving[0]))
    end.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    halfway = _halfway(still, pictures, copy.name)  # once: these layers answer the same in every epoch
    history = end.fit(halfway, labels, 16, epochs, verbose=0, sample_weight=balance(labels))
    return copy, history.history["loss"]


_last = {}  # what `_halfway` gave last: another learning rate for the same photos asks for the same


def _halfway(still, pictures, name):
    key = hashlib.sha256(f"{name} {still.layers[-1].name} {len(pictures)}".encode())
    for values in [*still.get_weights(), *pictures]:
        key.update(np.ascontiguousarray(values).tobytes())
    if key.digest() not in _last:
        _last.clear()  # one is kept, so that memory does not fill
        _last[key.digest()] = in_parts(still, pictures)
    return _last[key.digest()]


def _cut(model, place):
    """Two models in a row, of the same layers: the cut is the last one before the layer at `place` that no path goes round."""
    import keras

    for layer in reversed(model.layers[:place]):
        try:
            return keras.Model(model.input, layer.output), keras.Model(layer.output, model.output)
        except ValueError:  # a path goes round this layer
            pass
