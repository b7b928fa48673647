"""A network of one's own is one card too: its file is read, and a card can name no network that would answer untrained."""

import dataclasses

import numpy as np
import pytest
from refused import plain_sentence
from tiny_networks import said

from helpers import cards, images, labels, models, networks

SIZE = 16
COLOURS = {340: (230, 40, 40), 500: (40, 220, 40), 700: (40, 40, 230)}  # a class for each, none of the first and the last


def build(card, include_top=True):
    """A small convolutional network of 1000 classes, as a reader would write it: it knows nothing of include_top."""
    return convolutional(card.name, 1000)


def build_for_ten(card):
    return convolutional(card.name, 10)


def convolutional(name, classes):
    import keras
    from keras import layers

    pixels = keras.Input((SIZE, SIZE, 3))
    x = layers.Conv2D(12, 3, strides=2, activation="relu", name="conv")(pixels)
    x = layers.BatchNormalization(momentum=0.5, name="bn")(x)
    x = layers.Dropout(0.1, name="drop")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(pixels, layers.Dense(classes, activation="softmax", name="top")(x), name=name)


def card(name, **values):
    about = {"year": 2026, "paper": "my own", "parameters": 13_384, "top1": None, "top5": None, "licence": "mine"}
    return cards.ModelCard(name=name, input_size=SIZE, mode="tf", **{"builder": build, **about, **values})


def pictures(n, seed):
    """n photos in each of the colours, as `images.load` gives them, and their classes."""
    random = np.random.default_rng(seed)
    spots = random.integers(-30, 30, (n * len(COLOURS), SIZE, SIZE, 3))
    photos = np.repeat(list(COLOURS.values()), n, axis=0)[:, np.newaxis, np.newaxis] + spots
    return list(photos.clip(0, 255).astype("uint8")), np.repeat(list(COLOURS), n)


@pytest.fixture(scope="module")
def trained():
    """The network, trained here until it knows its colours: what comes from a file must answer as this one does."""
    models.start()
    import keras

    keras.utils.set_random_seed(0)
    network = build(card("MyNet2"))
    network.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
    photos, right = pictures(8, seed=0)
    x = card("MyNet2").preprocess(images.batch(photos))
    for _ in range(40):
        network.train_on_batch(x, right)
    return network


@pytest.fixture
def catalogue(monkeypatch):
    """catalogue(name, …): a card of that name among `models.CARDS`, for one test."""

    def add(name, **values):
        monkeypatch.setitem(models.CARDS, name, card(name, **values))
        return models.CARDS[name]

    return add


@pytest.fixture(params=["my.weights.h5", "my.npz"])
def file(request, trained, tmp_path):
    """The trained values in a file of either kind."""
    file = tmp_path / request.param
    if file.suffix == ".npz":
        networks.carried.write(trained, file)
    else:
        trained.save_weights(file)
    return file


def test_a_network_in_a_file_of_ones_own_gives_the_very_answers_of_the_trained_one(file, trained, catalogue, capsys):
    mine = catalogue("MyNet2", carried=file)
    photos, right = pictures(3, seed=1)
    x = mine.preprocess(images.batch(photos))
    model = models.load("MyNet2")
    p = said(model, x)
    assert np.array_equal(p, said(trained, x))
    assert (p.argmax(axis=1) == right).all() and p.max(axis=1).min() > 0.5  # which no untrained network of 1000 classes says
    assert models.load("MyNet2") is model and models.card(model) is mine and not models.is_stand_in(model)
    assert capsys.readouterr().out == ""


def test_classify_names_what_the_network_has_learned(file, trained, catalogue):
    mine = catalogue("MyNet2", carried=str(file))
    for photo, right in zip(*pictures(1, seed=2)):
        guess, second = models.classify(photo, "MyNet2", top=2)
        assert (guess.wnid, guess.name) == labels.classes()[right] and guess.probability > 0.5 > second.probability
        expected = said(trained, mine.preprocess(images.batch(photo)))
        assert guess.probability == pytest.approx(float(expected.max()), rel=1e-5)


def test_without_its_top_it_gives_the_features_before_its_last_layer(file, trained, catalogue):
    mine = catalogue("MyNet2", carried=file)
    x = mine.preprocess(images.batch(pictures(3, seed=1)[0]))
    model = models.load("MyNet2", include_top=False)
    features = said(model, x)
    assert features.shape == (9, 12) == (9, model.output_shape[1]) and models.card(model) is mine
    kernel, bias = trained.get_layer("top").get_weights()
    scores = np.exp(features @ kernel + bias)
    assert np.allclose(scores / scores.sum(axis=1, keepdims=True), said(trained, x), atol=1e-5)


