"""Networks that let no file through: what is said of a certificate, a proxy, a name, a port, and how long it takes."""

import socket
import threading

import misbehaving
import pytest
import requests
from large_file import CONTENT, fetch, is_right, message
from misbehaving import Answer
from refused import plain_sentence
from small_files import official

from helpers import weights
from helpers.machine import web
from helpers.weights import download


@pytest.fixture
def elsewhere(monkeypatch):
    """A host whose name nobody can look up, and no proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def look_up(host, *arguments, **keywords):
        if host == "weights.invalid":
            raise socket.gaierror(-2, "Name or service not known")
        return found(host, *arguments, **keywords)

    found = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(download, "PAUSE", 0.01)
    return misbehaving.Site(b"")


def test_a_certificate_that_nobody_signed(goal, certificate, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with misbehaving.server(CONTENT, tls=certificate) as site:
        message(["its certificate is not accepted here", "set REQUESTS_CA_BUNDLE"], site, goal)
        assert site.requests == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))  # what the message says to do, helps
        fetch(site, goal)
        assert is_right(goal)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/not/there.pem")
        goal.unlink()
        message("REQUESTS_CA_BUNDLE names /not/there.pem, which is not there", site, goal)


def test_a_secure_address_where_nobody_speaks_securely(site, goal):
    site.url = site.url.replace("http:", "https:")
    message("127.0.0.1 cannot be reached", site, goal)


PROXY = ["The proxy did not let the request to weights.invalid through", "HTTPS_PROXY"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there(scheme, elsewhere, goal, monkeypatch):
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", "http://127.0.0.1:9")
    elsewhere.url = f"{scheme}://weights.invalid/official.h5"
    message(PROXY, elsewhere, goal)


def test_a_proxy_that_refuses(elsewhere, goal, monkeypatch, site):
    monkeypatch.setenv("HTTPS_PROXY", site.url.removesuffix("/official.h5"))
    site.behave = lambda n, first: Answer(403)
    elsewhere.url = "https://weights.invalid/official.h5"
    message(PROXY, elsewhere, goal)


def test_a_name_that_cannot_be_looked_up(elsewhere, goal):
    elsewhere.url = "http://weights.invalid/official.h5"
    message("weights.invalid cannot be reached", elsewhere, goal)


def test_an_address_that_never_answers_is_given_up(elsewhere, goal, monkeypatch):
    limits, get = [], requests.get
    monkeypatch.setattr(requests, "get", lambda url, **options: limits.append(options["timeout"]) or get(url, **options))
    monkeypatch.setattr(web, "SECONDS", 0.5)
    monkeypatch.setattr(download, "TRIES", 2)
    with misbehaving.deaf_address() as address:
        elsewhere.url = f"{address}/official.h5"
        message("127.0.0.1 stopped answering", elsewhere, goal)
    assert limits == [(0.5, download.STALL)] * 2


def test_a_name_look_up_that_hangs_is_given_up(elsewhere, goal, monkeypatch):
    monkeypatch.setattr(web, "SECONDS", 0.2)
    monkeypatch.setattr(download, "TRIES", 2)
    over, ended = threading.Event(), []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(60) or ended.append("by itself") or [])
    elsewhere.url = "http://weights.invalid/official.h5"
    message("weights.invalid cannot be reached", elsewhere, goal)
    assert ended == []
    over.set()


def test_a_port_where_nobody_listens(elsewhere, goal):
    elsewhere.url = "http://127.0.0.1:9/official.h5"
    message("127.0.0.1 cannot be reached", elsewhere, goal)


def test_another_kind_of_address(elsewhere, goal):
    elsewhere.url = "ftp://weights.invalid/official.h5"
    message("ftp://weights.invalid/official.h5 is not an http or https address", elsewhere, goal)


# ---- The question whether a host is there leaves these for the download to say


def test_a_proxy_that_is_not_there_is_said_by_obtain_too(keras_folder, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    plain_sentence(PROXY, weights.obtain, official("https://weights.invalid"))


def test_a_certificate_that_nobody_signed_is_said_by_obtain_too(keras_folder, certificate, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with misbehaving.server(CONTENT, tls=certificate) as site:
        file = official(site.url.rsplit("/", 1)[0])
        plain_sentence("its certificate is not accepted here", weights.obtain, file)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/not/there.pem")
        web.ask.cache_clear()
        plain_sentence("REQUESTS_CA_BUNDLE names /not/there.pem", weights.obtain, file)
