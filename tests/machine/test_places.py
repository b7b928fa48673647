"""Paths that people give: each way to write one."""

import os
import pathlib
import unicodedata

import pytest
from refused import plain_sentence

from helpers.machine import places

WANTED = "the name of a folder"


@pytest.mark.parametrize(
    "value", [None, 5, "", "a\0b", b"photos", ["photos"], "n" * 3000 + "\0"], ids=lambda value: repr(value)[:20]
)
def test_what_is_no_path_is_refused(value):
    assert len(plain_sentence(["out was ", "wanted is the name of a folder."], places.given, "out", value, WANTED)) < 300


def test_a_path_stays_what_it_is_and_the_wave_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert (
        places.given("path", "a/b.png", WANTED)
        == places.given("path", pathlib.Path("a/b.png"), WANTED)
        == pathlib.Path("a/b.png")
    )
    assert (
        places.given("path", "~/a.png", WANTED) == places.given("path", pathlib.Path("~/a.png"), WANTED) == tmp_path / "a.png"
    )
    assert places.given("path", "~nobody-of-this-name/a", WANTED) == pathlib.Path("~nobody-of-this-name/a")


@pytest.mark.parametrize("written, asked", [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC")])
def test_two_spellings_of_one_name_find_the_same_file(written, asked, tmp_path):
    file = tmp_path / unicodedata.normalize(written, "caf\u00e9.png")
    file.write_bytes(b"here")
    found = places.given("path", os.fspath(tmp_path / unicodedata.normalize(asked, "caf\u00e9.png")), WANTED)
    assert found.read_bytes() == b"here"


@pytest.mark.parametrize(
    "text, address",
    [
        ("https://example.org/a.png", True),
        ("HTTP://example.org", True),
        ("s3://bucket/a", True),
        ("file:///a.png", True),
        ("C://photos/a.png", False),
        ("c://", False),
        ("photos/a.png", False),
        ("a b://c", False),
        ("", False),
        (None, False),
    ],
)
def test_a_drive_is_no_address(text, address):
    assert places.is_address(text) is address
