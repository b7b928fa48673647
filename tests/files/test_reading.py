"""From a file to pixels: every kind of picture, and every way in which a file is none."""

import concurrent.futures
import gzip
import io
import os
import pathlib
import struct
import unicodedata
import zlib

import made_pictures
import numpy as np
import pytest
from checkout import DATA
from made_pictures import encoded, same_pixels
from PIL import Image, ImageFile
from refused import plain_sentence
from servers import send

from helpers import files
from helpers.files import reading

DOG = DATA / "images" / "dog.jpg"


def on_white(colours, alpha):
    """The formula for something half transparent on white paper, in plain arithmetic."""
    alpha = alpha[..., np.newaxis] / 255
    return np.round(colours * alpha + 255 * (1 - alpha)).astype("uint8")


# --- Where a picture may come from ---


@pytest.mark.parametrize(
    "source",
    [
        "dog.jpg",
        str(DOG),
        DOG,
        DOG.read_bytes(),
        bytearray(DOG.read_bytes()),
        memoryview(DOG.read_bytes()),
        io.BytesIO(DOG.read_bytes()),
    ],
    ids=lambda source: type(source).__name__,
)
def test_a_picture_is_read_from(source):
    same_pixels(files.load(source), np.array(Image.open(DOG).convert("RGB")))


def test_a_picture_is_read_from_an_open_file(picture, tmp_path):
    (tmp_path / "a.png").write_bytes(encoded(picture, "PNG"))
    with open(tmp_path / "a.png", "rb") as file:
        same_pixels(files.load(file), picture)


def test_a_file_here_comes_before_one_of_the_course_with_the_same_name(picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dog.jpg").write_bytes(encoded(picture, "PNG"))
    same_pixels(files.load("dog.jpg"), picture)


# --- Kinds of picture ---


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_formats_come_back_pixel_for_pixel(picture, format):
    same_pixels(files.load(encoded(picture, format)), picture)


def test_webp_and_jpeg(picture):
    same_pixels(files.load(encoded(picture, "WEBP", lossless=True)), picture)
    smooth = np.array(Image.fromarray(picture).resize((320, 256), Image.Resampling.BICUBIC))
    same_pixels(files.load(encoded(smooth, "JPEG", quality=100, subsampling=0)), smooth, within=8)


def test_cmyk_becomes_the_same_colours(picture):
    cmyk = Image.fromarray(picture).convert("CMYK")
    same_pixels(files.load(encoded(cmyk, "TIFF")), picture)
    same_pixels(files.load(encoded(cmyk, "JPEG", quality=100)), picture, within=8)


def test_a_palette_becomes_its_colours(picture):
    image = Image.fromarray(picture).quantize(16)
    colours = np.array(image.getpalette(), "uint8").reshape(-1, 3)
    expected = colours[np.array(image)]
    same_pixels(files.load(encoded(image, "PNG")), expected)
    expected[np.array(image) == 3] = 255
    same_pixels(files.load(encoded(image, "PNG", transparency=3)), expected)
    same_pixels(files.load(encoded(image, "GIF", transparency=3)), expected)


def test_half_transparent_colours_are_laid_on_white(picture):
    alpha = np.random.default_rng(1).integers(0, 256, picture.shape[:2], dtype="uint8")
    alpha[:8], alpha[8:16] = 0, 255
    same_pixels(files.load(encoded(np.dstack([picture, alpha]), "PNG")), on_white(picture, alpha), within=1)
    assert (files.load(encoded(np.dstack([picture, alpha]), "PNG"))[:8] == 255).all()


def test_half_transparent_grey_is_laid_on_white(picture):
    grey, alpha = picture[..., 0], picture[..., 1]
    image = Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)])
    same_pixels(files.load(encoded(image, "PNG")), on_white(np.dstack([grey] * 3), alpha), within=1)


