"""One large file from a server that misbehaves: it arrives whole and checked, or a plain message says why not."""

import random

import misbehaving
import pytest
from large_file import CONTENT, FLIPPED, MD5, PAGE, SIZE, beside, fetch, is_right, kept, message, part_of
from misbehaving import Answer

from helpers.weights import download

# ---- Cut connections


def test_cut_at_fifty_random_places_it_arrives_whole_and_little_is_sent_twice(site, goal, number):
    places = sorted(random.Random(1).sample(range(1, SIZE), 50))
    site.cuts = [b - a for a, b in zip([0, *places], places)]
    fetch(site, goal)
    assert is_right(goal) and beside(goal) == ["official.h5"]
    assert site.cuts == [] and site.gets >= 51
    number(f"50 cuts: {site.wire / SIZE:.3f} times the size crossed the wire, in {site.gets} connections")
    assert SIZE <= site.wire <= 1.1 * SIZE


def test_a_cut_secure_connection_goes_on_too(goal, certificate, monkeypatch):
    monkeypatch.setattr(download, "PAUSE", 0.01)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with misbehaving.server(CONTENT, tls=certificate) as site:
        site.cuts = [800_001, 1, 0, 1_900_000]
        fetch(site, goal)
        assert is_right(goal) and site.wire < 1.1 * SIZE


def test_a_later_process_goes_on_where_the_first_stopped(site, goal):
    site.behave = lambda n, first: site.good(first, cut=7_500_000) if n == 0 else Answer(404)
    message("has no such file (404)", site, goal)
    part = kept(goal)
    assert 7_400_000 < part <= 7_500_000
    site.behave = lambda n, first: site.good(first)
    fetch(site, goal)
    assert is_right(goal) and site.requests[-1] == ("GET", "/official.h5", part) and site.wire < 1.02 * SIZE


def test_a_whole_part_is_only_checked_and_moved(site, goal):
    goal.parent.mkdir()
    part_of(goal).write_bytes(CONTENT)
    fetch(site, goal)
    assert is_right(goal) and site.wire == 0


@pytest.mark.parametrize("left", [FLIPPED[:5_000_000], FLIPPED + b"more", PAGE], ids=["flipped", "longer", "page"])
def test_a_part_of_another_file_is_given_up(left, site, goal):
    goal.parent.mkdir()
    part_of(goal).write_bytes(left)
    fetch(site, goal)
    assert is_right(goal) and beside(goal) == ["official.h5"]


# ---- Wrong answers

RIGHT = {
    "too short by its own account, once": lambda site, n, first: site.good(first, length=SIZE) if n else site.good(cut=999),
    "always ends early": lambda site, n, first: site.good(first, cut=1_300_000),
    "500 three times": lambda site, n, first: site.good(first) if n > 2 else Answer(500, PAGE),
    "503 and 429": lambda site, n, first: site.good(first) if n > 1 else Answer(503 if n else 429),
    "redirect": lambda site, n, first: site.good(first) if n else Answer(302, headers={"Location": "/elsewhere"}),
    "no Content-Length": lambda site, n, first: site.good(first, length=-1),
    "no Content-Length, cut": lambda site, n, first: site.good(first, length=-1, cut=None if n else 1_700_000),
    "no Range, cut twice": lambda site, n, first: site.good(cut=None if n > 1 else (n + 1) * 2_200_000),
    "206 from the start": lambda site, n, first: (
        Answer(206, CONTENT, {"Content-Range": f"bytes 0-{SIZE - 1}/{SIZE}"}) if n else site.good(cut=2_200_000)
    ),
    "a stall": lambda site, n, first: site.good(first, stall=None if n else 2_000_000),
    "a stall before the first byte": lambda site, n, first: site.good(first, stall=None if n else 0),
}


@pytest.mark.parametrize("behave", RIGHT.values(), ids=RIGHT)
def test_the_right_file_in_spite_of(behave, site, goal, monkeypatch):
    monkeypatch.setattr(download, "STALL", 1)
    site.behave = lambda n, first: behave(site, n, first)
    fetch(site, goal)
    assert is_right(goal) and beside(goal) == ["official.h5"] and not site.outlasted


