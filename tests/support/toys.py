"""Small things to explain and to run: a photo as a network takes it, noise, and tiny networks with made-up values."""

import numpy as np

from helpers import images, models

LITE = "EfficientNet-Lite0"


def photo(file, name=LITE, how="crop"):
    card = models.CARDS[name]
    return card.preprocess(images.batch(images.resize(images.load(file), card.input_size, how)))


def noise(height=16, width=16, seed=0):
    return np.random.default_rng(seed).normal(size=(1, height, width, 3)).astype("float32")


def net(head="pooled", size=(16, 16), activation="softmax", seed=0):
    """A small random network of 5 classes; its head is "pooled", "hidden" (a Dense layer more), "no top" or "no maps"."""
    models.start()
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    inputs = keras.Input((*size, 3))
    if head == "no maps":
        x = layers.Flatten()(inputs)
    else:
        x = layers.Conv2D(6, 5, strides=3, activation="relu", name="maps")(inputs)
        x = layers.BatchNormalization(name="normalized")(x)
        x = layers.GlobalAveragePooling2D()(x) if head != "hidden" else layers.Flatten()(x)
    if head == "hidden":
        x = layers.Dropout(0.5)(layers.Dense(7, activation="relu", name="hidden")(x))
    if head != "no top":
        x = layers.Dense(5, activation=activation, name="classes", bias_initializer="random_normal")(x)
    return keras.Model(inputs, x, name=f"net_with_head_{head.replace(' ', '_')}")
