"""From a file to a batch: every kind of picture, and every way in which a file is none."""

import io
import pathlib
import struct
import subprocess
import sys
import time
import zlib

import numpy as np
import pytest
from conftest import DATA, ROOT, plain_sentence, send
from PIL import Image, ImageDraw, ImageFile, ImageOps

from helpers import images

DOG = DATA / "images" / "dog.jpg"


@pytest.fixture(scope="module")
def picture():
    """32 x 40 pixels in 80 flat squares of random colour: every turn and every mirror image of it differs."""
    squares = np.random.default_rng(0).integers(0, 256, (8, 10, 3), dtype="uint8")
    return np.kron(squares, np.ones((4, 4, 1), "uint8"))


def encoded(picture, format, **options):
    """A picture (an array, or an image of Pillow's) as the bytes of a file."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def check(array, expected, within=0):
    """Asserts what `load` promises, and that the pixels are the expected ones."""
    assert isinstance(array, np.ndarray) and array.dtype == np.uint8 and array.shape == expected.shape
    assert array.flags.writeable
    assert np.abs(array.astype(int) - expected.astype(int)).max() <= within


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
    check(images.load(source), np.array(Image.open(DOG).convert("RGB")))


def test_a_picture_is_read_from_an_open_file(picture, tmp_path):
    (tmp_path / "a.png").write_bytes(encoded(picture, "PNG"))
    with open(tmp_path / "a.png", "rb") as file:
        check(images.load(file), picture)


def test_a_file_here_comes_before_one_of_the_course_with_the_same_name(picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dog.jpg").write_bytes(encoded(picture, "PNG"))
    check(images.load("dog.jpg"), picture)


# --- Kinds of picture ---


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_formats_come_back_pixel_for_pixel(picture, format):
    check(images.load(encoded(picture, format)), picture)


def test_webp_and_jpeg(picture):
    check(images.load(encoded(picture, "WEBP", lossless=True)), picture)
    smooth = np.array(Image.fromarray(picture).resize((320, 256), Image.Resampling.BICUBIC))
    check(images.load(encoded(smooth, "JPEG", quality=100, subsampling=0)), smooth, within=8)


def test_cmyk_becomes_the_same_colours(picture):
    cmyk = Image.fromarray(picture).convert("CMYK")
    check(images.load(encoded(cmyk, "TIFF")), picture)
    check(images.load(encoded(cmyk, "JPEG", quality=100)), picture, within=8)


def test_a_palette_becomes_its_colours(picture):
    image = Image.fromarray(picture).quantize(16)
    colours = np.array(image.getpalette(), "uint8").reshape(-1, 3)
    expected = colours[np.array(image)]
    check(images.load(encoded(image, "PNG")), expected)
    expected[np.array(image) == 3] = 255
    check(images.load(encoded(image, "PNG", transparency=3)), expected)
    check(images.load(encoded(image, "GIF", transparency=3)), expected)


def test_half_transparent_colours_are_laid_on_white(picture):
    alpha = np.random.default_rng(1).integers(0, 256, picture.shape[:2], dtype="uint8")
    alpha[:8], alpha[8:16] = 0, 255
    check(images.load(encoded(np.dstack([picture, alpha]), "PNG")), on_white(picture, alpha), within=1)
    assert (images.load(encoded(np.dstack([picture, alpha]), "PNG"))[:8] == 255).all()


def test_half_transparent_grey_is_laid_on_white(picture):
    grey, alpha = picture[..., 0], picture[..., 1]
    image = Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)])
    check(images.load(encoded(image, "PNG")), on_white(np.dstack([grey] * 3), alpha), within=1)


def test_grey_becomes_three_equal_channels(picture):
    grey = picture[..., 0]
    check(images.load(encoded(grey, "PNG")), np.dstack([grey] * 3))
    check(images.load(encoded(grey, "JPEG", quality=100)), np.dstack([grey] * 3), within=6)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_of_16_bits_the_upper_8_are_kept(format):
    grey = np.arange(65536, dtype="uint16").reshape(256, 256)
    check(images.load(encoded(grey, format)), np.dstack([(grey // 256).astype("uint8")] * 3))


def test_16_bits_with_the_other_byte_first():
    grey = np.arange(0, 65536, 16, dtype=">u2").reshape(64, 64)
    image = Image.frombytes("I;16B", (64, 64), grey.tobytes())
    check(images.load(encoded(image, "TIFF")), np.dstack([(grey // 256).astype("uint8")] * 3))


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "PPM"])
def test_one_bit_becomes_black_and_white(picture, format):
    white = picture[..., 0] > 127
    check(images.load(encoded(Image.fromarray(white), format)), np.dstack([white * np.uint8(255)] * 3))


@pytest.mark.parametrize("format, options", [("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("TIFF", {})])
def test_of_an_animation_comes_the_first_frame(format, options):
    red, green, blue = (Image.new("RGB", (12, 9), colour) for colour in [(255, 0, 0), (0, 255, 0), (0, 0, 255)])
    content = encoded(red, format, save_all=True, append_images=[green, blue], **options)
    assert Image.open(io.BytesIO(content)).n_frames == 3
    check(images.load(content), np.array(red))


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
    check(images.load(content), picture, within)


def test_one_pixel_goes_through_the_whole_pipe():
    one = images.load(encoded(np.full((1, 1, 3), 7, "uint8"), "PNG"))
    assert one.shape == (1, 1, 3) and (one == 7).all()
    for how in ("crop", "squash", "pad"):
        assert (images.resize(one, 224, how=how) == 7).all()


# --- Files that are not pictures ---


def test_a_missing_file_is_answered_with_the_near_names(tmp_path):
    assert "dog.jpg" in plain_sentence(images.load, "dgo.jpg")
    assert "dog.jpg" in plain_sentence(images.load, "Dog.JPG ")
    (tmp_path / "holiday.png").write_bytes(b"")
    assert "did you mean holiday.png?" in plain_sentence(images.load, tmp_path / "hollidays.png")
    assert "nor is there that folder" in plain_sentence(images.load, tmp_path / "nowhere" / "cat.jpg")
    with pytest.raises(FileNotFoundError):
        images.load("xyzzy.jpg")


def test_a_folder_is_refused():
    assert "folder" in plain_sentence(images.load, DATA / "images")
    with pytest.raises(IsADirectoryError):
        images.load(str(DATA / "images"))


def test_a_name_too_long_for_any_file_is_refused():
    plain_sentence(images.load, "A" * 5000)


HTML = b"<!DOCTYPE html>\n<html><body>Not found</body></html>"


@pytest.mark.parametrize(
    "content, word",
    [
        (b"", "empty"),
        (b"This is a letter, not a picture.\n", "text"),
        (HTML, "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "text"),
        (bytes(range(256)), "JPEG"),
        (DOG.read_bytes()[:20_000], "cut off"),
        (DOG.read_bytes()[:3], "not a picture"),
    ],
    ids=["empty", "text", "html", "svg", "eps", "noise", "half a jpeg", "three bytes"],
)
def test_a_file_that_is_no_picture_is_refused_and_named(content, word, tmp_path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(content)
    message = plain_sentence(images.load, file)
    assert message.startswith("photo.jpg") and word in message


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_gives_a_picture_or_a_plain_sentence(picture, seed):
    random = np.random.default_rng(seed)
    whole = [encoded(picture, format) for format in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM")]
    for content in whole:
        damaged = bytearray(content[: random.integers(1, len(content) + 1)])
        for place in random.integers(0, min(60, len(damaged)), 4):
            damaged[place] = random.integers(0, 256)
        try:
            assert images.load(bytes(damaged)).shape[2] == 3
        except ValueError:
            plain_sentence(images.load, bytes(damaged))


@pytest.mark.parametrize("source", [None, 5, np.zeros((4, 4, 3), "uint8"), ["dog.jpg"], Image.new("RGB", (4, 4))])
def test_what_is_no_source_is_refused(source):
    assert type(source).__name__ in plain_sentence(images.load, source)


def test_a_file_opened_as_text_closed_or_for_writing_is_refused(tmp_path):
    with open(DOG) as as_text, open(__file__, encoding="utf-8") as real_text, open(tmp_path / "new.jpg", "wb") as to_write:
        for file in (as_text, real_text, io.StringIO("text"), to_write):
            assert '"rb"' in plain_sentence(images.load, file)
    assert '"rb"' in plain_sentence(images.load, to_write)  # closed by now


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
    assert "50 million pixels" in plain_sentence(images.load, black_and_white_png(width, height))


def test_the_handwritten_png_is_sound_and_so_is_one_at_the_limit(monkeypatch):
    monkeypatch.setattr(images, "MOST_PIXELS", 100)
    check(images.load(black_and_white_png(10, 10)), np.zeros((10, 10, 3)))
    plain_sentence(images.load, black_and_white_png(101, 1))


# --- Addresses ---


@pytest.fixture
def quick():
    """Fails a test that takes over 10 seconds: nothing that a learner asks for may hang longer."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 10.5  # the half second is for the servers to end


