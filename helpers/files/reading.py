"""From a source to pixels: fetched or read, told what it is, decoded, made RGB, turned upright.

In: a path, an http(s) address, bytes or an open file. Out of `load`: RGB, uint8, shape (height, width, 3).
"""

import contextlib
import io
import os
import warnings

import numpy as np

from helpers.files import depth, kinds, pages, profiles, refusals
from helpers.machine import disk, pictures, places, quiet, sentences, web

PHOTOS = places.DATA / "images"
MOST_BYTES = 50 * 2**20  # of a picture from the network: no photo has more
MOST_FILE_BYTES = 2**30  # of a file here: 50 million pixels of 16 bytes, the widest that a TIFF has, are no more
MOST_SECONDS = 8  # for a picture from the network, name look-up included: who waits longer thinks that nothing happens
ORIENTATION = 0x0112  # Exif: how the camera was held


def load(source, most_pixels=50_000_000):  # more than a telephone's 48 million, and 150 MB once it is open
    """Reads a picture: RGB, uint8, shape (height, width, 3), turned upright, in the colours of screens (sRGB).

    source: a path (a bare name is also looked for in data/images), an http(s) address, bytes, or an open binary file.
    most_pixels: a picture with more is refused, since a small file can unfold into one that fills the memory.
    Transparent parts come on white; of an animation comes the first frame; of 16 bits a colour the upper 8; a colour profile
    is honoured; CMYK, grey and palettes become RGB. What does not say which colours its numbers are is refused.
    Raises FileNotFoundError, IsADirectoryError, ConnectionError, TypeError or ValueError, each with one plain sentence.
    """
    return np.array(opened(source, most_pixels))


def opened(source, most_pixels=50_000_000, enough=None):
    """What `load` reads, as a PIL picture, RGB and upright: for who resizes it at once, and needs no copy in between.

    enough: pixels of the shorter side that will do: a JPEG comes at the smallest of 1/2, 1/4 and 1/8 that leaves as many.
    """
    with pictures.room("This picture"):
        content, name = _content(source)
    with pictures.room(name := sentences.fit(name)):
        return _decoded(content, name, most_pixels, enough)


