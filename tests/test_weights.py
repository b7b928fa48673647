"""Where the big networks' values come from: a checked file under its own name, or none at all."""

import dataclasses
import hashlib
import itertools
import pathlib
import signal
import socket
import subprocess
import threading
import time

import misbehaving
import numpy as np
import pytest
import requests
from conftest import plain_sentence, send

from helpers import download, models, web, weights
from helpers.cards import in_keras
from helpers.weights import WeightFile

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def home(monkeypatch, tmp_path):
    """An empty Keras folder, leave to use the network, and short pauses between the tries."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("WEIGHTS_OFFLINE")
    monkeypatch.setattr(download, "PAUSE", 0.01)
    return tmp_path / "models"


def official(address, content=CONTENT):
    return WeightFile(f"{address}/official.h5", hashlib.md5(content).hexdigest(), len(content))


def test_the_folder_is_the_one_that_keras_uses(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert weights.folder() == tmp_path / "models"
    monkeypatch.delenv("KERAS_HOME")
    assert weights.folder() == pathlib.Path.home() / ".keras" / "models"


def test_only_the_official_file_is_found(home):
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
    monkeypatch.setenv("WEIGHTS_MIRROR", file.address.rsplit("/", 1)[0])
    assert "WEIGHTS_OFFLINE" in plain_sentence(weights.obtain, file)
    assert asked == [] and not list(home.glob("*"))
    home.mkdir()
    (home / file.name).write_bytes(b"wrong")
    assert "not the official file" in plain_sentence(weights.obtain, file)
    assert asked == [] and (home / file.name).read_bytes() == b"wrong"


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
    plain_sentence(weights.obtain, file)
    assert not (home / file.name).exists() and weights.find(file) is None


def test_a_wrong_file_is_set_aside_and_fetched_again_and_said_so(home, serve, capsys):
    file = official(serve(lambda request: send(request, CONTENT)))
    home.mkdir()
    (home / file.name).write_bytes(CONTENT[:-1])
    assert weights.obtain(file).read_bytes() == CONTENT
    assert (home / "official.h5.wrong").read_bytes() == CONTENT[:-1]
    said = capsys.readouterr().out
    assert "set aside" in said and "Fetching official.h5 (0 MB)" in said


# ---- Mirrors


@pytest.fixture
def nowhere():
    """A file whose official address refuses at once."""
    return official("http://127.0.0.1:9")


@pytest.fixture
def classroom(tmp_path, monkeypatch):
    """An empty folder that is the mirror."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setenv("WEIGHTS_MIRROR", str(folder))
    return folder


def test_a_folder_is_a_mirror_even_offline(home, nowhere, classroom, monkeypatch):
    (classroom / nowhere.name).write_bytes(CONTENT)
    monkeypatch.setenv("WEIGHTS_OFFLINE", "1")
    assert weights.obtain(nowhere) == home / nowhere.name
    assert (home / nowhere.name).read_bytes() == CONTENT and [p.name for p in home.iterdir()] == [nowhere.name]


def test_a_read_only_folder_is_a_mirror_too(home, nowhere, small_disk, monkeypatch):
    disk = small_disk("4m")
    (disk / nowhere.name).write_bytes(CONTENT)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    monkeypatch.setenv("WEIGHTS_MIRROR", str(disk))
    assert weights.obtain(nowhere) == home / nowhere.name


def test_where_keras_folder_is_read_only_the_mirrors_own_file_is_used(nowhere, classroom, small_disk, home, monkeypatch):
    (classroom / nowhere.name).write_bytes(CONTENT)
    monkeypatch.setenv("KERAS_HOME", str(small_disk("1m", "ro")))
    assert weights.obtain(nowhere) == classroom / nowhere.name


def test_a_wrong_file_is_set_aside_for_the_mirrors_too(home, nowhere, classroom, capsys):
    (classroom / nowhere.name).write_bytes(CONTENT)
    home.mkdir()
    (home / nowhere.name).write_bytes(b"wrong")
    assert weights.obtain(nowhere).read_bytes() == CONTENT
    assert (home / "official.h5.wrong").read_bytes() == b"wrong" and "set aside" in capsys.readouterr().out


@pytest.mark.parametrize("there", [None, b"wrong", "no folder"], ids=["missing", "wrong", "no folder"])
def test_where_the_folder_has_no_official_file_the_official_address_is_next(there, home, serve, classroom, capsys):
    file = official(serve(lambda request: send(request, CONTENT)))
    if there == "no folder":
        classroom.rmdir()
    elif there:
        (classroom / file.name).write_bytes(there)
    assert weights.obtain(file).read_bytes() == CONTENT
    assert f"The mirror {classroom}" in capsys.readouterr().out
    assert [p.name for p in home.iterdir()] == [file.name]


@pytest.mark.parametrize("ending", ["", "/", "/deeper/folder/"])
def test_an_address_is_a_mirror(ending, home, serve, nowhere, monkeypatch):
    asked = []

    def answer(request):
        asked.append((request.command, request.path))
        send(request, CONTENT)

    monkeypatch.setenv("WEIGHTS_MIRROR", serve(answer) + ending)
    assert weights.obtain(nowhere).read_bytes() == CONTENT
    assert ("GET", f"{ending.rstrip('/')}/official.h5") in asked


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_where_the_mirror_fails_the_official_address_is_next(answer, home, serve, monkeypatch, capsys):
    monkeypatch.setenv("WEIGHTS_MIRROR", serve(answer))
    file = official(serve(lambda request: send(request, CONTENT)))
    assert weights.obtain(file).read_bytes() == CONTENT
    assert "That was the mirror" in capsys.readouterr().out and [p.name for p in home.iterdir()] == [file.name]


