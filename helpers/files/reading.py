"""Joint 1 of the pipe: file → pixels, whatever a person has. A picture is turned upright here.

In: a path, an http(s) address, bytes or an open file. Out of `load`: RGB, uint8, shape (height, width, 3).
"""

import importlib.util
import io
import os
import pathlib

import numpy as np

from helpers.machine import disk, places, sentences, web

PHOTOS = places.DATA / "images"
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM")  # never EPS: reading one runs a program
# The endings of files that count as pictures in a folder.
SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".heic", ".heif")
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")  # how a file of a phone begins, after 4 bytes
MOST_BYTES = 50 * 2**20  # of a picture from the network: no photo has more
MOST_SECONDS = 8  # for a picture from the network, name look-up included: who waits longer thinks that nothing happens


def load(source, most_pixels=50_000_000):  # more than a telephone's 48 million, and 150 MB once it is open
    """Reads a picture: RGB, uint8, shape (height, width, 3), turned upright, transparent parts on white.

    source: a path (a bare name is also looked for in data/images), an http(s) address, bytes, or an open binary file.
    most_pixels: a picture with more is refused, since a small file can unfold into one that fills the memory.
    Of an animation comes the first frame; of 16 bits a colour the upper 8; CMYK, grey and palettes become RGB.
    Raises FileNotFoundError, IsADirectoryError, ConnectionError, TypeError or ValueError, each with one plain sentence.
    """
    return np.array(opened(source, most_pixels))


def opened(source, most_pixels=50_000_000):
    """What `load` reads, as a PIL picture, RGB and upright: for who resizes it at once, and needs no copy in between."""
    content, name = _content(source)
    return _to_rgb(_decode(content, name, most_pixels), name)


def _content(source):
    """The bytes of a source, and what it is called in a sentence."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "This data"
    if hasattr(source, "read"):
        try:
            content = source.read()
        except (OSError, ValueError):  # closed, or not opened for reading, or not text after all
            content = None
        if not isinstance(content, bytes):
            raise TypeError('This file gives no bytes (it is closed, or open as text or for writing): open it with mode "rb".')
        return content, getattr(source, "name", None) or "This file"
    if isinstance(source, str) and "://" in source:
        return web.small_file(source, MOST_BYTES, MOST_SECONDS), source
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(
            f"A picture comes from a path, an address, bytes or an open file, not from a {type(source).__name__}: "
            "if it is already an array, it needs no loading."
        )
    try:
        path = _find(pathlib.Path(source))
        content = path.read_bytes()
    except OSError as problem:
        if problem.errno is None:
            raise  # by _find, with its sentence
        why = disk.why(problem)
        raise type(problem)(f"{source} cannot be read ({why}): check the path and its permissions.") from None
    return content, path.name


def _find(path):
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: give the path of one picture in it.")
    if path.is_file():
        return path
    bare = path.name == str(path)
    if bare and (PHOTOS / path).is_file():
        return PHOTOS / path
    there = list(path.parent.iterdir()) if path.parent.is_dir() else []
    names = [p.name for p in there if p.is_file()] + ([p.name for p in PHOTOS.iterdir()] if bare else [])
    near = sentences.nearest(path.name, names, most=3, alike=0.5)
    if bare:
        where = "here or in data/images"
    else:
        where = f"in {path.parent}" if path.parent.is_dir() else f"in {path.parent}, nor is there that folder"
    hint = f"did you mean {' or '.join(near)}?" if near else "check the name and the folder."
    raise FileNotFoundError(f"There is no file {path.name} {where}: {hint}")


def _decode(content, name, most_pixels):
    """The PIL picture in these bytes, upright; its colours are still of any kind."""
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    if not content:
        raise ValueError(f"{name} is empty (0 bytes): copy or download the picture again, or open the file again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damage, and of the size, which is checked more strictly here
            picture = Image.open(io.BytesIO(content), formats=FORMATS + _heif(content))
            if picture.width * picture.height > most_pixels:
                raise Image.DecompressionBombError
            ImageOps.exif_transpose(picture, in_place=True)
    except UnidentifiedImageError:
        raise ValueError(f"{name} is not a picture that can be read: {_what_it_is(content)}") from None
    except Image.DecompressionBombError:
        raise ValueError(
            f"{name} has more than {most_pixels / 1e6:g} million pixels, too many to open safely: make it smaller first."
        ) from None
    except Exception:  # Pillow's readers raise a dozen kinds on damaged files
        raise ValueError(f"{name} is damaged or cut off, so it cannot be read: copy or download it again.") from None
    return picture


def _heif(content):
    """The format to add for a phone's HEIC photo, where the package that reads it is installed."""
    if content[4:12] not in HEIC or importlib.util.find_spec("pillow_heif") is None:
        return ()
    import pillow_heif

    pillow_heif.register_heif_opener()
    return ("HEIF",)


def _to_rgb(picture, name):
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits a pixel, grey: keep the upper 8, as cameras mean it
        grey = (np.asarray(picture).astype("int64") >> 8).clip(0, 255).astype("uint8")
        return Image.fromarray(grey).convert("RGB")
    if picture.mode == "F":
        raise ValueError(f"{name} holds numbers with a decimal point, not colours: save it as PNG or JPEG first.")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _what_it_is(content):
    start = content[:1024].lstrip().lower()
    if content[4:12] in HEIC:
        return "it is a HEIC photo from a phone, so export it as JPEG first, or pip install pillow-heif and start again."
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return "it is a drawing (SVG), so export it as PNG first."
    if start.startswith((b"<!doctype", b"<html", b"<?xml")) or b"<html" in start:
        return "it is a web page, so open the page and save the picture itself."
    if all(byte >= 32 or byte in b"\t\n\r" for byte in content[:1024]):
        return "it holds text, so check that it is the right file."
    return f"use one of {', '.join(FORMATS)}, or check that it is the right file."
