"""A small file from an address: whole, or one sentence, and never for longer or for more than was allowed."""

import gzip
import time

import pytest
from checkout import DATA
from refused import plain_sentence
from servers import send

from helpers.machine import web

DOG = DATA / "images" / "dog.jpg"
MB = 2**20


def small_file(address, most_bytes=MB, most_seconds=8):
    return web.small_file(address, most_bytes, most_seconds)


def test_a_file_comes_whole(serve):
    content = bytes(range(256)) * 300
    assert small_file(serve(lambda request: send(request, content))) == content
    assert small_file(serve(lambda request: send(request, bytes(MB)))) == bytes(MB)  # what is allowed, to the byte


def test_an_address_that_answers_not_found(serve):
    plain_sentence("answered 404", small_file, serve(lambda request: send(request, b"", status=404)))


@pytest.mark.parametrize(
    "target, words",
    [
        (DOG.as_uri(), "could not be reached (invalid schema)"),
        ("ftp://127.0.0.1/dog.jpg", "could not be reached (invalid schema)"),
        ("/again", "could not be reached (too many redirects)"),
    ],
    ids=["to a file here", "to another kind of server", "in a circle"],
)
def test_an_address_that_leads_nowhere_good_is_not_followed(serve, target, words):
    plain_sentence(words, small_file, serve(lambda request: send(request, b"", status=302, Location=target)))


@pytest.mark.parametrize("address", [DOG.as_uri(), "ftp://127.0.0.1/dog.jpg", "s3://bucket/dog.jpg", "://x"])
def test_only_web_addresses_are_opened(address):
    plain_sentence([address, "only http:// and https:// addresses are opened"], small_file, address)


@pytest.mark.parametrize("address", ["http://", "http://[", "http://a b/", "http://127.0.0.1:99999/", "http://127.0.0.1:9/"])
def test_an_address_where_nobody_can_be_is_refused(address):
    plain_sentence(f"{address} could not be reached (", small_file, address)


def test_an_address_that_never_answers_is_given_up(serve):
    address = serve(lambda request: request.over.wait(60))
    plain_sentence(f"{address} did not answer completely within 1 seconds", small_file, address, most_seconds=1)


def test_an_address_that_trickles_is_given_up(serve):
    def trickle(request):
        request.send_response(200)
        request.end_headers()
        while not request.over.wait(0.1):
            request.wfile.write(b"\xff")

    plain_sentence("did not answer completely within 1 seconds", small_file, serve(trickle), most_seconds=1)


def test_a_name_whose_look_up_takes_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: time.sleep(5))
    words = "did not answer completely within 1 seconds"
    plain_sentence(words, small_file, "http://example.invalid/dog.jpg", most_seconds=1)


@pytest.mark.parametrize("says_so", [True, False], ids=["with its length said", "with no length"])
def test_an_address_that_sends_too_much_is_not_heard_to_its_end(serve, says_so):
    sent = []

    def gigabyte(request):
        request.send_response(200)
        if says_so:
            request.send_header("Content-Length", str(2**30))
        request.end_headers()
        for _ in range(2**10):
            request.wfile.write(bytes(MB))
            sent.append(MB)

    plain_sentence("sends more than 1 MB", small_file, serve(gigabyte))
    assert sum(sent) < 20 * MB  # what the machine holds between the two ends included


def test_an_address_that_sends_a_bomb(serve):
    packed = gzip.compress(bytes(20 * MB), 1)
    plain_sentence("sends more than 1 MB", small_file, serve(lambda request: send(request, packed, Content_Encoding="gzip")))


def test_what_is_asked_within_some_seconds_gives_its_value_or_its_problem():
    assert web.within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        web.within(5, lambda: 1 / 0)
