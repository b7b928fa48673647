"""Files from an upload button: of both generations of ipywidgets, whatever they hold and are called."""

import importlib.util
import sys
from unittest.mock import ANY

import numpy as np
import pytest
from checkout import DATA
from PIL import Image
from uploading import DOG, PHONE, encoded, in_7, in_8

from helpers import files, images
from helpers.widgets import uploads


@pytest.mark.parametrize("shape", [in_7, in_8])
@pytest.mark.parametrize("named", [[], [("dog.jpg", DOG)], [("b.jpg", b"1"), ("a.jpg", b"2")]], ids=["none", "one", "two"])
def test_both_generations_give_the_same_list(shape, named):
    found = uploads.files(shape(*named))
    assert found == named and all(type(content) is bytes for _, content in found)


def test_the_shape_of_the_installed_generation_is_one_of_the_two():
    ipywidgets = pytest.importorskip("ipywidgets")
    assert uploads.files(ipywidgets.FileUpload(multiple=True).value) == []


def test_what_is_no_upload_is_refused():
    with pytest.raises(TypeError, match="FileUpload"):
        uploads.files("dog.jpg")


def test_a_photo_that_the_camera_says_is_turned_comes_upright():
    turned = Image.Exif()
    turned[0x0112] = 6  # turn it by a quarter to see it upright
    wide = Image.new("RGB", (60, 20), "red")
    pictures, problems = uploads.read([("p.jpg", encoded(wide, "JPEG", exif=turned))])
    assert images.load(pictures["p.jpg"]).shape == (60, 20, 3) and not problems