def test_a_picture_at_an_address(serve, picture, quick):
    address = serve(lambda request: send(request, encoded(picture, "PNG")))
    check(images.load(f"{address}/photo.png"), picture)


def test_a_web_page_at_an_address_is_named_as_one(serve, quick):
    address = serve(lambda request: send(request, HTML)) + "/photo.jpg"
    message = plain_sentence(images.load, address)
    assert "web page" in message and address in message


def test_an_address_that_answers_not_found(serve, quick):
    assert "404" in plain_sentence(images.load, serve(lambda request: send(request, b"", status=404)))


@pytest.mark.parametrize("target", [DOG.as_uri(), "ftp://127.0.0.1/dog.jpg"])
def test_an_address_that_leads_on_to_a_file_of_this_machine_is_not_followed(serve, target, quick):
    plain_sentence(images.load, serve(lambda request: send(request, b"", status=302, Location=target)))


def test_an_address_that_leads_in_a_circle(serve, quick):
    plain_sentence(images.load, serve(lambda request: send(request, b"", status=302, Location="/again")))


@pytest.mark.parametrize("address", [DOG.as_uri(), "ftp://127.0.0.1/dog.jpg", "s3://bucket/dog.jpg", "://x"])
def test_only_web_addresses_are_opened(address, quick):
    message = plain_sentence(images.load, address)
    assert address in message and "only http:// and https://" in message


