"""Numbers of any depth become 0 to 255, where the file says which number is white; where it does not, it is refused.

In: a picture as Pillow opens it. Out: one with 8 bits a colour, or the reason why not; and where a colour means "nothing here".
"""

import io

import numpy as np

# TIFF 6.0, section 8: what the tags are called there.
BITS, COMPRESSION, PHOTOMETRIC, MAX_SAMPLE, PLANAR, SAMPLE_FORMAT = 258, 259, 262, 281, 284, 339
WHITE_IS_ZERO, SIGNED, FLOAT, IN_PLANES, NONE = 0, 2, 3, 2, 1
FULL = (2**10 - 1, 2**12 - 1, 2**14 - 1)  # the largest numbers of cameras and scanners that have 10, 12 or 14 bits
DIM = 2**14  # of 16 bits: where no number reaches this, white was most likely another one

SAVE = "open it in the program that made it and save it as a PNG with 8 bits a colour."


def doubt(picture):
    """Why a TIFF does not say which colours its numbers are, as the end of a sentence; None where it does."""
    tags = picture.tag_v2
    form, bits = tags.get(SAMPLE_FORMAT, (1,)), max(tags.get(BITS, (1,)))
    if picture.mode == "F" or FLOAT in form:
        return f"it holds numbers with a decimal point, not colours: {SAVE}"
    if SIGNED in form:
        return f"its numbers may be below zero, so they are no colours: {SAVE}"
    if bits > 16:
        return f"it holds numbers of {bits} bits and does not say which is white: {SAVE}"
    if bits == 16 and len(tags.get(BITS)) > 1 and tags.get(PLANAR) == IN_PLANES and tags.get(COMPRESSION) == NONE:
        return f"it holds 16 bits a colour, one colour after the other, which Pillow takes for others: {SAVE}"
    if bits == 16 and picture.mode != "CMYK" and _white(tags) == 2**16 - 1:
        brightest = _brightest(picture)
        if 0 < brightest < DIM:
            return f"its numbers have 16 bits, but none is above {brightest}, and it does not say which is white: {SAVE}"
    return None


def _brightest(picture):
    """What no number of a picture of 16 bits is above; of RGB, Pillow keeps the upper 8 bits only."""
    numbers = np.asarray(picture)
    return 256 * int(numbers[..., :3].max()) + 255 if numbers.ndim == 3 else int(numbers.max())


def _white(tags):
    """The number that means white, in a grey TIFF of more than 8 bits."""
    bits, most = max(tags.get(BITS, (16,))), tags.get(MAX_SAMPLE, (0,))
    most = most[0] if isinstance(most, tuple) else most
    return most if most in FULL and len(tags.get(BITS, (16,))) == 1 else 2**bits - 1


def eight_bits(picture):
    """The picture with 8 bits a colour: of 16 the upper 8; of 10, 12 or 14, as many of 255 as of their white."""
    from PIL import Image

    if not picture.mode.startswith("I"):
        return picture
    tags = getattr(picture, "tag_v2", {})
    numbers, white = np.asarray(picture), _white(tags) if tags else 2**16 - 1
    if white == 2**16 - 1:
        grey = (numbers >> 8).astype("uint8")
    else:
        grey = np.clip(np.round(numbers * np.float32(255 / white)), 0, 255).astype("uint8")
    if tags and tags.get(PHOTOMETRIC) == WHITE_IS_ZERO:
        grey = 255 - grey
    return Image.fromarray(grey)


def named_clear(picture, content):
    """Where a PNG's named colour (its chunk tRNS) says that there is nothing: a PIL picture, 0 there and 255 elsewhere.

    Pillow compares that colour with numbers that it has made into 8 bits before, and so misses it at other depths.
    None for pictures without such a colour, and for palettes, where Pillow is right.
    """
    from PIL import Image

    clear = picture.info.get("transparency")
    if picture.format != "PNG" or clear is None or picture.mode not in ("1", "L", "I;16", "I", "RGB"):
        return None
    bits = content[24]  # in the header of every PNG: bits a colour
    numbers = np.asarray(picture)
    if picture.mode == "1":
        numbers, clear = numbers * 255, 255 if clear else 0
    elif picture.mode == "L":
        clear = clear % 2**bits * 255 // (2**bits - 1)  # as Pillow has spread 2 and 4 bits over 255
    elif picture.mode == "RGB" and bits == 16:
        numbers = 256 * numbers.astype("uint16") + _lower_bytes(content)
    same = numbers == np.array(clear)
    same = same.all(axis=2) if same.ndim == 3 else same
    return Image.fromarray(np.where(same, 0, 255).astype("uint8"))


def _lower_bytes(content):
    """The lower 8 of the 16 bits of each colour of a PNG, where Pillow gives the upper 8: uint8, (height, width, 3)."""
    from PIL import Image

    picture = Image.open(io.BytesIO(content), formats=["PNG"])
    # Told that the bytes come in the other order, Pillow takes the other one of each two for the upper.
    (tile,) = picture.tile
    picture.tile = [tile._replace(args="RGB;16L")]
    return np.asarray(picture)