def _content(source):
    """The bytes of a source, and what it is called in a sentence."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "This data"
    if hasattr(source, "read"):
        return _rest_of(source), str(getattr(source, "name", None) or "This file")
    if isinstance(source, str) and source[:5].lower() == "data:":
        raise ValueError(
            'This is a data address, which holds the picture itself: give images.load(base64.b64decode(address.split(",")[1])) '
            "instead, after import base64."
        )
    if places.is_address(source):
        return web.small_file(source, MOST_BYTES, MOST_SECONDS), web.shown(source)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(_no_source(source))
    path = places.given("The picture", source, "a path, an address, bytes or an open file")
    try:
        path = _find(path)
        if path.stat().st_size > MOST_FILE_BYTES:
            raise ValueError(f"{path.name} has more than {MOST_FILE_BYTES >> 30} GB, which no picture needs: make it smaller.")
        return path.read_bytes(), path.name
    except OSError as problem:
        if problem.errno is None:
            raise  # by _find, with its sentence
        where, why = sentences.fit(str(source)), disk.why(problem)
        raise type(problem)(f"{where} cannot be read ({why}): check the path and its permissions.") from None


def _rest_of(file):
    content = None
    with contextlib.suppress(OSError, ValueError):  # closed, or not opened for reading, or not text after all
        content = file.read()
    if not isinstance(content, bytes):
        raise TypeError('This file gives no bytes (it is closed, or open as text or for writing): open it with mode "rb".')
    return content


def _no_source(value):
    """The sentence for a value that is no source: with the line to use instead, where there is one."""
    line = pictures.conversion(value)
    if pictures.is_picture(value):
        instead = "it is a picture already, and needs no loading"
    else:
        instead = f"give the next step {line}, which needs no loading" if line else "give one of these"
    return f"A picture comes from a path, an address, bytes or an open file, not from a {pictures.kind(value)}: {instead}."


def _find(path):
    shown = sentences.fit(str(path))
    if path.is_dir():
        raise IsADirectoryError(f"{shown} is a folder: give the path of one picture in it.")
    if path.is_file():
        return path
    if path.exists():
        raise OSError(f"{shown} is no ordinary file (a device, or a pipe): give the path of a picture.")
    bare = path.name == str(path)
    if bare and (PHOTOS / path).is_file():
        return PHOTOS / path
    there = list(path.parent.iterdir()) if path.parent.is_dir() else []
    names = [p.name for p in there if p.is_file()] + ([p.name for p in PHOTOS.iterdir()] if bare else [])
    near = [sentences.fit(name) for name in sentences.nearest(path.name, names, most=3, alike=0.5)]
    folder = sentences.fit(str(path.parent))
    if bare:
        where = "here or in data/images"
    else:
        where = f"in {folder}" if path.parent.is_dir() else f"in {folder}, nor is there that folder"
    hint = f"did you mean {' or '.join(near)}?" if near else "check the name and the folder."
    raise FileNotFoundError(f"There is no file {sentences.fit(path.name)} {where}: {hint}")


def _decoded(content, name, most_pixels, enough):
    """The PIL picture in these bytes: RGB, sRGB, upright."""
    from PIL import Image, UnidentifiedImageError

    if not content:
        raise ValueError(f"{name} is empty (0 bytes): copy or download the picture again, or open the file again.")
    formats = kinds.formats(content)
    if not formats or refusals.known(content, name):
        raise ValueError(f"{name} is not a picture that can be read: {refusals.what_it_is(content, name)}")
    said = ""
    try:
        with warnings.catch_warnings(), _libraries_quiet(content) as words:
            warnings.simplefilter("ignore")  # of damage, and of the size, which is checked more strictly here
            try:
                picture = Image.open(io.BytesIO(content), formats=formats)
                doubt = _doubt(picture, content, most_pixels, enough)
                if not doubt:
                    picture = _upright_rgb(picture, content)
            finally:
                said = words()
    except MemoryError:
        raise
    except UnidentifiedImageError:
        if kinds.looks_like(content) is None:
            raise ValueError(f"{name} is not a picture that can be read: {refusals.what_it_is(content, name)}") from None
        raise ValueError(refusals.unreadable(content, name, "")) from None
    except Image.DecompressionBombError:
        doubt = _too_large(most_pixels)
    except Exception as problem:  # Pillow's readers raise a dozen kinds on damaged files
        raise ValueError(refusals.unreadable(content, name, f"{problem!r} {said}")) from None
    if doubt:
        raise ValueError(f"{name} {doubt}") from None  # its caller may be handling another problem
    return picture


@contextlib.contextmanager
def _libraries_quiet(content):
    """Gives a function that gives what libtiff, in C, writes to standard error; other readers write nothing there."""
    quiet.loggers("PIL", level="CRITICAL")
    if kinds.looks_like(content) != "TIFF":
        yield lambda: ""
        return
    with quiet.standard_error() as words:
        yield words


def _too_large(most_pixels):
    return f"has more than {most_pixels / 1e6:g} million pixels, too many to open safely: make it smaller first."


def _doubt(picture, content, most_pixels, enough):
    """Why this picture is not read, as the rest of a sentence, or None. Its pixels are decoded on the way."""
    why = pages.turn_to_picture(picture) if picture.format == "TIFF" else None
    if picture.width * picture.height > most_pixels:
        return _too_large(most_pixels)
    if not why:
        picture.draft(None, enough and (enough, enough))  # its colours stay; the readers of other formats pass over it
        picture.load()
        why = depth.doubt(picture) if hasattr(picture, "tag_v2") else None
    why = why or profiles.doubt(picture, content)
    return f"cannot be read as colours: {why}" if why else None


def _upright_rgb(picture, content):
    from PIL import Image, ImageOps

    clear = depth.named_clear(picture, content)
    colours = depth.eight_bits(picture)
    if clear is None and colours.has_transparency_data:
        clear = colours.convert("RGBA").getchannel("A")
        if picture.format in ("BMP", "DIB") and clear.getextrema() == (0, 0):
            clear = None  # old programs leave the fourth number empty: browsers show such pictures, and so do we
    rgb = profiles.to_srgb(colours, picture, content)
    if clear is not None:
        rgb.putalpha(clear)
        rgb = Image.alpha_composite(Image.new("RGBA", rgb.size, "white"), rgb).convert("RGB")
    rgb.getexif()[ORIENTATION] = picture.getexif().get(ORIENTATION, 1)
    ImageOps.exif_transpose(rgb, in_place=True)
    return rgb
