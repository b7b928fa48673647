"""Tiny networks with cards of their own, as a reader would add them: what the big ones are built of, in a tenth of a second.

"Tiny" has made-up values in a file. "Other" is the same under another name. "Counted" leaves the names of its layers to
Keras, which counts them on from network to network, as InceptionV3's. For "Grand" and "Swapped" Tiny stands in.
"""

import contextlib

import numpy as np

from helpers import cards, models
from helpers.networks import carried

FEATURES = 48


def build(card, include_top=True, front=None):
    """Four convolutions, one of them depthwise, each with its batch-norm; a path goes round the second and the third."""
    import keras
    from keras import layers

    def name(label):
        return None if card.name == "Counted" else label

    def convolution(x, label, kind, **arguments):
        x = kind(padding="same", use_bias=False, name=name(f"{label}_conv"), **arguments)(x)
        x = layers.BatchNormalization(name=name(f"{label}_bn"))(x)
        return layers.ReLU(max_value=6, name=name(f"{label}_relu"))(x)

    inputs = keras.Input((card.input_size, card.input_size, 3))
    x = around = convolution(front(inputs) if front else inputs, "stem", layers.Conv2D, filters=8, kernel_size=5, strides=4)
    x = convolution(x, "depth", layers.DepthwiseConv2D, kernel_size=3)
    x = convolution(x, "project", layers.Conv2D, filters=8, kernel_size=1)
    x = layers.Add(name=name("add"))([x, around])
    x = convolution(x, "head", layers.Conv2D, filters=FEATURES, kernel_size=1)
    x = layers.GlobalAveragePooling2D(name=name("average"))(x)
    if include_top:
        x = layers.Dense(1000, activation="softmax", name=name("predictions"))(x)
    return keras.Model(inputs, x, name=card.name)


def made_up(model, seed=0):
    """The model, with random values that let what differs in pictures come through."""
    random = np.random.default_rng(seed)
    for variable in model.weights:
        value = random.uniform(0.5, 1.5, variable.shape)  # what scales
        if "kernel" in variable.name:
            value = random.normal(size=variable.shape) * (2 / np.prod(variable.shape[:-1])) ** 0.5
        elif variable.name in ("beta", "moving_mean", "bias"):
            value = random.normal(size=variable.shape) * 0.2
        variable.assign(value)
    return model


def _card(name, mode="lite", size=32, **values):
    about = {"year": 2026, "paper": "none", "parameters": 50_000, "top1": None, "top5": None, "licence": "MIT"}
    return cards.ModelCard(name=name, builder=build, input_size=size, mode=mode, **about, **values)


@contextlib.contextmanager
def in_the_catalogue(folder):
    """Their cards among `models.CARDS` as long as it lasts. folder: where Tiny's values are, or are written."""
    models.start()
    nowhere = cards.WeightFile("https://example.org/nowhere.h5", None, 1000)
    big = {"weights": nowhere, "weights_no_top": nowhere, "stand_in": "Tiny"}
    file = folder / "tiny.npz"
    added = [
        _card("Tiny", carried=file),
        _card("Other", carried=file),
        _card("Counted"),
        _card("Grand", "tf", 48, **big),
        _card("Swapped", "caffe", **big),
    ]
    if not file.exists():
        carried.write(made_up(build(added[0])), file)
    models.CARDS.update({card.name: card for card in added})
    try:
        yield
    finally:
        for card in added:
            del models.CARDS[card.name]


def said(model, pictures):
    """What a model says of a batch, without the second that Keras takes to make a graph of a big one."""
    return np.asarray(model(np.asarray(pictures, "float32"), training=False))


def any_head(channels=FEATURES, classes=3, seed=0, scale=0.5):
    """A head with random values, as `transfer.head` gives it, without the training."""
    models.start()
    import keras

    dense = keras.layers.Dense(classes, activation="softmax", name="your_classes")
    head = keras.Sequential([keras.Input((channels,)), dense], name="head")
    random = np.random.default_rng(seed)
    head.set_weights([random.normal(size=(channels, classes)) * scale, random.normal(size=classes)])
    return head