@pytest.mark.parametrize("address", ["http://", "http://[", "http://a b/", "http://127.0.0.1:99999/"])
def test_an_address_that_cannot_be_is_refused(address, quick):
    assert address in plain_sentence(images.load, address)


def test_nobody_at_the_address(quick):
    plain_sentence(images.load, "http://127.0.0.1:9/dog.jpg")


def test_an_address_that_never_answers(serve, quick):
    address = serve(lambda request: request.over.wait(60))
    assert address in plain_sentence(images.load, address)


def test_an_address_that_trickles_for_ever(serve, quick):
    def trickle(request):
        request.send_response(200)
        request.end_headers()
        for _ in range(300):  # half a minute is for ever
            if not request.over.wait(0.1):
                request.wfile.write(b"\xff")

    assert "8 seconds" in plain_sentence(images.load, serve(trickle))


def test_a_name_that_is_never_found(monkeypatch, quick):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: time.sleep(5))
    monkeypatch.setattr(images, "MOST_SECONDS", 1)
    assert "1 seconds" in plain_sentence(images.load, "http://example.invalid/dog.jpg")


@pytest.mark.parametrize("says_so", [True, False], ids=["with its length said", "with no length"])
def test_an_address_that_sends_a_gigabyte(serve, says_so, quick):
    sent = []

    def gigabyte(request):
        request.send_response(200)
        if says_so:
            request.send_header("Content-Length", str(2**30))
        request.end_headers()
        for _ in range(2**10):
            request.wfile.write(bytes(2**20))
            sent.append(2**20)

    assert "50 MB" in plain_sentence(images.load, serve(gigabyte))
    assert sum(sent) < (20 if says_so else 70) * 2**20  # what the machine holds between the two ends included


def test_an_address_that_sends_a_bomb(serve, quick):
    import gzip

    packed = gzip.compress(bytes(200 * 2**20), 1)
    assert "50 MB" in plain_sentence(images.load, serve(lambda r: send(r, packed, Content_Encoding="gzip")))


# --- resize ---


@pytest.mark.parametrize("size", [32, 224, 299])
@pytest.mark.parametrize("height, width", [(600, 800), (800, 600), (300, 300), (37, 211), (5, 2)])
def test_resize_equals_pillows_own_ways_to_fit_a_picture(height, width, size):
    photo = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype="uint8")
    image, bicubic = Image.fromarray(photo), Image.Resampling.BICUBIC
    assert np.array_equal(images.resize(photo, size), ImageOps.fit(image, (size, size), bicubic))
    assert np.array_equal(images.resize(photo, size, how="squash"), image.resize((size, size), bicubic))

    padded = images.resize(photo, size, how="pad")
    small = np.array(ImageOps.contain(image, (size, size), bicubic))
    down, right = (size - small.shape[0]) // 2, (size - small.shape[1]) // 2
    assert np.array_equal(padded[down : down + small.shape[0], right : right + small.shape[1]], small)
    bars = np.ones((size, size), bool)
    bars[down : down + small.shape[0], right : right + small.shape[1]] = False
    assert (padded[bars] == images.PADDING).all() and padded.shape == (size, size, 3)


@pytest.mark.parametrize("how, round_", [("crop", True), ("pad", True), ("squash", False)])
def test_a_circle_stays_round_unless_squashed(how, round_):
    image = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(image).ellipse((300, 200, 500, 400), fill="black")
    dark = images.resize(np.array(image), 224, how=how)[..., 0] < 64
    height, width = np.ptp(np.nonzero(dark.any(axis=1))[0]) + 1, np.ptp(np.nonzero(dark.any(axis=0))[0]) + 1
    assert abs(width / height - (1 if round_ else 3 / 4)) < 0.03