# ---- Into the network


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

    def add(address, content=small_network[1]):
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


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system cannot send the stop button's signal to a thread")
def test_the_stop_button_gives_the_stand_in_and_keeps_the_part(home, small_network, small_card, capsys):
    content = small_network[1]
    part, half = home / "official.h5.part", len(content) // 2

    def stop():
        while not part.exists() or part.stat().st_size < half - 100_000:
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    with misbehaving.server(content) as site:
        site.behave = lambda n, first: site.good(first, stall=None if n else half)
        card = small_card(site.url.rsplit("/", 1)[0])
        threading.Thread(target=stop, daemon=True).start()
        assert models.is_stand_in(models.load("MobileNetV2"))
        said = capsys.readouterr().out
        assert "stands in for MobileNetV2" in said and "You stopped the download" in said
        assert f"Fetching official.h5 ({len(content) / 2**20:.0f} MB)" in said
        assert not (home / "official.h5").exists() and part.stat().st_size >= half - 100_000
        weights.obtain(card.weights)  # in the next process
        assert site.wire < 1.1 * len(content) and (home / "official.h5").read_bytes() == content


def test_a_file_of_another_network_gives_the_stand_in_and_says_so(home, serve, small_card, capsys):
    small_card(serve(lambda request: send(request, CONTENT)), CONTENT)
    assert models.is_stand_in(models.load("MobileNetV2"))
    said = capsys.readouterr().out
    assert "does not hold the values of this network" in said and "Error" not in said


# ---- No network at all

NOBODY = [
    "nobody listens",
    "an address that never answers",
    "a server that never answers",
    "a look-up that hangs",
    "no such name",
]


@pytest.fixture(params=NOBODY)
def nobody(request, serve, monkeypatch):
    """An address behind which nobody answers, in several ways."""
    number = next(COUNTER)  # a name of its own, since each is asked once in the life of the process
    found = socket.getaddrinfo

    def look_up(host, *arguments, **keywords):
        if host == f"hangs-{number}.invalid":
            time.sleep(30)
        if str(host).endswith(".invalid"):
            raise socket.gaierror(-2, "Name or service not known")
        return found(host, *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    if request.param == "nobody listens":
        yield "http://127.0.0.1:9"
    elif request.param == "an address that never answers":
        with misbehaving.deaf_address() as address:
            yield address
    elif request.param == "a server that never answers":
        yield serve(lambda request: request.over.wait(60))
    elif request.param == "a look-up that hangs":
        yield f"http://hangs-{number}.invalid"
    else:
        yield f"http://no-such-{number}.invalid"


COUNTER = itertools.count()


def test_no_network_is_noticed_within_three_seconds_and_asked_once(nobody, home, number, request, monkeypatch):
    asked = []
    head = requests.head
    monkeypatch.setattr(requests, "head", lambda host, **keywords: asked.append(host) or head(host, **keywords))
    web.ask.cache_clear()
    file = official(nobody)
    monkeypatch.setenv("WEIGHTS_MIRROR", f"{nobody}/mirror")  # of the same host, so asked with it
    start = time.monotonic()
    assert "Check the network" in plain_sentence(weights.obtain, file)
    first = time.monotonic() - start
    for _ in range(3):
        plain_sentence(weights.obtain, file)
    again = time.monotonic() - start - first
    number(
        f"no network ({request.node.callspec.params['nobody']}): noticed in {first:.2f} s, three more times in {again:.3f} s"
    )
    assert first < 3 and again < 0.3 and asked == [nobody]
    assert not list(home.glob("*"))


def test_with_a_mirror_that_is_away_too_it_takes_no_longer(home, monkeypatch):
    with misbehaving.deaf_address() as mirror, misbehaving.deaf_address() as address:
        monkeypatch.setenv("WEIGHTS_MIRROR", mirror)
        start = time.monotonic()
        plain_sentence(weights.obtain, official(address))
        assert time.monotonic() - start < 3


def test_load_gives_the_stand_in_where_there_is_no_network(home, small_card, monkeypatch, capsys, number):
    took, obtain = [], weights.obtain

    def timed(file):
        start = time.monotonic()
        try:
            return obtain(file)
        finally:
            took.append(time.monotonic() - start)

    monkeypatch.setattr(weights, "obtain", timed)
    with misbehaving.deaf_address() as address:
        small_card(address)
        model = models.load("MobileNetV2")
        assert models.is_stand_in(model) and models.load("MobileNetV2") is model
    assert "gave no answer within 3 seconds" in capsys.readouterr().out
    assert len(took) == 1 and took[0] < 3


def test_a_proxy_that_is_not_there_is_said(home, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert "HTTPS_PROXY" in plain_sentence(weights.obtain, official("https://weights.invalid"))


def test_a_certificate_that_nobody_signed_is_said(home, certificate, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with misbehaving.server(CONTENT, tls=certificate) as site:
        file = official(site.url.rsplit("/", 1)[0])
        assert "certificate" in plain_sentence(weights.obtain, file)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/not/there.pem")
        web.ask.cache_clear()
        assert "/not/there.pem" in plain_sentence(weights.obtain, file)
