"""Large JPEGs at a reduced scale: against Pillow's own draft and resize, at both sides of the bound, for every kind of JPEG."""

import io

import numpy as np
import pytest
from made_files import P3, SRGB_CURVE, grey_profile, rgb_profile
from made_pictures import encoded, noise, same_pixels
from PIL import Image, ImageOps
from refused import plain_sentence

from helpers import files, images

SIZE = 20
BICUBIC = Image.Resampling.BICUBIC


def smooth(height, width):
    """Random colours that change slowly, so that every way to reduce them gives nearly the same."""
    few = np.random.default_rng(1).integers(0, 256, (2, 3, 3), dtype="uint8")
    return Image.fromarray(few).resize((width, height), BICUBIC)


def turned(way):
    exif = Image.Exif()
    exif[0x0112] = way
    return exif


KINDS = {  # the picture, and how it is saved
    "a landscape": (smooth(163, 245), {}),
    "a portrait": (smooth(245, 163), {}),
    "held sideways": (smooth(163, 245), {"exif": turned(6)}),
    "mirrored and turned": (smooth(163, 245), {"exif": turned(5)}),
    "grey": (smooth(163, 245).convert("L"), {}),
    "grey with a profile": (smooth(163, 245).convert("L"), {"icc_profile": grey_profile(1.0)}),
    "CMYK": (smooth(163, 245).convert("CMYK"), {}),
    "Display P3": (smooth(163, 245), {"icc_profile": rgb_profile(P3, SRGB_CURVE)}),
    "progressive": (smooth(163, 245), {"progressive": True}),
    "no subsampling": (smooth(163, 245), {"subsampling": 0}),
}


@pytest.mark.parametrize("how", images.FITS)
@pytest.mark.parametrize("image, options", KINDS.values(), ids=KINDS)
def test_every_kind_of_jpeg_looks_as_in_full(image, options, how):
    content = encoded(image, "JPEG", quality=95, **options)
    reduced = images.load_square(content, SIZE, how, "auto")
    exact = images.load_square(content, SIZE, how, "exact")
    assert min(files.opened(content, enough=2 * SIZE).size) == 41, "163 / 4"
    assert (reduced != exact).any(), "it was read in full"
    same_pixels(reduced, exact, within=12)
    assert np.abs(reduced.astype(int) - exact).mean() < 2


@pytest.mark.parametrize("how, fit", [("crop", ImageOps.fit), ("squash", Image.Image.resize)])
def test_it_is_the_draft_of_pillow_resized(how, fit):
    content = encoded(noise(173, 265), "JPEG", exif=turned(6))
    image = Image.open(io.BytesIO(content))
    image.draft("RGB", (66, 43))  # at most a quarter
    assert image.size == (67, 44)
    by_hand = np.array(fit(ImageOps.exif_transpose(image), (SIZE, SIZE), BICUBIC))
    same_pixels(images.load_square(content, SIZE, how, "auto"), by_hand)


@pytest.mark.parametrize(
    "short, left",
    [(79, 79), (80, 40), (81, 41), (159, 80), (160, 40), (161, 41), (319, 80), (320, 40), (700, 88), (39, 39), (5, 5)],
)
def test_the_smallest_scale_that_leaves_twice_what_is_needed(short, left):
    for width, height in [(short, short + 30), (short + 30, short)]:
        content = encoded(noise(height, width), "JPEG")
        assert min(files.opened(content, enough=2 * SIZE).size) == left
        auto, exact = (images.load_square(content, SIZE, reading=reading) for reading in images.READINGS)
        assert (auto == exact).all() == (short < 4 * SIZE)


def test_a_phones_file_of_several_pictures_is_reduced_too():
    """As MPO: with it come a second view, or the map of brightness of an HDR screen."""
    content = encoded(smooth(163, 245), "MPO", save_all=True, append_images=[smooth(50, 50)])
    assert Image.open(io.BytesIO(content)).format == "MPO"
    assert files.opened(content, enough=2 * SIZE).size == (62, 41)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM"])
def test_other_formats_are_read_in_full(format):
    content = encoded(noise(200, 230), format)
    same_pixels(images.load_square(content, SIZE, reading="auto"), images.resize(images.load(content), SIZE))


def test_exact_and_without_a_word_are_the_pixels_of_load_and_resize():
    content = encoded(noise(200, 230), "JPEG")
    right = images.resize(images.load(content), SIZE)
    same_pixels(images.load_square(content, SIZE, reading="exact"), right)
    same_pixels(images.load_square(content, SIZE), right)
    assert (images.load_square(content, SIZE, reading="auto") != right).any()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_file_is_whole_or_cut_off_in_both_readings(progressive):
    content = encoded(noise(200, 230), "JPEG", progressive=progressive)
    for cut in [*range(1, 60), *range(60, len(content) - 700, 997)]:
        for reading in images.READINGS:
            words = "This data is damaged or cut off"
            plain_sentence(words, images.load_square, content[:-cut], SIZE, reading=reading)


def test_the_limit_of_pixels_is_that_of_the_whole_picture():
    words = "This data has more than 0.04 million pixels"
    plain_sentence(words, files.opened, encoded(noise(200, 230), "JPEG"), most_pixels=40_000, enough=2 * SIZE)


@pytest.mark.parametrize("reading", ["fast", "Exact", "", None, True, 2, ["auto"]])
def test_another_reading_is_refused(reading):
    words = f'The reading was {reading!r}: use "auto", or "exact" to decode large pictures in full.'
    plain_sentence(words, images.load_square, "dog.jpg", SIZE, reading=reading)
