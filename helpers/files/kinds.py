"""What a file is, told from its first bytes: which format to open it as.

In: the bytes of a file. Out: the formats to try; of a file that none of them takes, `refusals` says what it is.
"""

import importlib.util
import re

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF", "DIB")  # never EPS: reading one runs a program
# What stands in the first box of a file of the HEIF family, the brands, and in it the kinds of coding.
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
AVIF_BRANDS = {b"avif", b"avis"}
GENERAL_BRANDS = {b"mif1", b"mif2", b"msf1", b"mif3"}  # of the family: how it is coded stands further inside
FAMILY_BYTES = 1 << 16  # from the start of a file: where its boxes describe it


def formats(content):
    """The names that Pillow gives to the formats these bytes may be opened as; HEIF where its package is installed."""
    coding = coded(content)
    if coding == "HEIC" and heif_reader():
        return ("HEIF",)
    if coding:
        return ("AVIF",) if coding == "AVIF" and avif_reader() else ()
    return FORMATS


def avif_reader():
    """Whether this Pillow was built with what reads AVIF."""
    from PIL import features

    return "avif" in features.get_supported()


def heif_reader():
    """Whether the package that reads HEIC is here and works; it is then known to Pillow."""
    if importlib.util.find_spec("pillow_heif") is None:
        return False
    try:
        import pillow_heif
    except (ImportError, OSError):  # one of its libraries is missing
        return False
    pillow_heif.register_heif_opener()
    return True


def coded(content):
    """Of a file of the HEIF family, how its picture is coded: HEIC, AVIF or another; None for any other file."""
    if content[4:8] != b"ftyp":
        return None
    length = int.from_bytes(content[:4], "big")
    brands = {content[8:12], *(content[at : at + 4] for at in range(16, min(length, 256), 4))}
    if content[8:12] in AVIF_BRANDS or content[8:12] in HEIC_BRANDS:
        brands = {content[8:12]}
    elif not brands & (GENERAL_BRANDS | AVIF_BRANDS | HEIC_BRANDS):
        return None
    inside = content[:FAMILY_BYTES]
    if brands & AVIF_BRANDS or (b"av01" in inside and not brands & HEIC_BRANDS):
        return "AVIF"
    if brands & HEIC_BRANDS or b"hvc1" in inside:
        return "HEIC"
    return "another"


def looks_like(content):
    """The one of FORMATS that the first bytes promise, or None."""
    starts = {
        "JPEG": b"\xff\xd8\xff",
        "PNG": b"\x89PNG\r\n\x1a\n",
        "GIF": b"GIF8[79]a",
        "WEBP": b"RIFF....WEBP",
        "BMP": b"BM",
        "TIFF": b"II(\\*\0|\0\\*|\\+\0)|MM(\0\\*|\\*\0|\0\\+)",
        "PPM": b"P[1-6][\\s#]",
    }
    return next((format for format, start in starts.items() if re.match(start, content, re.DOTALL)), coded(content))