def test_grey_becomes_three_equal_channels(picture):
    grey = picture[..., 0]
    same_pixels(files.load(encoded(grey, "PNG")), np.dstack([grey] * 3))
    same_pixels(files.load(encoded(grey, "JPEG", quality=100)), np.dstack([grey] * 3), within=6)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_of_16_bits_the_upper_8_are_kept(format):
    grey = np.arange(65536, dtype="uint16").reshape(256, 256)
    same_pixels(files.load(encoded(grey, format)), np.dstack([(grey // 256).astype("uint8")] * 3))


def test_16_bits_with_the_other_byte_first():
    grey = np.arange(0, 65536, 16, dtype=">u2").reshape(64, 64)
    image = Image.frombytes("I;16B", (64, 64), grey.tobytes())
    same_pixels(files.load(encoded(image, "TIFF")), np.dstack([(grey // 256).astype("uint8")] * 3))


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "PPM"])
def test_one_bit_becomes_black_and_white(picture, format):
    white = picture[..., 0] > 127
    same_pixels(files.load(encoded(Image.fromarray(white), format)), np.dstack([white * np.uint8(255)] * 3))


@pytest.mark.parametrize("format, options", [("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("TIFF", {})])
def test_of_an_animation_comes_the_first_frame(format, options):
    red, green, blue = (Image.new("RGB", (12, 9), colour) for colour in [(255, 0, 0), (0, 255, 0), (0, 0, 255)])
    content = encoded(red, format, save_all=True, append_images=[green, blue], **options)
    assert Image.open(io.BytesIO(content)).n_frames == 3
    same_pixels(files.load(content), np.array(red))


# What Exif says of the stored picture's (first row, first column): where in the upright picture they are.
ORIENTATIONS = {
    1: ("top", "left"), 2: ("top", "right"), 3: ("bottom", "right"), 4: ("bottom", "left"),
    5: ("left", "top"), 6: ("right", "top"), 7: ("right", "bottom"), 8: ("left", "bottom"),
}  # fmt: skip


def as_stored(upright, orientation):
    """The pixels as a camera held that way writes them, from the words of the Exif standard alone."""
    first_row, first_column = ORIENTATIONS[orientation]
    stored = upright if first_row in ("top", "bottom") else upright.swapaxes(0, 1)
    stored = stored[::-1] if first_row in ("bottom", "right") else stored
    stored = stored[:, ::-1] if first_column in ("bottom", "right") else stored
    return np.ascontiguousarray(stored)


@pytest.mark.parametrize(
    "format, options, within", [("PNG", {}, 0), ("TIFF", {}, 0), ("WEBP", {"lossless": True}, 0), ("JPEG", {}, 8)]
)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_photo_taken_sideways_comes_upright(picture, orientation, format, options, within):
    options = options or {"quality": 100, "subsampling": 0} if format == "JPEG" else options
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(as_stored(picture, orientation), format, exif=exif, **options)
    same_pixels(files.load(content), picture, within)


# --- Files that are not pictures ---


@pytest.mark.parametrize(
    "name, words",
    [
        ("dgo.jpg", ["There is no file dgo.jpg here or in data/images", "did you mean dog.jpg"]),
        ("Dog.JPG ", ["There is no file Dog.JPG ", "did you mean dog.jpg"]),
        ("0123456789", ["There is no file 0123456789 here or in data/images: check the name and the folder."]),
    ],
)
def test_a_missing_file_is_answered_with_the_near_names_of_the_course(name, words):
    plain_sentence(words, files.load, name)
    with pytest.raises(FileNotFoundError):
        files.load(name)


def test_a_missing_file_in_a_folder_is_answered_with_the_near_names_there(tmp_path):
    (tmp_path / "holiday.png").write_bytes(b"")
    plain_sentence([f"in {tmp_path}", "did you mean holiday.png?"], files.load, tmp_path / "hollidays.png")
    nowhere = tmp_path / "nowhere"
    plain_sentence(f"There is no file cat.jpg in {nowhere}, nor is there that folder", files.load, nowhere / "cat.jpg")


@pytest.mark.parametrize("folder", [DATA / "images", str(DATA / "images")], ids=["path", "text"])
def test_a_folder_is_refused(folder):
    plain_sentence("is a folder: give the path of one picture in it", files.load, folder)
    with pytest.raises(IsADirectoryError):
        files.load(folder)


def test_a_name_too_long_for_any_file_is_refused():
    plain_sentence("cannot be read (file name too long)", files.load, "A" * 5000)


HTML = b"<!DOCTYPE html>\n<html><body>Not found</body></html>"


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "is empty (0 bytes)"),
        (b"This is a letter, not a picture.\n", "not a picture that can be read: it holds text"),
        (HTML, "not a picture that can be read: it is a web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a picture that can be read: it is a drawing (SVG)"),
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            "not a picture that can be read: it is a PostScript drawing (EPS)",
        ),
        (bytes(range(256)), "not a picture that can be read: use one of JPEG, PNG"),
        (DOG.read_bytes()[:20_000], "is damaged or cut off"),
        (DOG.read_bytes()[:3], "is damaged or cut off"),
    ],
    ids=["empty", "text", "html", "svg", "eps", "noise", "half a jpeg", "three bytes"],
)
def test_a_file_that_is_no_picture_is_refused_and_named(content, words, tmp_path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(content)
    assert plain_sentence(words, files.load, file).startswith("photo.jpg")


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_gives_a_picture_or_a_plain_sentence(picture, seed):
    random = np.random.default_rng(seed)
    for content in [encoded(picture, format) for format in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM")]:
        damaged = bytearray(content[: random.integers(1, len(content) + 1)])
        for place in random.integers(0, min(60, len(damaged)), 4):
            damaged[place] = random.integers(0, 256)
        try:
            assert files.load(bytes(damaged)).shape[2] == 3
        except ValueError as problem:
            plain_sentence(str(problem), files.load, bytes(damaged))
            assert str(problem).startswith("This data ")


@pytest.mark.parametrize("source", [None, 5, ["dog.jpg"], {"a": 1}])
def test_what_is_no_source_is_refused(source):
    words = f"comes from a path, an address, bytes or an open file, not from a {type(source).__name__}:"
    plain_sentence(words, files.load, source)


def test_a_picture_of_another_library_is_refused_with_the_line_that_makes_it_one_of_the_course():
    words = 'not from a PIL picture: give the next step np.array(picture.convert("RGB")), which needs no loading.'
    plain_sentence(words, files.load, Image.new("L", (4, 4)))
    plain_sentence(
        "not from a ndarray: it is a picture already, and needs no loading.", files.load, np.zeros((4, 4, 3), "uint8")
    )
    plain_sentence("np.dstack([grey] * 3), which needs no loading.", files.load, np.zeros((4, 4), "uint8"))


def test_a_file_opened_as_text_closed_or_for_writing_is_refused(tmp_path):
    words = 'This file gives no bytes (it is closed, or open as text or for writing): open it with mode "rb"'
    with open(DOG) as as_text, open(__file__, encoding="utf-8") as real_text, open(tmp_path / "new.jpg", "wb") as to_write:
        for file in (as_text, real_text, io.StringIO("text"), to_write):
            plain_sentence(words, files.load, file)
    plain_sentence(words, files.load, to_write)  # closed by now


def black_and_white_png(width, height):
    """A whole PNG file with one bit a pixel, all black, written without Pillow: 12 000 x 9 000 take 14 kB."""

    def part(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


@pytest.mark.parametrize("width, height", [(12_000, 9_000), (20_000, 20_000), (50_001, 1_000)])
def test_too_many_pixels_are_refused_before_any_is_decoded(width, height, monkeypatch):
    def decode(*_):
        pytest.fail("the pixels were decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    monkeypatch.setattr(Image.Image, "load", decode)
    plain_sentence("This data has more than 50 million pixels", files.load, black_and_white_png(width, height))


def test_the_handwritten_png_is_sound_and_so_is_one_at_the_limit():
    same_pixels(files.load(black_and_white_png(10, 10), most_pixels=100), np.zeros((10, 10, 3)))
    same_pixels(files.load(black_and_white_png(101, 1)), np.zeros((1, 101, 3)))
    words = "This data has more than 0.0001 million pixels"
    plain_sentence(words, files.load, black_and_white_png(101, 1), most_pixels=100)
    plain_sentence(words, files.opened, black_and_white_png(101, 1), most_pixels=100)


# --- Addresses: how long one may take, and how much it may send, is tested in machine/test_web.py ---


def test_a_picture_at_an_address(serve, picture):
    address = serve(lambda request: send(request, encoded(picture, "PNG")))
    same_pixels(files.load(f"{address}/photo.png"), picture)


def test_a_web_page_at_an_address_is_named_as_one(serve):
    address = serve(lambda request: send(request, HTML)) + "/photo.jpg"
    plain_sentence(f"{address} is not a picture that can be read: it is a web page", files.load, address)


def test_an_address_is_asked_with_the_limits_of_a_picture(monkeypatch, picture):
    asked = []
    monkeypatch.setattr(reading.web, "small_file", lambda *given: asked.append(given) or encoded(picture, "PNG"))
    same_pixels(files.load("https://example.org/a.png"), picture)
    assert asked == [("https://example.org/a.png", 50 * 2**20, 8)]


def test_an_address_that_sends_a_bomb(serve):
    packed = gzip.compress(bytes(51 * 2**20), 1)
    address = serve(lambda request: send(request, packed, Content_Encoding="gzip"))
    plain_sentence("sends more than 50 MB", files.load, address)


@pytest.mark.slow
def test_an_address_that_never_answers_is_given_up_after_8_seconds(serve):
    plain_sentence("did not answer completely within 8 seconds", files.load, serve(lambda request: request.over.wait(60)))


# --- Every way to write where a picture is ---


@pytest.mark.parametrize("written", ["~/café.png", "~/cafe\u0301.png"])
@pytest.mark.parametrize("there", ["NFC", "NFD"])
def test_the_home_folder_and_either_spelling_of_a_name_are_found(written, there, picture, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / unicodedata.normalize(there, "café.png")).write_bytes(encoded(picture, "PNG"))
    same_pixels(files.load(written), picture)
    same_pixels(files.load(pathlib.Path(written)), picture)


@pytest.mark.parametrize(
    "source, words",
    [
        ("C://photos/dog.jpg", "There is no file dog.jpg in C:"),
        (
            "ftp://example.org/dog.jpg",
            "begins with ftp:, and only http:// and https:// addresses are opened: give one, or a path.",
        ),
        ("file:///dog.jpg", "begins with file:, and only http:// and https:// addresses are opened"),
        ("data:image/png;base64," + "A" * 3000, 'give images.load(base64.b64decode(address.split(",")[1])) instead'),
        ("DATA:image/png;base64,AAAA", "This is a data address, which holds the picture itself"),
        ("", "The picture was '': wanted is a path, an address, bytes or an open file."),
        ("a\0b.jpg", "wanted is a path, an address, bytes or an open file."),
        (os.devnull, f"{os.devnull} is no ordinary file (a device, or a pipe): give the path of a picture."),
        ("A" * 5000 + ".jpg", "cannot be read (file name too long)"),
        ("two\nlines.jpg", "There is no file two\\nlines.jpg here or in data/images"),
        ("\x1b[31mred.jpg", "There is no file \\x1b[31mred.jpg here"),
        ("gpj.\u202egod", "There is no file gpj.\\u202egod here"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_what_leads_nowhere_is_said_in_a_short_sentence(source, words):
    said = plain_sentence(words, files.load, source)
    assert len(said) < 700 and all(sign.isprintable() for sign in said)


def test_the_line_for_a_data_address_does_what_it_says(picture):
    import base64

    address = "data:image/png;base64," + base64.b64encode(encoded(picture, "PNG")).decode()
    same_pixels(files.load(base64.b64decode(address.split(",")[1])), picture)


def test_a_file_object_whose_name_is_a_number_or_that_is_at_its_end(picture, tmp_path):
    (tmp_path / "a.png").write_bytes(encoded(picture, "PNG"))
    with open(os.open(tmp_path / "a.png", os.O_RDONLY), "rb") as file:
        same_pixels(files.load(file), picture)
        plain_sentence("is empty (0 bytes): copy or download the picture again, or open the file again.", files.load, file)


def test_many_threads_read_tiffs_and_standard_error_is_left_as_it_was(capfd):
    content = encoded(made_pictures.noise(60, 80), "TIFF", compression="tiff_adobe_deflate")
    broken = content[:200] + bytes(400) + content[600:]

    def attempt(_):
        with pytest.raises(ValueError, match="damaged"):
            files.load(broken)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(64)))
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"
