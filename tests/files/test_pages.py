"""Which page of a TIFF is the picture: the first, where that is no preview; else a later one, or a sentence."""

import numpy as np
import pytest
from made_files import tiff
from made_pictures import encoded, noise, same_pixels
from PIL import Image
from refused import plain_sentence

from helpers import files

KIND, OLD_KIND, SUB_PAGES, DNG = 254, 255, 330, 50706
REDUCED, PAGE, MASK = 1, 2, 4
BIG, SMALL, OTHER = noise(40, 60)[..., 0], noise(10, 15)[..., 1], noise(40, 60)[..., 2]


def page(numbers, **tags):
    return {258: 8, 262: 1, "planes": [numbers], **{int(name[1:]): value for name, value in tags.items()}}


@pytest.mark.parametrize(
    "pages, expected",
    [
        ([page(BIG)], BIG),
        ([page(BIG), page(SMALL)], BIG),
        ([page(BIG), page(OTHER)], BIG),
        ([page(SMALL), page(BIG[:, :40])], SMALL),  # of another shape, so no preview of it
        ([page(BIG, t254=PAGE), page(OTHER, t254=PAGE)], BIG),
        ([page(SMALL, t254=REDUCED), page(BIG)], BIG),
        ([page(SMALL, t254=REDUCED), page(SMALL, t254=REDUCED), page(BIG)], BIG),
        ([page(SMALL, t255=2), page(BIG, t255=1)], BIG),
        ([page(OTHER, t254=MASK), page(BIG)], BIG),
        ([page(BIG), page(SMALL, t254=REDUCED)], BIG),
        ([page(SMALL), page(BIG, t254=REDUCED)], SMALL),
    ],
    ids=["one", "smaller next", "two", "other shape", "pages", "preview", "previews", "old mark", "mask", "after", "odd"],
)
def test_the_page_that_is_the_picture_is_read(pages, expected):
    same_pixels(files.load(tiff(*pages)), np.dstack([expected] * 3))


RAW = "it is a camera's raw file, whose first page is only a preview: export it as JPEG in the camera's program."


@pytest.mark.parametrize(
    "pages, words",
    [
        ([page(SMALL, t50706=[1, 4, 0, 0])], RAW),
        ([page(SMALL, t254=REDUCED, t50706=[1, 4, 0, 0], t330=8)], RAW),
        ([page(BIG, t254=PAGE, t50706=[1, 4, 0, 0])], RAW),
        ([page(SMALL, t254=REDUCED, t330=8)], RAW),  # as Nikon, Sony and others write: the picture is in a page below
        ([page(SMALL, t254=REDUCED)], RAW),
        ([page(SMALL, t255=2)], RAW),
        ([page(SMALL, t254=REDUCED), page(SMALL, t254=REDUCED)], RAW),
        ([page(SMALL), page(BIG)], "its first page looks like a preview of the second, which is larger: save the page"),
    ],
    ids=["DNG", "DNG preview", "DNG page", "pages below", "preview alone", "old mark", "two previews", "unmarked"],
)
def test_a_preview_is_never_taken_for_the_picture(pages, words):
    plain_sentence(["This data cannot be read as colours: ", words], files.load, tiff(*pages))


def test_a_later_page_has_the_same_limits():
    content = tiff(page(SMALL, t254=REDUCED), page(BIG))
    plain_sentence("has more than 0.002 million pixels", files.load, content, most_pixels=2000)


def test_pages_that_lead_in_a_circle_come_to_an_end():
    content = bytearray(tiff(page(SMALL, t254=REDUCED), page(SMALL, t254=REDUCED)))
    first = content[4:8]
    content[content.rindex(bytes(4)) : content.rindex(bytes(4)) + 4] = first
    plain_sentence("This data ", files.load, bytes(content))


def test_of_a_document_of_many_pages_comes_the_first():
    images = [Image.fromarray(noise(20, 30)[..., band]) for band in range(3)]
    content = encoded(images[0], "TIFF", save_all=True, append_images=images[1:])
    same_pixels(files.load(content), np.dstack([np.array(images[0])] * 3))
