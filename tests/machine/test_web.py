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


@pytest.mark.parametrize(
    "status, advice",
    [
        (404, "check the address in your browser"), (410, "check the address"), (401, "open it in your browser, save the"),
        (403, "save the picture there"), (416, "save the picture there"), (204, "save the picture there"), (304, "save the"),
        (429, "try again later"), (500, "the trouble is there"), (503, "try again later, or use a file"),
    ],
)  # fmt: skip
def test_an_address_that_answers_otherwise(serve, status, advice):
    plain_sentence([f"answered {status} ", advice], small_file, serve(lambda request: send(request, b"", status=status)))


SECRET = {  # an address, and how it may be shown
    "http://user:secret@host.example/dog.jpg": "http://host.example/dog.jpg",
    "https://user:se:cret@host.example:8080/dog.jpg": "https://host.example:8080/dog.jpg",
    "https://user:s/ecret@host.example/dog.jpg": "https://host.example/dog.jpg",
    "https://user:secret?#@host.example/dog.jpg": "https://host.example/dog.jpg",
    "http://secret@host.example/": "http://host.example/",
    "http://user:secret@[::1]:80/dog.jpg": "http://[::1]:80/dog.jpg",
    "HTTPS://user:secret%40@host.example/dog.jpg": "HTTPS://host.example/dog.jpg",
    "https://host.example/dog.jpg?token=secret": "https://host.example/dog.jpg?token=…",
    "https://host.example/dog.jpg?size=secret&sig=secret": "https://host.example/dog.jpg?size=…&sig=…",
    "https://host.example/dog.jpg?secret": "https://host.example/dog.jpg?…",
    "https://host.example/dog.jpg#access_token=secret": "https://host.example/dog.jpg",
    "ftp://user:secret@host.example/dog.jpg?key=secret#secret": "ftp://host.example/dog.jpg?key=…",
    "https://host.example/@user/a:b@c.jpg": "https://host.example/@user/a:b@c.jpg",
    "https://host.example:8080/a@b.jpg": "https://host.example:8080/a@b.jpg",
    "http://host.example/a\nb\x1b[31m": "http://host.example/a\\nb\\x1b[31m",
}


@pytest.mark.parametrize("address, seen", SECRET.items(), ids=range(len(SECRET)))
def test_an_address_is_shown_without_what_is_secret_in_it(address, seen):
    assert web.shown(address) == seen and "secret" not in web.shown(address) + web.host(address)


@pytest.mark.parametrize("status", [200, 302, 404])
@pytest.mark.parametrize("place", ["user:secret@127", "127"])
def test_no_refusal_shows_a_password_or_a_key(serve, status, place):
    address = serve(lambda request: send(request, bytes(2 * MB), status=status, Location="file:///secret")).replace(
        "127", place, 1
    )
    with pytest.raises((ValueError, OSError)) as refused:
        small_file(f"{address}/dog.jpg?token=secret")
    assert "secret" not in str(refused.value) and "127.0.0.1" in str(refused.value) and "/dog.jpg?token=…" in str(refused.value)


@pytest.mark.parametrize(
    "target, words",
    [
        (DOG.as_uri(), "leads on to an address that begins with file:, and only http and https"),
        ("ftp://127.0.0.1/dog.jpg", "leads on to an address that begins with ftp:"),
        ("data:image/png;base64,AAAA", "leads on to an address that begins with data:"),
        ("S3://bucket/dog.jpg", "leads on to an address that begins with s3:"),
        ("/again", "leads in a circle, or over more than 30 other addresses"),
    ],
    ids=["to a file here", "to another kind of server", "to data", "to a bucket", "in a circle"],
)
def test_an_address_that_leads_nowhere_good_is_not_followed(serve, target, words):
    plain_sentence(words, small_file, serve(lambda request: send(request, b"", status=302, Location=target)))


@pytest.mark.parametrize("address", [DOG.as_uri(), "ftp://127.0.0.1/dog.jpg", "s3://bucket/dog.jpg", "://x"])
def test_only_web_addresses_are_opened(address):
    plain_sentence([address, "only http:// and https:// addresses are opened: give one"], small_file, address)


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