CHECKSUM, BREAKS = (
    "is not the official official.h5 (another checksum)",
    "The connection to 127.0.0.1 breaks off again and again",
)
LATER = "Try again later: what has come is kept."
REFUSED = {
    "a flipped byte": (lambda site, n, first: Answer(200, FLIPPED), CHECKSUM),
    "too short": (lambda site, n, first: short(first), CHECKSUM),
    "too short, no Range": (lambda site, n, first: Answer(200, CONTENT[:-9]), CHECKSUM),
    "too long": (lambda site, n, first: Answer(200, CONTENT + b"more"), CHECKSUM),
    "too long, no Content-Length": (lambda site, n, first: Answer(200, CONTENT * 3, length=-1), CHECKSUM),
    "a page": (
        lambda site, n, first: Answer(200, PAGE, {"Content-Type": "text/html; charset=utf-8"}),
        "127.0.0.1 sent a web page instead of the file",
    ),
    "a page that calls itself data": (lambda site, n, first: Answer(200, PAGE), CHECKSUM),
    "nothing": (lambda site, n, first: Answer(200, b""), CHECKSUM),
    "401": (lambda site, n, first: Answer(401, PAGE), "127.0.0.1 answered 401 instead of the file"),
    "403": (lambda site, n, first: Answer(403, PAGE), ["127.0.0.1 refuses the file (403)", "WEIGHTS_MIRROR"]),
    "404": (lambda site, n, first: Answer(404, PAGE), "127.0.0.1 has no such file (404)"),
    "407": (lambda site, n, first: Answer(407, PAGE), ["The proxy wants a name and a password (407)", "HTTPS_PROXY"]),
    "500 for ever": (lambda site, n, first: Answer(500), ["127.0.0.1 has trouble of its own (500)", LATER]),
    "a redirect in a circle": (
        lambda site, n, first: Answer(302, headers={"Location": "/official.h5"}),
        "127.0.0.1 leads in a circle, or over more than 30 other addresses",
    ),
    **{
        f"a redirect to {target.split(':')[0]}": (
            lambda site, n, first, target=target: Answer(302, headers={"Location": target}),
            f"127.0.0.1 leads on to an address that begins with {target.split(':')[0].lower()}:, and only http and https are",
        )
        for target in ("file:///etc/passwd", "FTP://127.0.0.1/x", "data:text/plain,x", "s3://bucket/x", "javascript:x")
    },
    "416 of a whole file": (lambda site, n, first: Answer(416), "says that the file ends before its beginning (416)"),
    "no Range, always cut": (lambda site, n, first: site.good(cut=(2 - n % 2) * 2_200_000), [BREAKS, LATER]),
    "a stall for ever": (lambda site, n, first: site.good(first, stall=0), ["127.0.0.1 stopped answering", LATER]),
    "rubbish": (lambda site, n, first: Answer(200, b"x", {"Content-Length": "many"}, length=-1), BREAKS),
}


def short(first):
    content = CONTENT[:-1000]
    return Answer(416) if first and first >= len(content) else Answer(200, content)


@pytest.mark.parametrize("behave, words", REFUSED.values(), ids=REFUSED)
def test_a_plain_message_and_nothing_under_the_final_name(behave, words, site, goal, monkeypatch):
    monkeypatch.setattr(download, "STALL", 0.5)
    site.behave = lambda n, first: behave(site, n, first) if n < 50 else Answer(418)  # it must give up long before
    message(words, site, goal)
    assert site.gets < 50 and not site.outlasted
    site.behave = lambda n, first: site.good(first)  # and it can be tried again
    fetch(site, goal)
    assert is_right(goal) and beside(goal) == ["official.h5"]


def test_a_page_in_the_middle_does_not_cost_what_has_come(site, goal):
    site.behave = lambda n, first: Answer(200, PAGE, {"Content-Type": "text/html"}) if n else site.good(cut=7_500_000)
    message("sent a web page instead of the file", site, goal)
    assert kept(goal) > 7_400_000


def test_a_stall_is_given_up_in_less_than_a_minute():
    assert 5 <= download.STALL < 60


def test_the_checksum_decides_not_the_size_on_the_card(site, goal):
    for size in (SIZE - 1, SIZE + 1, None):
        fetch(site, goal, size=size)
        assert is_right(goal)
        goal.unlink()


def test_without_a_checksum_the_size_must_fit(site, goal):
    message("is not the official official.h5", site, goal, md5=None, size=SIZE + 1)
    fetch(site, goal, md5=None)
    assert is_right(goal)


def test_a_wrong_file_under_the_final_name_is_set_aside_and_fetched_again(site, goal, capsys):
    goal.parent.mkdir()
    goal.write_bytes(CONTENT[:1000])
    fetch(site, goal)
    assert is_right(goal) and goal.with_name("official.h5.wrong").read_bytes() == CONTENT[:1000]
    said = capsys.readouterr().out
    assert "official.h5.wrong" in said and "fetched again" in said


def test_a_right_file_asks_nobody(site, goal):
    goal.parent.mkdir()
    goal.write_bytes(CONTENT)
    fetch(site, goal)
    assert site.requests == []


def test_a_path_or_a_text_may_be_given_as_the_destination(site, goal):
    assert download.fetch(site.url, str(goal), MD5) == goal and is_right(goal)


def test_the_bar_shows_speed_and_time_left(site, goal, capfd):
    fetch(site, goal)
    bar = capfd.readouterr().err
    assert "official.h5" in bar and "10.0M" in bar and "B/s" in bar and "[00:00<00:00" in bar
