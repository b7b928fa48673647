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


NFC, NFD = (unicodedata.normalize(form, "caf\u00e9 \u00fc") for form in ("NFC", "NFD"))
MIXED = NFC[:4] + NFD[5:]


@pytest.mark.parametrize(
    "there, asked, found",
    [
        ([NFD, NFC], [NFC, NFD], [NFD, NFC]),
        ([NFC, NFD], [NFD, NFD], [NFC, NFD]),
        ([MIXED], [NFC], [MIXED]),
        ([MIXED], [NFD], [MIXED]),
        ([NFC, "a"], [NFD, "b"], [NFC, "b"]),  # still to be written
        ([NFD], [NFC, NFC], [NFD, NFC]),
        ([NFD], ["..", "home", NFC], ["..", "home", NFD]),
        (["a"], ["a", NFD], ["a", NFD]),
        ([NFC[:3]], [NFC], [NFC]),
        (["\u212b"], ["\u00c5"], ["\u212b"]),  # the unit and the letter
    ],
    ids=ascii,
)
def test_each_part_of_a_path_is_found_in_the_spelling_that_it_has_there(there, asked, found, tmp_path):
    home = tmp_path / "home"
    home.joinpath(*there).mkdir(parents=True)
    assert os.fspath(places.given("path", home.joinpath(*asked), WANTED)) == os.fspath(home.joinpath(*found))


def test_a_part_below_a_file_or_below_nothing_stays_as_it_was_written(tmp_path):
    (tmp_path / "a.txt").touch()
    for name in ("a.txt", "nothing"):
        assert os.fspath(places.given("path", tmp_path / name / NFC, WANTED)) == os.fspath(tmp_path / name / NFC)


def test_where_both_spellings_are_there_each_is_itself(tmp_path):
    (tmp_path / NFC).touch(), (tmp_path / NFD).touch()
    if len(os.listdir(tmp_path)) < 2:
        pytest.skip("this disk has one spelling")
    assert [places.given("path", tmp_path / name, WANTED).name for name in (NFC, NFD)] == [NFC, NFD]


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
