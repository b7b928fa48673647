"""Where the big networks' values come from: a checked file under its own name, or none at all."""

import dataclasses
import hashlib
import pathlib
import threading
import time

import numpy as np
import pytest
import requests
from conftest import send

from helpers import models, weights
from helpers.cards import in_keras
from helpers.weights import WeightFile

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def home(monkeypatch, tmp_path):
    """An empty Keras folder, and leave to use the network."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("WEIGHTS_OFFLINE")
    return tmp_path / "models"


def official(address, content=CONTENT):
    return WeightFile(f"{address}/official.h5", hashlib.md5(content).hexdigest(), len(content))


def test_the_folder_is_the_one_that_keras_uses(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert weights.folder() == tmp_path / "models"
    monkeypatch.delenv("KERAS_HOME")
    assert weights.folder() == pathlib.Path.home() / ".keras" / "models"


def test_only_the_official_file_is_found_and_another_is_left_in_place(home):
    file = official("http://127.0.0.1:9")
    assert weights.find(file) is None
    home.mkdir()
    (home / file.name).write_bytes(b"something else")
    assert weights.find(file) is None
    assert (home / file.name).read_bytes() == b"something else"
    (home / file.name).write_bytes(CONTENT)
    assert weights.find(file) == weights.obtain(file) == home / file.name


def test_offline_means_that_nobody_is_asked(home, serve, monkeypatch):
    asked = []
    file = official(serve(lambda request: asked.append(request.path)))
    monkeypatch.setenv("WEIGHTS_OFFLINE", "1")
    with pytest.raises(OSError):
        weights.obtain(file)
    assert asked == [] and not list(home.glob("*"))


def test_a_file_is_fetched_once_and_nothing_else_is_left(home, serve):
    asked = []

    def answer(request):
        asked.append(request.command)
        send(request, CONTENT)

    file = official(serve(answer))
    assert weights.obtain(file) == weights.obtain(file) == home / file.name
    assert (home / file.name).read_bytes() == CONTENT and [p.name for p in home.iterdir()] == [file.name]
    assert asked.count("GET") == 1


def broken_off(request):
    request.send_response(200)
    request.send_header("Content-Length", str(len(CONTENT)))
    request.end_headers()
    request.wfile.write(CONTENT[:100_000])
    request.close_connection = True


BROKEN = {
    "broken off": broken_off,
    "wrong content": lambda request: send(request, CONTENT[::-1]),
    "not there": lambda request: send(request, b"no", status=404),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_after_a_bad_download_nothing_stands_under_the_final_name(answer, home, serve):
    file = official(serve(answer))
    with pytest.raises(OSError) as caught:
        weights.obtain(file)
    assert "\n" not in str(caught.value)
    assert not (home / file.name).exists() and weights.find(file) is None


def write_as_keras_2_did(model, path):
    """Writes a weight file in the form of the official ones, which Keras 3 reads but no longer writes."""
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group, names = file.create_group(layer.name), [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer.weights):
                group.create_dataset(name, data=weight.numpy())


@pytest.fixture(scope="module")
def small_network(tmp_path_factory):
    """A network of keras.applications with values of its own, and the bytes of its weight file."""
    models.start()
    import keras

    model = keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3))
    path = tmp_path_factory.mktemp("official") / "small.h5"
    write_as_keras_2_did(model, path)
    return model, path.read_bytes()


@pytest.fixture
def small_card(small_network, monkeypatch):
    """small_card(address): puts a card for that network among the cards, its weight file at that address."""
    _, content = small_network

    def add(address):
        card = dataclasses.replace(
            models.CARDS["VGG16"],
            name="MobileNetV2",
            builder=in_keras("MobileNetV2"),
            input_size=32,
            mode="tf",
            weights=official(address, content),
        )
        monkeypatch.setitem(models.CARDS, card.name, card)
        return card

    return add


def test_load_gives_the_real_network_with_the_values_of_its_file(home, serve, small_network, small_card, capsys):
    original, content = small_network
    card = small_card(serve(lambda request: send(request, content)))
    model = models.load("MobileNetV2")
    assert not models.is_stand_in(model) and models.card(model) is card
    assert "stands in" not in capsys.readouterr().out
    assert len(model.weights) == len(original.weights) > 100
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(model.get_weights(), original.get_weights()))
    x = card.preprocess(np.random.default_rng(0).random((2, 32, 32, 3), "float32") * 255)
    assert np.allclose(model.predict(x, verbose=0), original.predict(x, verbose=0), atol=1e-6)


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_load_gives_the_stand_in_where_the_download_fails_and_says_so(answer, home, serve, small_card, capsys):
    card = small_card(serve(answer))
    model = models.load("MobileNetV2")
    assert models.is_stand_in(model) and models.card(model) is card
    assert "stands in for MobileNetV2" in capsys.readouterr().out


def test_the_stop_button_during_the_download_gives_the_stand_in(home, serve, small_network, small_card, capsys, monkeypatch):
    read = requests.Response.iter_content

    def stop(response, *arguments, **keywords):
        if response.request.method == "GET" and threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt
        return read(response, *arguments, **keywords)

    monkeypatch.setattr(requests.Response, "iter_content", stop)
    small_card(serve(lambda request: send(request, small_network[1])))
    assert models.is_stand_in(models.load("MobileNetV2"))
    assert "stands in for MobileNetV2" in capsys.readouterr().out
    assert not (home / "official.h5").exists()


def test_nobody_at_the_address_is_noticed_within_three_seconds(home):
    start = time.monotonic()
    with pytest.raises(OSError):
        weights.obtain(official("http://127.0.0.1:9"))
    assert time.monotonic() - start < 3.5


def test_an_address_that_never_answers_is_given_up_after_three_seconds(home, serve):
    start = time.monotonic()
    with pytest.raises(OSError):
        weights.obtain(official(serve(lambda request: request.over.wait(60))))
    assert time.monotonic() - start < 3.5
