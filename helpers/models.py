"""Joint 5 of the pipe: normalized → network → 1000 probabilities.

In: float32, shape (n, size, size, 3), normalized by the network's card. Out: probabilities, shape (n, 1000).
Where a big network's trained values cannot be had, `load` gives a stand-in: a smaller real network that takes the
same input, says so, and is never counted as the big one.
"""

import dataclasses
import functools
import os
import sys

from helpers.machine import environment, packages, quiet, sentences

_hidden = packages.hiding()  # before the first library: a numpy.py beside a notebook is imported in its place
if _hidden:
    raise ValueError(_hidden[0])

from helpers import images, labels, weights  # noqa: E402
from helpers.cards import CARDS, COURSE, names  # noqa: E402
from helpers.networks import carried  # noqa: E402
from helpers.normalizing import from_normalization_to  # noqa: E402

STAND_IN = "_stand_in_by_"
_told = set()  # reasons for a stand-in that were given at length in this process


def start():
    """Imports Keras, set as the course needs it, while TensorFlow's start-up lines are held back; prints what it set right.

    Raises ValueError, one plain sentence, where a setting of this machine cannot be set right from here, and, later on,
    where a line of code has changed one.
    """
    _begin()
    weights.place_class_index(labels.CLASS_INDEX)
    _refuse(environment.changed())


@functools.cache
def _begin():
    """What `start` does once in a process."""
    _refuse(environment.refused())
    said = environment.set_right()
    if "keras" in sys.modules:
        said += environment.set_keras_right()
    else:
        _import_quietly()
        environment.set_keras_right()  # what keras.json says, of which a sentence is there already
    print("\n".join(said), end="\n" if said else "")


def _refuse(wrong):
    """Raises ValueError with the first of these sentences, where there is one."""
    if wrong:
        raise ValueError(wrong[0])


def _import_quietly():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with quiet.standard_error() as said:
        try:
            import keras  # noqa: F401
            import tensorflow

            tensorflow.config.list_physical_devices()  # prints its lines now, not in the first lesson cell
        except BaseException:
            print(said())
            raise
    quiet.loggers("tensorflow", "matplotlib.font_manager")  # retracing; the font list, made once


def _card_for(name):
    if not isinstance(name, str) or name not in CARDS:
        near = sentences.nearest(name, CARDS)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {names(CARDS)}."
        raise ValueError(f"There is no network {name!r} here: {hint}")
    return CARDS[name]


def choices():
    """Names for a menu: the networks that are carried, the course's big ones, and any other whose weight file is here."""
    carried = [name for name, card in CARDS.items() if not card.weights]
    others = [card for name, card in CARDS.items() if name not in carried]
    return carried + [card.name for card in others if card.name in COURSE or (weights.folder() / card.weights.name).is_file()]


def architecture(name):
    """The real network without trained values: for looking at layers, counting parameters and timing."""
    card = _card_for(name)
    start()
    return card.builder(card)


def load(name, include_top=True):
    """A pre-trained network, kept for the life of the process; whoever changes it clones it first.

    name: one of `CARDS`. include_top: True gives a `keras.Model` from (n, size, size, 3) to (n, 1000) probabilities;
    False one to pooled features, (n, channels). Where the trained values cannot be had: the stand-in, with a banner.
    """
    card = _card_for(name)
    start()
    return _load(card, bool(include_top))


@functools.cache
def _load(card, include_top):
    if card.carried is not None:
        return _with_carried_values(card.builder(card), card, include_top)
    if card.weights is None:
        raise ValueError(
            f"The card of {card.name} names no trained values: give it weights, to fetch, or carried, a file of your own, "
            "in helpers/cards.py."
        )
    file = card.weights if include_top else card.weights_no_top
    if file is None:
        raise ValueError(
            f"The card of {card.name} names no weights without top: add weights_no_top to it, in helpers/cards.py."
        )
    try:
        path = weights.obtain(file)
    except KeyboardInterrupt:
        reason = "You stopped the download. What has come is kept, and next time it goes on from there."
    except OSError as problem:
        reason = str(problem)
    else:
        model = card.builder(card, include_top)
        try:
            model.load_weights(str(path))
            return model
        except (OSError, ValueError):  # only where the card has no checksum, or that of another network
            reason = f"{path} does not hold the values of this network. Remove it, and check its card."
    if reason in _told:
        print(f"{card.stand_in} stands in for {card.name} ({file.bytes / 2**20:.0f} MB) for the same reason.")
    else:
        _told.add(reason)
        print(
            f"{card.stand_in} stands in for {card.name}. {reason}\n"
            f"It is a smaller real network that comes with the course. Its answers are its own, not {card.name}'s.\n"
            f"For {card.name} itself ({file.bytes / 2**20:.0f} MB), start this lesson again with internet or a WEIGHTS_MIRROR, "
            f"or put {file.name} into {weights.folder()}."
        )
    return _stand_in(card, include_top)


def _with_carried_values(model, card, include_top, own=()):
    """The model with the values of its card's file, which are those of the whole network; without top, what comes before it."""
    import keras

    carried.fill(model, card.carried, own)
    return model if include_top else keras.Model(model.input, model.layers[-1].input, name=model.name)


def _stand_in(card, include_top):
    """A Lite network in a big network's clothes: built flat, with its normalization undone, its pictures resized."""
    from keras import layers

    replacement = _card_for(card.stand_in)
    undo = layers.Conv2D(3, 1, name="undo_normalization", trainable=False)
    resizing = own_size(replacement.name)
    clothed = dataclasses.replace(replacement, name=card.name + STAND_IN + replacement.name, input_size=card.input_size)
    model = clothed.builder(clothed, front=lambda pixels: resizing(undo(pixels)))
    undo.set_weights(from_normalization_to(card.mode, replacement.mode))
    return _with_carried_values(model, replacement, include_top, own=(undo.name,))


def own_size(name):
    """The layer in a stand-in that brings pictures to the size that its network was trained for. name: of that network."""
    from keras import layers

    size = _card_for(name).input_size
    return layers.Resizing(size, size, interpolation="bilinear", name="own_size")


def is_stand_in(model):
    """Whether a model only stands in for the network whose name it was asked for by."""
    return STAND_IN in model.name


def card(model):
    """The card by which a model was loaded; for a stand-in, the card of the network that it stands in for."""

    def plain(name):  # Keras' own models are called "vgg16", "inception_v3", "efficientnetv2-b0", …
        return name.lower().replace("_", "").replace("-", "")

    asked = model.name.split(STAND_IN)[0]
    for name, found in CARDS.items():
        if plain(name) == plain(asked):
            return found
    raise ValueError(f"There is no card for a model called {model.name!r}: the cards are for {names(CARDS)}.")


def classify(photo, name="EfficientNet-Lite0", top=5):
    """The whole pipe in one line: a picture (height, width, 3), uint8, and a network's name to a list of `Prediction`."""
    card = _card_for(name)
    batch = images.batch(images.resize(photo, card.input_size, how="crop"))
    p = load(name).predict(card.preprocess(batch), verbose=0)
    return labels.decode(p, top=top)[0]
