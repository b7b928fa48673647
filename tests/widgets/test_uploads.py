"""Files from an upload button: of both generations of ipywidgets, whatever they hold and are called."""

import importlib.util
import sys

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
    assert pictures["p.jpg"].shape == (60, 20, 3) and not problems


def test_transparent_parts_come_on_white():
    pictures, _ = uploads.read([("p.png", encoded(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG"))])
    assert (pictures["p.png"] == 255).all()


def test_a_text_file_gets_a_sentence_and_the_others_are_read():
    pictures, (sentence,) = uploads.read([("letter.txt", b"Dear network,\n"), ("dog.jpg", DOG)])
    assert list(pictures) == ["dog.jpg"]
    assert sentence.startswith("letter.txt is not a picture") and sentence.endswith(".")


def test_30_megabytes_are_read():
    noise = np.random.default_rng(0).integers(0, 256, (3200, 3200, 3), dtype="uint8")
    content = encoded(Image.fromarray(noise), "PNG", compress_level=0)
    assert len(content) > 30_000_000
    assert uploads.read([("large.png", content)])[0]["large.png"].shape == noise.shape


def test_the_same_file_twice_is_one_picture_and_another_of_its_name_gets_a_number():
    pictures, _ = uploads.read([("dog.jpg", DOG), ("dog.jpg", DOG)])
    assert list(pictures) == ["dog.jpg"]
    other = (DATA / "images" / "cat.jpg").read_bytes()
    more, _ = uploads.read([("dog.jpg", other), ("dog.jpg", DOG)], known=pictures)
    assert list(more) == ["dog.jpg (2)", "dog.jpg"]


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
    assert content[4:12] in files.HEIC
    pictures, problems = uploads.read([("IMG_1.HEIC", content)])
    assert not problems and pictures["IMG_1.HEIC"].shape == (600, 800, 3)
    assert abs(pictures["IMG_1.HEIC"].astype(int) - images.load(DOG)).mean() < 8
    assert uploads.read([("cut.HEIC", content[:2000])])[1] == [
        "cut.HEIC is damaged or cut off, so it cannot be read: copy or download it again."
    ]


def test_reading_a_jpeg_does_not_wake_the_reader_of_heic():
    sys.modules.pop("pillow_heif", None)
    images.load(DOG)
    assert "pillow_heif" not in sys.modules
