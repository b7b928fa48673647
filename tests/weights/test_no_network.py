"""No network at all: it is noticed within three seconds, asked once, and a mirror makes it no longer."""

import itertools
import socket
import threading

import misbehaving
import pytest
import requests
from refused import plain_sentence
from small_files import official

from helpers import weights
from helpers.machine import web

COUNTER = itertools.count()
NOBODY = [
    "nobody listens",
    "an address that never answers",
    "a server that never answers",
    "a look-up that hangs",
    "no such name",
]


@pytest.fixture
def asked(monkeypatch):
    """Which hosts were asked, in this order; none is remembered from before, and each gets less time than in a lesson."""
    hosts, head = [], requests.head

    def noted(host, **options):
        assert options["timeout"] == web.SECONDS
        hosts.append(host)
        return head(host, **options)

    monkeypatch.setattr(requests, "head", noted)
    monkeypatch.setattr(web, "SECONDS", 1)  # half a second, and half a one for the stand-in
    web.ask.cache_clear()
    yield hosts
    web.ask.cache_clear()


@pytest.fixture(params=NOBODY)
def nobody(request, serve, monkeypatch):
    """An address behind which nobody answers, in several ways, and a list of who has stopped to keep it waiting by himself."""
    number = next(COUNTER)  # a name of its own, since each is asked once in the life of the process
    found, over, ended = socket.getaddrinfo, threading.Event(), []

    def look_up(host, *arguments, **keywords):
        if host == f"hangs-{number}.invalid":
            ended.extend([] if over.wait(60) else ["the look-up"])
        if str(host).endswith(".invalid"):
            raise socket.gaierror(-2, "Name or service not known")
        return found(host, *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    if request.param == "nobody listens":
        yield "http://127.0.0.1:9", ended
    elif request.param == "an address that never answers":
        with misbehaving.deaf_address() as address:
            yield address, ended
    elif request.param == "a server that never answers":
        yield serve(lambda request: ended.extend([] if request.over.wait(60) else ["the server"])), ended
    elif request.param == "a look-up that hangs":
        yield f"http://hangs-{number}.invalid", ended
    else:
        yield f"http://no-such-{number}.invalid", ended
    over.set()


def test_it_takes_three_seconds_at_the_most():
    assert web.SECONDS <= 3


def test_no_network_is_noticed_in_time_and_asked_once(nobody, keras_folder, asked, monkeypatch):
    address, ended = nobody
    file = official(address)
    monkeypatch.setenv("WEIGHTS_MIRROR", f"{address}/mirror")  # of the same host, so asked with it
    for _ in range(4):
        plain_sentence(f"{address} gave no answer within 1 seconds. Check the network", weights.obtain, file)
    assert ended == [] and asked == [address]
    assert not keras_folder.exists()


def test_with_a_mirror_that_is_away_too_both_are_asked_at_once(keras_folder, asked, monkeypatch):
    reachable, known = web.reachable, []

    def noted(host):
        answer = reachable(host)
        known.append((host, answer, set(asked)))
        return answer

    monkeypatch.setattr(web, "reachable", noted)
    with misbehaving.deaf_address() as mirror, misbehaving.deaf_address() as address:
        monkeypatch.setenv("WEIGHTS_MIRROR", mirror)
        plain_sentence(f"{address} gave no answer", weights.obtain, official(address))
    assert known == [(mirror, False, {mirror, address}), (address, False, {mirror, address})]
