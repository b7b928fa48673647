"""`models.load` gives the real network with the values of its file, or says why a stand-in takes its place.

The networks are toys, and their files have the form of the official ones; test_real_networks.py has the real ones.
"""

import dataclasses
import signal
import threading
import time

import misbehaving
import numpy as np
import pytest
from servers import send
from small_files import BROKEN, CONTENT, official, write_as_keras_2_did

from helpers import models, weights
from helpers.machine import web
from helpers.networks import carried


def toy(card, include_top=True, front=None):
    """A builder for a card: a network with each kind of layer that the big ones are made of."""
    import keras
    from keras import layers

    inputs = keras.Input((card.input_size, card.input_size, 3))
    x = front(inputs) if front else inputs
    x = layers.Conv2D(64, 3, strides=2, name="conv")(x)
    x = layers.BatchNormalization(name="normalized")(x)
    x = layers.DepthwiseConv2D(3, use_bias=False, name="depthwise")(layers.ReLU(name="relu")(x))
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    x = layers.Dense(1000, "softmax", name="classes")(x) if include_top else x
    return keras.Model(inputs, x, name=card.name)


def with_values(card):
    """The toy, with values of its own in every weight, and nothing left as at its start."""
    model, random = toy(card), np.random.default_rng(0)
    model.set_weights([value + random.random(value.shape, "float32") for value in model.get_weights()])
    return model


@pytest.fixture(scope="module")
def small_network(tmp_path_factory):
    """A toy network with values of its own, the bytes of its weight file, and the file of the one that stands in for it."""
    models.start()
    folder = tmp_path_factory.mktemp("official")
    model = with_values(dataclasses.replace(models.CARDS["VGG16"], name="Toy", input_size=32))
    write_as_keras_2_did(model, folder / "small.h5")
    carried.write(model, folder / "toy_lite.npz")
    return model, (folder / "small.h5").read_bytes(), folder / "toy_lite.npz"


@pytest.fixture
def small_card(small_network, monkeypatch):
    """small_card(address): puts a card for that network among the cards, its weight file at that address."""
    _, its_file, stand_in = small_network
    lite = dataclasses.replace(models.CARDS["EfficientNet-Lite0"], name="Toy-Lite", builder=toy, carried=stand_in)
    monkeypatch.setitem(models.CARDS, lite.name, lite)

    def add(address, content=its_file):
        file = official(address, content)
        facts = {"name": "Toy", "builder": toy, "input_size": 32, "mode": "tf", "weights": file, "stand_in": lite.name}
        card = dataclasses.replace(models.CARDS["VGG16"], **facts)
        monkeypatch.setitem(models.CARDS, card.name, card)
        return card

    return add


def test_load_gives_the_real_network_with_the_values_of_its_file(keras_folder, serve, small_network, small_card, capsys):
    original, content, _ = small_network
    card = small_card(serve(lambda request: send(request, content)))
    model = models.load("Toy")
    assert not models.is_stand_in(model) and models.card(model) is card
    assert "stands in" not in capsys.readouterr().out
    assert len(model.weights) == len(original.weights) == 9
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(model.get_weights(), original.get_weights()))
    x = card.preprocess(np.random.default_rng(0).random((2, 32, 32, 3), "float32") * 255)
    assert np.allclose(model.predict(x, verbose=0), original.predict(x, verbose=0), atol=1e-6)


@pytest.mark.parametrize("answer, why", BROKEN.values(), ids=BROKEN)
def test_load_gives_the_stand_in_where_the_download_fails_and_says_so(answer, why, keras_folder, serve, small_card, capsys):
    card = small_card(serve(answer))
    model = models.load("Toy")
    assert models.is_stand_in(model) and models.card(model) is card
    said = capsys.readouterr().out
    assert "Toy-Lite stands in for Toy. " in said and why in said


def test_load_gives_the_stand_in_where_there_is_no_network_and_asks_once(keras_folder, small_card, monkeypatch, capsys):
    obtain, asked = weights.obtain, []
    monkeypatch.setattr(weights, "obtain", lambda file: asked.append(file) or obtain(file))
    monkeypatch.setattr(web, "SECONDS", 1)
    with misbehaving.deaf_address() as address:
        card = small_card(address)
        model = models.load("Toy")
        assert models.is_stand_in(model) and models.load("Toy") is model
    assert "Toy-Lite stands in for Toy. " + f"{address} gave no answer within 1 seconds" in capsys.readouterr().out
    assert asked == [card.weights]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system cannot send the stop button's signal to a thread")
def test_the_stop_button_gives_the_stand_in_and_keeps_the_part(keras_folder, small_network, small_card, capsys):
    content = small_network[1]
    part, half = keras_folder / "official.h5.part", len(content) // 2

    def stop():
        while not part.exists() or part.stat().st_size < half - 20_000:
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    with misbehaving.server(content) as site:
        site.behave = lambda n, first: site.good(first, stall=None if n else half)
        card = small_card(site.url.rsplit("/", 1)[0])
        threading.Thread(target=stop, daemon=True).start()
        assert models.is_stand_in(models.load("Toy"))
        said = capsys.readouterr().out
        assert "Toy-Lite stands in for Toy. You stopped the download." in said
        assert f"Fetching official.h5 ({len(content) / 2**20:.0f} MB)" in said
        kept = part.stat().st_size
        assert not (keras_folder / "official.h5").exists() and kept >= half - 20_000
        weights.obtain(card.weights)  # in the next process
        assert site.requests[-1] == ("GET", "/official.h5", kept) and (keras_folder / "official.h5").read_bytes() == content


def another_networks_file(folder):
    import keras

    write_as_keras_2_did(keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]), folder / "other.h5")
    return (folder / "other.h5").read_bytes()


@pytest.mark.parametrize(
    "made", [another_networks_file, lambda folder: CONTENT], ids=["another network's", "no weights at all"]
)
def test_a_wrong_file_that_its_card_takes_for_right_gives_the_stand_in(made, keras_folder, serve, small_card, tmp_path, capsys):
    content = made(tmp_path)
    small_card(serve(lambda request: send(request, content)), content)
    assert models.is_stand_in(models.load("Toy"))
    said = capsys.readouterr().out
    assert "does not hold the values of this network" in said and "Error" not in said