GOOD = np.zeros((6, 8, 3), "uint8")


@pytest.mark.parametrize("size", [0, -1, 224.0, "224", None, True, (224, 224), 10**9], ids=repr)
def test_resize_refuses_a_size(size):
    plain_sentence(images.resize, GOOD, size)


@pytest.mark.parametrize("how", ["Crop", "stretch", "", None, 1])
def test_resize_refuses_a_how(how):
    assert '"crop", "squash" or "pad"' in plain_sentence(images.resize, GOOD, 224, how=how)


WRONG = [
    "dog.jpg", None, 5, GOOD.tolist(), GOOD[..., 0], GOOD[np.newaxis], np.zeros((6, 8, 4), "uint8"), GOOD.astype("float32"),
    GOOD.astype("int64"), GOOD / 255, np.zeros((0, 8, 3), "uint8"), np.array(5), Image.new("RGB", (4, 4)),
    pathlib.Path("dog.jpg"),
]  # fmt: skip


@pytest.mark.parametrize("photo", WRONG, ids=lambda p: f"{type(p).__name__}{getattr(p, 'shape', '')}{getattr(p, 'dtype', '')}")
def test_resize_and_batch_refuse_what_is_no_picture(photo):
    plain_sentence(images.resize, photo, 224)
    plain_sentence(images.batch, [photo])
    if not (isinstance(photo, np.ndarray) and photo.ndim == 4):
        plain_sentence(images.batch, photo)


@pytest.mark.parametrize("how", ["crop", "squash", "pad"])
@pytest.mark.parametrize("size", [16, 40, 224])
@pytest.mark.parametrize(
    "mode, format",
    [("RGB", "JPEG"), ("CMYK", "JPEG"), ("L", "PNG"), ("RGBA", "PNG"), ("P", "GIF"), ("I;16", "PNG"), ("1", "BMP")],
)
def test_load_square_gives_the_pixels_of_load_and_resize(picture, mode, format, size, how):
    image = Image.fromarray(picture)
    image = Image.fromarray(picture[..., 0].astype("uint16") * 200) if mode == "I;16" else image.convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.fromarray(picture[..., 1]))
    exif = Image.Exif()
    exif[0x0112] = 6  # held sideways
    content = encoded(image, format, **({"exif": exif} if format in ("JPEG", "PNG") else {}))
    check(images.load_square(content, size, how), images.resize(images.load(content), size, how))


def test_load_square_refuses_what_load_and_resize_refuse(tmp_path):
    (tmp_path / "torn.jpg").write_bytes(DOG.read_bytes()[:9000])
    assert "damaged" in plain_sentence(images.load_square, tmp_path / "torn.jpg", 224)
    assert "no file" in plain_sentence(images.load_square, "nothing.jpg", 224)
    assert "size" in plain_sentence(images.load_square, DOG, 0)
    assert '"pad"' in plain_sentence(images.load_square, DOG, 224, "stretch")


# --- batch ---


def test_a_batch_of_one_and_of_many(picture):
    for photos, n in [
        (picture, 1),
        ([picture], 1),
        ([picture, picture[::-1]], 2),
        ((picture,) * 3, 3),
        (np.stack([picture] * 4), 4),
    ]:
        batch = images.batch(photos)
        assert batch.shape == (n, *picture.shape) and batch.dtype == np.float32
        assert np.array_equal(batch[0], picture)  # the values are still 0 to 255


def test_pictures_of_different_sizes_are_refused():
    message = plain_sentence(images.batch, [GOOD, GOOD[:, :5]])
    assert "(6, 8, 3)" in message and "(6, 5, 3)" in message


def test_an_empty_list_is_refused():
    assert "empty" in plain_sentence(images.batch, [])


@pytest.mark.parametrize("how", ["crop", "squash", "pad"])
@pytest.mark.parametrize("size", [32, 100])
def test_the_argument_is_never_changed_and_never_shared(picture, how, size):
    photo = np.ascontiguousarray(picture[:, :32])
    before = photo.copy()
    small = images.resize(photo, size, how=how)
    batch = images.batch(photo)
    assert not np.shares_memory(small, photo) and not np.shares_memory(batch, photo)
    small[:], batch[:] = 0, 0
    assert np.array_equal(photo, before)


def test_the_first_three_helpers_load_nothing_heavy():
    heavy = "keras tensorflow matplotlib pandas PIL requests".split()
    code = f"import sys; from helpers import images, labels, models; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
