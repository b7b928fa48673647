"""Numbers of every depth, with white at either end, and transparency at every depth: right, or refused."""

import io
import struct

import made_files
import numpy as np
import pytest
from made_files import png, tiff
from made_pictures import encoded, same_pixels
from PIL import Image
from refused import plain_sentence

from helpers import files

UP_TO = {bits: np.arange(256).reshape(16, 16) * (2**bits - 1) // 255 for bits in (8, 10, 12, 14, 16)}  # from 0 to the most
BLACK_IS_ZERO, WHITE_IS_ZERO, RGB, CMYK = 1, 0, 2, 5
BITS, MEANING, SAMPLES, MOST, FORMAT, PLANES = 258, 262, 277, 281, 339, 284


def grey(numbers, bits=16, order="<", **tags):
    """A grey TIFF of these numbers; tags: by number, as t281=4095."""
    kind = {8: "uint8", 16: "uint16", 32: "uint32"}[bits]
    more = {int(name[1:]): value for name, value in tags.items()}
    return tiff({BITS: bits, MEANING: BLACK_IS_ZERO, "planes": [np.asarray(numbers).astype(kind)], **more}, order=order)


def colours(numbers, bits=16, order="<", **tags):
    kind = {8: "uint8", 16: "uint16"}[bits]
    more = {int(name[1:]): value for name, value in tags.items()}
    return tiff({BITS: [bits] * 3, MEANING: RGB, SAMPLES: 3, "planes": [np.asarray(numbers).astype(kind)], **more}, order=order)


def three(levels):
    return np.dstack([levels.astype("uint8")] * 3)


EIGHT = np.arange(256).reshape(16, 16)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
@pytest.mark.parametrize(
    "content, expected, within",
    [
        (lambda order: grey(EIGHT, 8, order), EIGHT, 0),
        (lambda order: grey(EIGHT, 8, order, t262=WHITE_IS_ZERO), 255 - EIGHT, 0),
        (lambda order: grey(UP_TO[16], 16, order), EIGHT, 0),
        (lambda order: grey(UP_TO[16], 16, "<", t262=WHITE_IS_ZERO), 255 - EIGHT, 0),
        (lambda order: grey(UP_TO[10], 16, order, t281=1023), EIGHT, 1),
        (lambda order: grey(UP_TO[12], 16, order, t281=4095), EIGHT, 1),
        (lambda order: grey(UP_TO[14], 16, order, t281=16383), EIGHT, 1),
        (lambda order: grey(UP_TO[12], 16, "<", t281=4095, t262=WHITE_IS_ZERO), 255 - EIGHT, 1),
        (lambda order: grey(np.zeros((16, 16)), 16, order), 0 * EIGHT, 0),
    ],
    ids=["8", "8 white 0", "16", "16 white 0", "10 said", "12 said", "14 said", "12 said, white 0", "all black"],
)
def test_grey_of_a_tiff(content, expected, within, order):
    same_pixels(files.load(content(order)), three(expected), within)


def test_grey_of_a_tiff_that_pillow_does_not_read_is_refused():
    plain_sentence(
        "is a TIFF file of a variant that cannot be read here", files.load, grey(UP_TO[16], 16, ">", t262=WHITE_IS_ZERO)
    )
    plain_sentence("is a TIFF file of a variant that cannot be read here", files.load, grey(UP_TO[16], 16, "<", t262=7))


def packed(numbers, bits):
    """Rows of numbers of so few bits that one byte holds parts of two, or several."""
    text = ["".join(format(number, f"0{bits}b") for number in row) for row in numbers]
    return [int(row, 2).to_bytes(len(row) // 8, "big") for row in text]


@pytest.mark.parametrize("bits, white_is_zero", [(1, 0), (1, 1), (2, 0), (2, 1), (4, 0), (4, 1), (12, 0)])
def test_grey_of_a_tiff_whose_numbers_are_packed(bits, white_is_zero):
    levels = np.random.default_rng(0).integers(0, 2**bits, (8, 16))
    rows = np.array([list(row) for row in packed(levels, bits)], "uint8")
    page = {BITS: bits, MEANING: int(not white_is_zero), 256: 16, "planes": [rows]}
    expected = np.round(levels * 255 / (2**bits - 1))
    same_pixels(files.load(tiff(page)), three(255 - expected if white_is_zero else expected), within=1)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
def test_colours_of_16_bits_keep_the_upper_8(order):
    numbers = np.random.default_rng(0).integers(0, 65536, (9, 7, 3))
    same_pixels(files.load(colours(numbers, order=order)), (numbers >> 8).astype("uint8"))


DIM = UP_TO[12] * 2000 // 4095
WHICH = "does not say which is white: open it in the program that made it and save it as a PNG with 8 bits a colour."


@pytest.mark.parametrize(
    "content, words",
    [
        (grey(DIM), ["have 16 bits, but none is above 2000", WHICH]),
        (grey(DIM, order=">"), ["none is above 2000", WHICH]),
        (grey(DIM, t262=WHITE_IS_ZERO), ["none is above 2000", WHICH]),
        (grey(UP_TO[10]), ["none is above 1023", WHICH]),
        (grey(UP_TO[14]), ["none is above 16383", WHICH]),
        (grey(DIM, t281=2000), ["none is above 2000", WHICH]),  # the largest number there is, not the whitest there can be
        (colours(np.dstack([DIM] * 3)), ["none is above 2047", WHICH]),
        (colours(np.dstack([EIGHT] * 3)), ["none is above 255", WHICH]),
        (grey(EIGHT, 32), ["numbers of 32 bits and", WHICH]),
        (grey(EIGHT, 32, t339=2), "may be below zero"),
        (grey(EIGHT * 257, 16, t339=2), "may be below zero"),
        (grey(EIGHT, 8, t339=2), "may be below zero"),
        (encoded(Image.fromarray(EIGHT.astype("int32")), "TIFF"), "may be below zero"),
        (encoded(Image.fromarray(EIGHT.astype("float32")), "TIFF"), "numbers with a decimal point, not colours"),
    ],
    ids=["12", "12 big", "12 white 0", "10", "14", "most", "RGB 12", "RGB 8 in 16", "32", "-32", "-16", "-8", "int32", "float"],
)
def test_what_does_not_say_which_number_is_white_is_refused(content, words):
    plain_sentence(
        ["This data cannot be read as colours: ", *([words] if isinstance(words, str) else words)], files.load, content
    )


def in_planes(numbers, bits, compression=1):
    """A TIFF with one colour after the other, each in a part of its own."""
    kind = {8: "uint8", 16: "uint16"}[bits]
    planes = [numbers[..., band].astype(kind) for band in range(3)]
    return tiff({BITS: [bits] * 3, MEANING: RGB, SAMPLES: 3, PLANES: 2, 259: compression, "planes": planes})


def test_one_colour_after_the_other_is_read_or_refused_where_pillow_takes_it_for_others():
    numbers = np.random.default_rng(0).integers(0, 256, (9, 7, 3))
    same_pixels(files.load(in_planes(numbers, 8)), numbers.astype("uint8"))
    plain_sentence("one colour after the other", files.load, in_planes(numbers * 257, 16))


# --- Transparency ---

SEEN, CLEAR = 1, 0


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("which", ["first", "last", "middle"])
def test_a_colour_that_means_nothing_is_white_in_grey_of_every_depth(bits, which):
    most = 2**bits - 1
    levels = np.array([[number * most // 15 for number in range(16)]] * 2)
    clear = {"first": 0, "last": most, "middle": levels[0, 6]}[which]
    rows = packed(levels, bits)
    content = png(rows, bits, 0, [(b"tRNS", int(clear).to_bytes(2, "big"))])
    expected = np.where(levels == clear, 255, levels >> 8 if bits == 16 else levels * 255 // most)
    same_pixels(files.load(content), three(expected))


@pytest.mark.parametrize("bits", [8, 16])
def test_a_colour_that_means_nothing_is_white_and_its_neighbours_stay(bits):
    clear = np.array([200, 10, 30]) * (257 if bits == 16 else 1)
    numbers = np.stack([clear, clear + [0, 0, 1], clear - [1, 0, 0], clear])[np.newaxis]
    rows = [np.asarray(row).astype(">u2" if bits == 16 else "uint8").tobytes() for row in numbers]
    content = png(rows, bits, 2, [(b"tRNS", clear.astype(">u2").tobytes())])
    expected = (numbers >> (bits - 8)).astype("uint8")
    expected[0, [0, 3]] = 255
    same_pixels(files.load(content), expected)


def test_sixteen_bits_with_an_alpha_of_their_own():
    rows = [np.array([[60000, 65535], [60000, 0], [60000, 32896]], ">u2").tobytes()]
    same_pixels(files.load(png(rows, 16, 4)), np.array([[[234] * 3, [255] * 3, [244] * 3]], "uint8"), within=1)
    rows = [np.array([[60000, 0, 0, 65535], [60000, 0, 0, 0]], ">u2").tobytes()]
    same_pixels(files.load(png(rows, 16, 6)), np.array([[[234, 0, 0], [255, 255, 255]]], "uint8"), within=1)


def test_a_palette_of_few_bits_with_transparent_entries():
    palette = bytes([0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 200])
    content = png([bytes([0b00011011])], 2, 3, [(b"PLTE", palette), (b"tRNS", bytes([255, 0, 128]))])
    same_pixels(files.load(content), np.array([[[0, 0, 0], [255, 255, 255], [127, 227, 127], [0, 0, 200]]], "uint8"), within=1)


@pytest.mark.parametrize("kind, seen", [(1, [128, 0, 0]), (2, [191, 127, 127]), (0, [128, 0, 0])])
def test_the_fourth_number_of_a_tiff_is_what_it_says(kind, seen):
    """ExtraSamples: 1 is transparency that the colours were multiplied with, 2 another transparency, 0 something else."""
    numbers = np.zeros((4, 4, 4), "uint8") + np.array([128, 0, 0, 128], "uint8")
    page = {BITS: [8] * 4, MEANING: RGB, SAMPLES: 4, 338: kind, "planes": [numbers]}
    expected = np.zeros((4, 4, 3), "uint8") + np.array([255, 127, 127] if kind == 1 else seen, "uint8")
    same_pixels(files.load(tiff(page)), expected, within=1)


@pytest.mark.parametrize("alpha, seen", [([0, 0], [(10, 20, 30), (10, 20, 30)]), ([255, 0], [(10, 20, 30), (255, 255, 255)])])
def test_a_bmp_whose_fourth_numbers_are_all_empty_is_seen(alpha, seen):
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 108, 2, 1, 1, 32, 3, 8, 0, 0, 0, 0) + masks + bytes(52)
    content = b"BM" + struct.pack("<IHHI", 130, 0, 0, 122) + header + bytes([30, 20, 10, alpha[0], 30, 20, 10, alpha[1]])
    same_pixels(files.load(content), np.array([seen], "uint8"))


def test_the_tiffs_of_these_tests_are_sound():
    numbers = np.arange(12, dtype="uint8").reshape(3, 4)
    content = made_files.tiff({BITS: 8, MEANING: 1, "planes": [numbers]}, {BITS: 8, MEANING: 1, "planes": [numbers[:2]]})
    image = Image.open(io.BytesIO(content))
    assert image.n_frames == 2 and (np.asarray(image) == numbers).all()


@pytest.mark.parametrize(
    "orientation, turned", [(3, lambda levels: levels[::-1, ::-1]), (6, lambda levels: np.rot90(levels, -1))]
)
def test_grey_of_16_bits_comes_upright(orientation, turned):
    same_pixels(files.load(grey(UP_TO[16], t274=orientation)), three(turned(EIGHT)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    same_pixels(files.load(encoded(UP_TO[16].astype("uint16"), "PNG", exif=exif)), three(turned(EIGHT)))


def test_a_tiff_that_claims_thousands_of_colours_is_refused_and_pillow_logs_nothing(caplog):
    plain_sentence("This data is damaged or cut off", files.load, grey(EIGHT, 8, t277=65535))
    assert not caplog.records