def test_a_file_may_be_named_from_ones_home(file, catalogue, monkeypatch):
    monkeypatch.setenv("HOME", str(file.parent))
    monkeypatch.setenv("USERPROFILE", str(file.parent))
    catalogue("MyNet2", carried=f"~/{file.name}")
    assert models.load("MyNet2").output_shape == (None, 1000)


# --- Cards that would lie ---


@pytest.mark.parametrize("name", ["MyNet2", "TinyConv"])  # the one ends like a Lite, the other like none
def test_a_card_without_any_trained_values_is_refused_and_never_answers_untrained(name, catalogue):
    catalogue(name)
    words = [
        f"The card of {name} names no trained values",
        "weights, to fetch",
        "carried, a file of your own",
        "helpers/cards.py",
    ]
    for _ in range(2):  # and is not kept
        plain_sentence(words, models.load, name)
        plain_sentence(words, models.load, name, include_top=False)
        plain_sentence(words, models.classify, np.zeros((SIZE, SIZE, 3), "uint8"), name)
    assert models.architecture(name).count_params() == 13_384  # which promises no values


def test_a_card_with_an_address_for_the_whole_network_only_says_so_without_its_top(catalogue):
    catalogue("MyNet2", weights=cards.WeightFile("https://example.org/my.h5", None, 1000))
    words = "The card of MyNet2 names no weights without top: add weights_no_top"
    plain_sentence(words, models.load, "MyNet2", include_top=False)


def test_a_network_of_ten_classes_is_loaded_but_has_none_of_imagenets_names(trained, catalogue, tmp_path):
    ten = build_for_ten(card("Ten"))
    ten.save_weights(tmp_path / "ten.weights.h5")
    catalogue("Ten", builder=build_for_ten, carried=tmp_path / "ten.weights.h5")
    x = np.random.default_rng(0).random((2, SIZE, SIZE, 3), "float32")
    assert np.array_equal(said(models.load("Ten"), x), said(ten, x))
    plain_sentence("p has the shape (1, 10): wanted are the 1000", models.classify, np.zeros((9, 9, 3), "uint8"), "Ten")


def test_what_is_wrong_with_the_file_is_said_and_once_it_is_right_the_network_comes(file, trained, catalogue):
    catalogue("MyNet2", carried=file)
    content = file.read_bytes()
    file.unlink()
    plain_sentence(f"{file} is missing: look for it, and correct the card that names it.", models.load, "MyNet2")
    file.write_bytes(content[: len(content) // 2])
    plain_sentence(f"{file} is damaged, or holds", models.load, "MyNet2")
    file.write_bytes(content)
    assert models.load("MyNet2").get_weights()[0].tolist() == trained.get_weights()[0].tolist()


@pytest.mark.parametrize("kind", ["my.npz", "my.weights.h5"])
def test_the_file_of_another_network_is_refused(kind, trained, catalogue, tmp_path):
    ten = build_for_ten(card("Ten"))
    file = tmp_path / kind
    if kind == "my.npz":
        networks.carried.write(ten, file)
        words = "The file of MyNet2 has values of another shape for top/kernel, top/bias: it is of another network."
    else:
        ten.save_weights(file)
        words = f"{file} is damaged, or holds the values of a network other than MyNet2"
    catalogue("MyNet2", carried=file)
    plain_sentence(words, models.load, "MyNet2")


def test_a_lite_whose_file_is_gone_says_that_the_course_is_not_complete(monkeypatch):
    lite = models.CARDS["EfficientNet-Lite0"]
    gone = dataclasses.replace(lite, carried=lite.carried.with_name("efficientnet_lite9.npz"))
    monkeypatch.setitem(models.CARDS, lite.name, gone)
    words = "efficientnet_lite9.npz is missing: the course's files are not complete, fetch or clone them again."
    plain_sentence(words, models.load, lite.name)


def test_a_lite_with_the_file_of_another_lite_is_refused(monkeypatch):
    lite, other = models.CARDS["EfficientNet-Lite0"], models.CARDS["EfficientNet-Lite1"]
    monkeypatch.setitem(models.CARDS, lite.name, dataclasses.replace(lite, carried=other.carried))
    words = ["The file of EfficientNet-Lite0 has values that the network has no place for:", "it is of another network"]
    plain_sentence(words, models.load, lite.name)
