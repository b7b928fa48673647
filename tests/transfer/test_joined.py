"""One model from plain pixels to your classes says what the head says of features, whatever network it is joined from."""

import numpy as np
import pytest
from refused import plain_sentence
from small_worlds import noise
from tiny_networks import FEATURES, any_head, build, made_up, said

from helpers import images, models, transfer

LITE = "EfficientNet-Lite0"


def check_joined(base, joined_from):
    import keras

    size = base.input_shape[1]
    pictures = np.stack([images.resize(images.load(file), size) for file in ("cat.jpg", "dog.jpg", "coffee.jpg")])
    values = transfer.features(base, pictures)
    head = any_head(values.shape[1], scale=0.1 / values.std(axis=0).max())
    head.set_weights([head.get_weights()[0], -values.mean(axis=0) @ head.get_weights()[0]])  # about as much for each class
    expected = said(head, values)
    assert expected.std(axis=0).max() > 1e-3  # they differ from picture to picture
    before = base.get_weights()
    joined = transfer.join(joined_from, head)
    assert joined.input_shape == (None, size, size, 3) and joined.output_shape == (None, 3)
    assert np.abs(said(joined, pictures) - expected).max() < 1e-5
    assert not any(isinstance(layer, keras.Model) for layer in joined.layers)
    for variable in joined.weights:
        variable.assign(variable * 0 + 0.5)
    assert all(np.array_equal(now, then) for now, then in zip(base.get_weights(), before))
    assert np.array_equal(said(head, values), expected)


@pytest.mark.parametrize(
    "name",
    [
        *("Tiny", "Grand", "Swapped", "VGG16"),
        *(pytest.param(name, marks=pytest.mark.slow) for name in (LITE, "ResNet50", "InceptionV3")),
    ],
)
def test_the_joined_model_says_of_plain_pixels_what_the_head_says_of_features(tiny, cache, name):
    base = models.load(name, include_top=False)
    assert models.is_stand_in(base) == (name not in ("Tiny", LITE))
    check_joined(base, name)
    assert models.load(name, include_top=False) is base


# The big ones with random values: the trained ones are not at hand. They are a developer's, since Counted, whose names Keras
# counts on from network to network as InceptionV3's, goes the same way.
REAL = ["Counted", *(pytest.param(name, marks=pytest.mark.slow) for name in ("VGG16", "InceptionV3"))]


def real(name):
    """The network itself without its top, made twice, so that its layers bear other names than in a fresh process."""
    import keras

    card = models.CARDS[name]
    keras.utils.set_random_seed(5)
    first, second = (card.builder(card, False) for _ in range(2))
    if name == "Counted":
        assert first.layers[1].name != second.layers[1].name
    return made_up(second) if card.builder is build else second


@pytest.mark.parametrize("name", REAL)
def test_networks_without_a_stand_in_can_be_joined(tiny, cache, name):
    base = real(name)
    check_joined(base, base)


@pytest.mark.parametrize("name", REAL)
def test_networks_without_a_stand_in_can_be_saved_and_loaded(tiny, tmp_path, name):
    base = real(name)
    joined = transfer.join(base, any_head(base.output_shape[1], scale=0.02))
    model, _ = transfer.load(transfer.save(joined, list("abc"), tmp_path / "model"))
    pictures = noise(2, base.input_shape[1])
    assert np.abs(said(model, pictures) - said(joined, pictures)).max() < 1e-6


def test_a_head_of_another_network_is_refused_plainly(base):
    plain_sentence(["The head takes 512 features, but Tiny gives 48", "use one base"], transfer.join, base, any_head(512))


@pytest.mark.parametrize(
    "wrong, words",
    [
        (None, "Wanted is a network's name, or a model from models.load"),
        ("VGG-16", "There is no network 'VGG-16' here: did you mean 'VGG16'?"),
        ("with its top", "Wanted is a network's name, or a model from models.load"),
    ],
    ids=repr,
)
def test_a_base_that_is_none_is_refused_plainly(base, wrong, words):
    plain_sentence(words, transfer.join, models.load("Tiny") if wrong == "with its top" else wrong, any_head())


@pytest.mark.parametrize("wrong", [None, "head", models.CARDS[LITE], "a network"], ids=["None", "text", "a card", "a network"])
def test_what_is_no_head_is_refused_plainly(base, wrong):
    wrong = models.load("Tiny") if wrong == "a network" else wrong
    plain_sentence("Wanted is a head with one layer, as transfer.head gives", transfer.join, base, wrong)


def test_a_head_that_was_trained_can_be_joined(base, cache):
    """Not one that a test made by hand."""
    pictures, labels = noise(6), [0, 1, 2, 0, 1, 2]
    values = transfer.features(base, pictures)
    head = transfer.head(values, labels, epochs=3)
    assert np.abs(said(transfer.join(base, head), pictures) - said(head, values)).max() < 1e-5
    assert head.output_shape == any_head().output_shape and head.input_shape == (None, FEATURES)