def test_transparent_parts_come_on_white():
    pictures, _ = uploads.read([("p.png", encoded(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG"))])
    assert (images.load(pictures["p.png"]) == 255).all()


def test_a_text_file_gets_a_sentence_and_the_others_are_read():
    pictures, (sentence,) = uploads.read([("letter.txt", b"Dear network,\n"), ("dog.jpg", DOG)])
    assert list(pictures) == ["dog.jpg"]
    assert sentence.startswith("letter.txt is not a picture") and sentence.endswith(".")


def test_30_megabytes_are_read():
    noise = np.random.default_rng(0).integers(0, 256, (3200, 3200, 3), dtype="uint8")
    content = encoded(Image.fromarray(noise), "PNG", compress_level=0)
    assert len(content) > 30_000_000
    assert uploads.read([("large.png", content)]) == ({"large.png": content}, [])


def test_the_same_file_twice_is_one_picture_and_another_of_its_name_gets_a_number():
    pictures, _ = uploads.read([("dog.jpg", DOG), ("dog.jpg", DOG)])
    assert list(pictures) == ["dog.jpg"]
    other = (DATA / "images" / "cat.jpg").read_bytes()
    more, _ = uploads.read([("dog.jpg", other), ("dog.jpg", DOG)], known=pictures)
    assert list(more) == ["dog.jpg (2)", "dog.jpg"]


LONG = "n" * 10_000 + ".jpg"
ODD = {  # a name -> how it is shown
    "<b>bold</b>.jpg": "<b>bold</b>.jpg",
    "a\nb\tc.jpg": "a\\nb\\tc.jpg",
    "\x1b[31mred.jpg": "\\x1b[31mred.jpg",
    "half\udcff.jpg": "half\\udcff.jpg",
    "turned\u202egpj.exe": "turned\\u202egpj.exe",
    "": "photo",
    "\\1\\g<0>.jpg": "\\1\\g<0>.jpg",
    "caf\u00e9 \U0001f600.jpg": "caf\u00e9 \U0001f600.jpg",
    LONG: f"{'n' * 29}…{LONG[-29:]}",
}


@pytest.mark.parametrize("name, shown", ODD.items(), ids=[ascii(name)[:20] for name in ODD])
def test_a_name_of_any_kind_comes_as_it_can_be_shown_with_its_picture_or_its_sentence(name, shown):
    assert uploads.read([(name, DOG), (name, b"text\n")]) == ({shown: DOG}, [ANY])
    _, (sentence,) = uploads.read([(name, b"text\n")])
    assert sentence.startswith(f"{shown} is not a picture") and sentence.isprintable() and len(sentence) < 250
    sentence.encode()


BAD = {
    "nothing in it": (b"", "it.jpg is empty (0 bytes)"),
    "text": (b"Dear network,\n", "it.jpg is not a picture"),
    "cut off": (DOG[:9000], "it.jpg is damaged or cut off"),
    "too many pixels": (encoded(Image.new("1", (9000, 9000)), "PNG"), "it.jpg has "),
    "a web page": (b"<!doctype html><html></html>", "it.jpg is not a picture"),
}


@pytest.mark.parametrize("content, words", BAD.values(), ids=BAD)
def test_what_cannot_be_read_gets_a_sentence_and_the_good_ones_stay(content, words):
    cat = (DATA / "images" / "cat.jpg").read_bytes()
    pictures, (sentence,) = uploads.read([("dog.jpg", DOG), ("it.jpg", content), ("cat.jpg", cat)])
    assert pictures == {"dog.jpg": DOG, "cat.jpg": cat}
    assert sentence.startswith(words) and sentence.endswith(".") and "This data" not in sentence


def test_too_little_memory_is_a_sentence_and_the_good_ones_stay(monkeypatch):
    whole = files.opened
    monkeypatch.setattr(files, "opened", lambda source, **how: whole(source) if len(source) == len(DOG) else [0] * 2**60)
    pictures, (sentence,) = uploads.read([("dog.jpg", DOG), ("huge.png", DOG + b" ")])
    assert pictures == {"dog.jpg": DOG} and sentence.startswith("huge.png needs more memory than there is")


@pytest.mark.parametrize(
    "own, new, left, said",
    [
        ("", "ab", "ab", ""),
        ("ab", "c", "bc", "Kept are your last 2 photos, since all together may have 0 MB; gone, the oldest first: a."),
        ("abc", "a", "ca", "Kept are your last 2 photos, since all together may have 0 MB; gone, the oldest first: b."),
        ("ab", "", "ab", ""),
        ("ab", "b", "ab", ""),
        ("", "abcdef", "ef", "gone, the oldest first: a, b, c and 1 more."),
        ("a", "X", "X", "Kept is your last photo, since all together may have 0 MB; gone, the oldest first: a."),
        ("", "X", "X", ""),
    ],
)
def test_the_oldest_go_where_all_would_be_too_much_and_a_sentence_says_which(own, new, left, said, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_KEPT", 20)
    there = {name: b"0123456789" for name in own}
    sentences = uploads.keep(there, {name: b"0123456789" * (5 if name == "X" else 1) for name in new})
    assert "".join(there) == left and (said in sentences[0] if said else not sentences)


def test_an_emptied_button_keeps_no_copy_in_either_generation():
    traitlets = pytest.importorskip("traitlets")

    class Seven(traitlets.HasTraits):  # as FileUpload has them in ipywidgets 7.7.1
        value, data, metadata = traitlets.Dict(read_only=True), traitlets.List(traitlets.Bytes()), traitlets.List()

    class Eight(traitlets.HasTraits):
        value = traitlets.Tuple()

    seven, eight = Seven(data=[DOG], metadata=[{"name": "dog.jpg"}]), Eight(value=in_8(("dog.jpg", DOG)))
    seven.set_trait("value", in_7(("dog.jpg", DOG)))
    uploads.clear(seven), uploads.clear(eight)
    assert (seven.value, seven.data, seven.metadata, eight.value) == ({}, [], [], ())


def test_no_file_is_no_picture_and_no_problem():
    assert uploads.read([]) == ({}, [])


def test_a_phones_photo_gets_a_sentence_that_says_how_where_its_reader_is_missing(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "pillow_heif" else find(name, *rest))
    _, (sentence,) = uploads.read([("IMG_1.HEIC", PHONE)])
    assert "HEIC" in sentence and "JPEG" in sentence and "pip install pillow-heif" in sentence


def test_a_phones_photo_is_read_where_its_reader_is_installed():
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed: pip install pillow-heif")
    heif.register_heif_opener()
    content = encoded(Image.fromarray(images.load(DOG)), "HEIF", quality=90)
    assert content[4:8] == b"ftyp"
    pictures, problems = uploads.read([("IMG_1.HEIC", content)])
    assert not problems and pictures == {"IMG_1.HEIC": content}
    assert abs(images.load(content).astype(int) - images.load(DOG)).mean() < 8
    assert uploads.read([("cut.HEIC", content[:2000])])[1] == [
        "cut.HEIC is damaged or cut off, so it cannot be read: copy or download it again."
    ]


def test_reading_a_jpeg_does_not_wake_the_reader_of_heic():
    sys.modules.pop("pillow_heif", None)
    images.load(DOG)
    assert "pillow_heif" not in sys.modules
