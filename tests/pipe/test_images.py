"""From pixels to a batch: every way to fit, against Pillow and plain arithmetic, and what is refused. Ways: images.FITS."""

import pathlib

import numpy as np
import pytest
from checkout import DATA
from made_pictures import encoded, noise, same_pixels
from PIL import Image, ImageDraw, ImageOps
from refused import plain_sentence

from helpers import images

DOG = DATA / "images" / "dog.jpg"
BICUBIC = Image.Resampling.BICUBIC
SHAPES = [(600, 800), (800, 600), (300, 300), (301, 300), (37, 211), (5, 2)]
every_way = pytest.mark.parametrize("how", images.FITS)


# --- resize ---


def test_the_ways_to_fit_are_these_and_the_first_is_the_usual_one():
    assert list(images.FITS) == ["crop", "squash", "pad"]
    photo = noise(20, 30)
    assert np.array_equal(images.resize(photo, 16), images.resize(photo, 16, how="crop"))
    assert len({images.resize(photo, 16, how=how).tobytes() for how in images.FITS}) == 3


def by_hand(photo, size, how):
    """The square picture by Pillow's `resize` alone, with every place and every length worked out here."""
    image, (height, width) = Image.fromarray(photo), photo.shape[:2]
    if how == "squash":
        return np.array(image.resize((size, size), BICUBIC))
    if how == "crop":
        side = min(height, width)
        left, top = (width - side) / 2, (height - side) / 2
        return np.array(image.resize((size, size), BICUBIC, box=(left, top, left + side, top + side)))
    small = [max(1, round(length * size / max(height, width))) for length in (height, width)]
    down, right = ((size - length) // 2 for length in small)  # an odd line of the bars goes below, or to the right
    square = np.zeros((size, size, 3), "uint8")
    square[down : down + small[0], right : right + small[1]] = image.resize((small[1], small[0]), BICUBIC)
    return square


@every_way
@pytest.mark.parametrize("size", [32, 224, 299])
@pytest.mark.parametrize("height, width", SHAPES)
def test_resize_equals_the_same_by_hand(height, width, size, how):
    photo = noise(height, width)
    same_pixels(images.resize(photo, size, how), by_hand(photo, size, how))


@pytest.mark.parametrize("height, width", SHAPES)
def test_crop_and_pad_equal_pillows_own_ways_to_fit_a_picture(height, width):
    image = Image.fromarray(noise(height, width))
    same_pixels(images.resize(np.array(image), 224, "crop"), np.array(ImageOps.fit(image, (224, 224), BICUBIC)))
    small = np.array(ImageOps.contain(image, (224, 224), BICUBIC))
    padded = images.resize(np.array(image), 224, "pad")
    lit = padded.any(axis=2)  # noise has no row and no column that is all black
    assert padded[lit.any(axis=1)][:, lit.any(axis=0)].shape == small.shape
    assert np.array_equal(padded[lit.any(axis=1)][:, lit.any(axis=0)], small)


@every_way
@pytest.mark.parametrize("height, width", [(180, 240), (240, 180), (181, 240), (200, 200)])
def test_every_pixel_comes_from_its_own_place(height, width, how):
    """Red says in which column a pixel was, green in which row: what comes out tells where each one has been taken from."""
    rows, columns = np.mgrid[:height, :width].astype("uint8")
    out = images.resize(np.dstack([columns, rows, rows * 0 + 255]), 100, how).astype(float)
    if how == "squash":
        spans = [(height, 0), (width, 0)]
    else:  # one scale for both directions, about the middle
        side = (min if how == "crop" else max)(height, width)
        spans = [(side, (height - side) / 2), (side, (width - side) / 2)]
    from_rows, from_columns = ((np.arange(100) + 0.5) * side / 100 + start - 0.5 for side, start in spans)
    inside = np.ix_((from_rows > 4) & (from_rows < height - 5), (from_columns > 4) & (from_columns < width - 5))
    assert out[inside].shape[0] > 60 and out[inside].shape[1] > 60
    near = 2.1 if how == "pad" else 0.6  # values are rounded, and bars too, by half a pixel, which is 1.2 of the photo's
    assert np.abs(out[..., 0] - from_columns)[inside].max() < near
    assert np.abs(out[..., 1] - from_rows[:, np.newaxis])[inside].max() < near


@pytest.mark.parametrize("height, width", [(60, 80), (80, 60), (61, 80), (30, 211), (50, 50)])
def test_the_bars_are_black_as_wide_on_either_side_and_beside_the_whole_picture(height, width):
    padded = images.resize(np.full((height, width, 3), 200, "uint8"), 100, how="pad")
    lit = (padded == 200).all(axis=2)
    assert (padded[~lit] == images.PADDING).all() and images.PADDING == 0
    for seen, length in ((lit.any(axis=1), height), (lit.any(axis=0), width)):
        first, last = np.flatnonzero(seen)[[0, -1]]
        assert seen[first : last + 1].all() and abs(first - (99 - last)) <= 1
        assert abs(seen.sum() - 100 * length / max(height, width)) <= 0.5
    assert lit.sum() == lit.any(axis=1).sum() * lit.any(axis=0).sum()  # a rectangle


@pytest.mark.parametrize("how, ratio", [("crop", 1), ("pad", 1), ("squash", 3 / 4)])
def test_a_circle_stays_round_unless_squashed(how, ratio):
    image = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(image).ellipse((300, 200, 500, 400), fill="black")
    ring = images.resize(np.array(image), 224, how=how)
    dark = ring[..., 0] < 64
    if how == "pad":  # the bars are dark too
        dark[:40] = dark[-40:] = False
    height, width = np.ptp(np.nonzero(dark.any(axis=1))[0]) + 1, np.ptp(np.nonzero(dark.any(axis=0))[0]) + 1
    assert abs(width / height - ratio) < 0.03


@every_way
@pytest.mark.parametrize("height, width", [(1, 1), (1, 900), (900, 1), (2, 3)])
def test_one_line_and_one_pixel_go_through(height, width, how):
    photo = np.full((height, width, 3), 7, "uint8")
    for size in (1, 16, 224):
        out = images.resize(photo, size, how)
        assert out.shape == (size, size, 3) and (out == 7).any()
        assert how == "pad" or (out == 7).all()


@every_way
@pytest.mark.parametrize("size", [32, 100])
def test_the_argument_is_never_changed_and_never_shared(picture, how, size):
    photo = np.ascontiguousarray(picture[:, :32])
    before = photo.copy()
    small = images.resize(photo, size, how=how)
    batch = images.batch(photo)
    assert not np.shares_memory(small, photo) and not np.shares_memory(batch, photo)
    small[:], batch[:] = 0, 0
    assert np.array_equal(photo, before)


GOOD = np.zeros((6, 8, 3), "uint8")


@pytest.mark.parametrize("size", [0, -1, 224.0, "224", None, True, (224, 224), 10**9], ids=repr)
def test_resize_refuses_a_size(size):
    words = f"The size was {size!r}: wanted is a whole number from 1 to 4096"
    plain_sentence(words, images.resize, GOOD, size)
    plain_sentence(words, images.load_square, DOG, size)


@pytest.mark.parametrize("how", ["Crop", "stretch", "", None, 1, ["crop"]])
def test_resize_refuses_a_how_and_names_every_way_there_is(how, monkeypatch):
    plain_sentence(f'how was {how!r}: it must be "crop", "squash" or "pad".', images.resize, GOOD, 224, how=how)
    plain_sentence(f'how was {how!r}: it must be "crop", "squash" or "pad".', images.load_square, DOG, 224, how=how)
    monkeypatch.setitem(images.FITS, "turn", lambda picture, size: picture.rotate(90).resize((size, size)))
    plain_sentence('"crop", "squash", "pad" or "turn".', images.resize, GOOD, 224, how=how)
    assert images.resize(GOOD, 5, how="turn").shape == (5, 5, 3)


NO_ARRAY, NO_SHAPE, NO_PIXELS = "A picture is a NumPy array, but this is a", "(height, width, 3), but", "(uint8), but"
WRONG = [
    ("dog.jpg", NO_ARRAY), (None, NO_ARRAY), (5, NO_ARRAY), (GOOD.tolist(), NO_ARRAY),
    (GOOD[..., 0], NO_SHAPE), (GOOD[np.newaxis], "This is a batch, of shape (1, 6, 8, 3)"),
    (np.zeros((6, 8, 4), "uint8"), NO_SHAPE), (np.zeros((0, 8, 3), "uint8"), NO_SHAPE), (np.array(5), NO_SHAPE),
    (GOOD.astype("float32"), NO_PIXELS), (GOOD.astype("int64"), NO_PIXELS), (GOOD / 255, NO_PIXELS),
    (Image.new("RGB", (4, 4)), NO_ARRAY), (pathlib.Path("dog.jpg"), NO_ARRAY),
]  # fmt: skip


@pytest.mark.parametrize(
    "photo, words", WRONG, ids=[f"{type(p).__name__}{getattr(p, 'shape', '')}{getattr(p, 'dtype', '')}" for p, _ in WRONG]
)
def test_resize_and_batch_refuse_what_is_no_picture(photo, words):
    plain_sentence(words, images.resize, photo, 224)
    plain_sentence(words, images.batch, [photo])
    if not (isinstance(photo, np.ndarray) and photo.ndim == 4):
        plain_sentence(words, images.batch, photo)


# --- load_square ---


@every_way
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
    same_pixels(images.load_square(content, size, how), images.resize(images.load(content), size, how))


def test_load_square_refuses_what_load_refuses(tmp_path):
    (tmp_path / "torn.jpg").write_bytes(DOG.read_bytes()[:9000])
    plain_sentence("torn.jpg is damaged or cut off", images.load_square, tmp_path / "torn.jpg", 224)
    plain_sentence("There is no file nothing.jpg", images.load_square, "nothing.jpg", 224)


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
        assert np.array_equal(batch[-1], photos[-1] if n > 1 else picture)


def test_pictures_of_different_sizes_are_refused():
    words = ["The pictures have different shapes, ", "(6, 8, 3)", "(6, 5, 3)"]
    plain_sentence(words, images.batch, [GOOD, GOOD[:, :5]])


def test_an_empty_list_is_refused():
    plain_sentence("The list of pictures is empty", images.batch, [])


# --- judged ---


def test_the_judged_photos_are_those_with_a_right_answer(photo_rows):
    photos, right = images.judged()
    rows = [row for row in photo_rows if row["exact"] or row["accept"]]
    assert len(photos) == len(right) == len(rows) == 20
    for photo, wnids, row in zip(photos, right, rows):
        with Image.open(DATA / row["file"]) as image:
            assert photo.shape == (image.height, image.width, 3) and photo.dtype == np.uint8
        assert wnids == {*row["exact"].split(), *row["accept"].split()} and all(len(wnid) == 9 for wnid in wnids)
