"""Why a file cannot be read, in words: another kind of file, by name; a variant that is not read; or damaged.

In: the bytes of a file, its name, and what its reader said. Out: the end of a sentence.
"""

import importlib.util
import io
import os
import re
import warnings
from typing import NamedTuple

from helpers.files import kinds
from helpers.files.kinds import coded, looks_like

AS_PICTURE = "open it in the program that made it and export it as PNG or JPEG."
AS_FRAME = "pause it and save one frame as PNG or JPEG."
UNPACK = "unpack it and give a picture that is in it."
ANOTHER = "check that it is the right file."


class Kind(NamedTuple):
    """A kind of file that is not read here: a pattern of its first bytes, what it is called, and what to do."""

    start: bytes
    called: str
    advice: str = AS_PICTURE


KINDS = [
    Kind(rb"8BPS", "a Photoshop file (PSD)"),
    Kind(rb"gimp xcf", "a GIMP file (XCF)"),
    Kind(rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    Kind(rb"\0\0\0\x0cJXL |\xff\x0a", "a JPEG XL picture"),
    Kind(rb"II\xbc\x01", "a JPEG XR picture"),
    Kind(rb"\0\0[\x01\x02]\0[^\0]\0", "an icon (ICO or CUR)"),
    Kind(rb"icns", "an icon of a Mac (ICNS)"),
    Kind(rb"DDS ", "a texture (DDS)"),
    Kind(rb"\x01\xda[\0\x01][\x01\x02]", "a Silicon Graphics picture (SGI)"),
    Kind(rb"\x0a[\0-\x05]\x01[\x01\x02\x04\x08]", "a PCX picture"),
    Kind(rb"qoif", "a QOI picture"),
    Kind(rb"BPG\xfb", "a BPG picture"),
    Kind(rb"FLIF", "a FLIF picture"),
    Kind(rb"#\?(RADIANCE|RGBE)", "a picture of brightness (Radiance HDR)"),
    Kind(rb"\x76\x2f\x31\x01", "a picture of brightness (OpenEXR)"),
    Kind(rb"Pf\s|PF\s", "a picture of numbers with a decimal point (PFM)"),
    Kind(rb"P7\n", "a PAM picture"),
    Kind(rb"\x59\xa6\x6a\x95", "a Sun picture (RAS)"),
    Kind(rb"SIMPLE  =", "an astronomer's picture (FITS)"),
    Kind(rb".{128}DICM", "a medical picture (DICOM)"),
    Kind(rb"\xd7\xcd\xc6\x9a|\x01\0\x09\0\0\x03|\x01\0\0\0.{36} EMF", "a Windows drawing (WMF or EMF)"),
    Kind(rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript drawing (EPS)"),
    Kind(rb"#define \S+_width|/\* XPM \*/", "an icon written as text (XBM or XPM)"),
    Kind(rb"%PDF", "a PDF", "open it and save the picture that is in it as PNG or JPEG."),
    Kind(rb"....ftypcrx |FUJIFILMCCD-RAW|II(RO|RS|U\0)|MMOR|\0MRM|FOVb", "a camera's raw file"),
    Kind(rb"....ftyp(isom|iso\d|mp4.|avc1|qt  |M4V|3gp|dash|MSNV)|\0\0..(moov|mdat|wide)", "a video (MP4 or MOV)", AS_FRAME),
    Kind(rb"\x1a\x45\xdf\xa3|RIFF....AVI |\0\0\x01\xba|FLV\x01|.{4}[\x11\x12]\xaf", "a video", AS_FRAME),
    Kind(rb"RIFF....WAVE|ID3|OggS|fLaC|\xff[\xfb\xf3]", "a sound", ANOTHER),
    Kind(rb"PK\x03\x04|PK\x05\x06", "an archive (ZIP), or a document of an office program", UNPACK),
    Kind(rb"\x1f\x8b|Rar!|7z\xbc\xaf\x27\x1c|BZh|\xfd7zXZ|.{257}ustar", "an archive", UNPACK),
    Kind(rb"\x89HDF|\x93NUMPY|GRIB|BUFR|CDF[\x01\x02]", "a file of numbers, not of colours", ANOTHER),
    Kind(rb"\x80[\x02-\x05]", "a pickle, which could run a program and is never opened", ANOTHER),
    Kind(rb"MZ|\x7fELF|\xcf\xfa\xed\xfe", "a program", ANOTHER),
    Kind(rb"\xd0\xcf\x11\xe0", "a document of an office program", "save the picture that is in it as PNG or JPEG."),
    Kind(rb"bplist00", "a placeholder of a cloud, or a Mac's list of settings", "download the picture itself first."),
    Kind(
        rb"\0\x05\x16\x07", "what a Mac keeps beside a file, without the picture", "give the file without ._ before its name."
    ),
    Kind(rb"L\0\0\0\x01\x14\x02\0", "a shortcut of Windows", "give the path of the file that it leads to."),
    Kind(rb"\0{64}", "nothing but zeros, as a broken copy leaves it", "copy or download it again."),
    Kind(rb"SQLite format 3", "a database", ANOTHER),
]
RAW = Kind(rb"II\*\0.{4}CR", "a camera's raw file")  # Canon's, which begins as a TIFF does
PATTERNS = [(re.compile(kind.start, re.DOTALL), kind) for kind in KINDS]
# Kinds without a mark at their start: there the ending of the name has to say it.
BY_ENDING = {
    (".tga", ".icb", ".vda", ".vst"): Kind(b"", "a Targa picture (TGA)"),
    (".pcd",): Kind(b"", "a Photo CD picture (PCD)"),
    (".raw", ".nef", ".arw", ".cr2", ".dng", ".orf", ".pef", ".rw2", ".srw"): Kind(b"", "a camera's raw file"),
}


# The codings of JPEG, by the second byte of the segment that names them, that libjpeg does not read: lossless and hierarchical
# ones, and JPEG-LS (ITU-T T.81, table B.1, and T.87).
JPEG_CODINGS = {0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}
NO_CODING = {0xC4, 0xC8, 0xCC}


def known(content, name=""):
    """The Kind of a file that is not read here, or None."""
    if re.match(RAW.start, content, re.DOTALL):
        return RAW
    if looks_like(content):
        return None
    found = next((kind for pattern, kind in PATTERNS if pattern.match(content[:512])), None)
    ending = os.path.splitext(str(name))[1].lower()
    return found or next((kind for endings, kind in BY_ENDING.items() if ending in endings), None)


def what_it_is(content, name):
    """The end of the sentence "… is not a picture that can be read: " for bytes that no format of ours takes."""
    coding, kind = coded(content), known(content, name)
    if coding == "HEIC" and importlib.util.find_spec("pillow_heif") is None:
        return "it is a HEIC photo from a phone, so export it as JPEG first, or pip install pillow-heif and start again."
    if coding == "HEIC" and not kinds.heif_reader():
        return "it is a HEIC photo, and pillow-heif, which reads them, is installed but does not start: export it as JPEG."
    if coding == "AVIF" and not kinds.avif_reader():
        return "it is an AVIF picture, which this Pillow cannot read: export it as JPEG, or pip install -U pillow."
    if coding:
        return "it is of the HEIF family, but coded in a way that cannot be read here: export it as JPEG."
    if kind:
        return f"it is {kind.called}: {kind.advice}"
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in start):
        return "it is a drawing (SVG), so export it as PNG first."
    if start.startswith((b"<!doctype", b"<html", b"<?xml")) or b"<html" in start:
        return "it is a web page, so open the page and save the picture itself."
    if all(byte >= 32 or byte in b"\t\n\r" for byte in content[:1024]):
        return "it holds text, so check that it is the right file."
    return f"use one of {', '.join(kinds.FORMATS)}, or check that it is the right file."


def unreadable(content, name, said):
    """The sentence for a file that begins as a picture, and cannot be read. said: what its reader said."""
    if "too large" in said or "MAX_TEXT" in said:
        return f"{name} carries notes that unfold into too much to open safely: save the picture again, without them."
    if is_unsupported(content, said):
        format = looks_like(content)
        return f"{name} is a {format} file of a variant that cannot be read here: open it elsewhere and save it as PNG or JPEG."
    return f"{name} is damaged or cut off, so it cannot be read: copy or download it again."


# Words of Pillow's and libtiff's own with which a reader says that a file is whole, but of a variant that it does not read.
UNSUPPORTED = re.compile(
    r"unsupported|not supported|cannot handle|not configured|not implemented|not available|unknown (pixel|compression|data)"
    r"|palette size|KeyError\(\d+\)|cannot identify|unrecognized (image mode|compression)",
    re.IGNORECASE,
)


def is_unsupported(content, said):
    """Whether a file that could not be read is whole, as far as can be told, and of a variant that is not read here.

    said: what the reader said, in its own words; of a file that no reader took, nothing: then its own reader is asked.
    """
    from PIL import Image

    format = looks_like(content)
    if format == "JPEG" and _coding(content) in JPEG_CODINGS:
        return True
    if not said and format in Image.OPEN:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                Image.OPEN[format][0](io.BytesIO(content), "")
        except Exception as problem:  # a reader's own words, of any class
            said = repr(problem)
    return UNSUPPORTED.search(said) is not None


def _coding(content):
    """The second byte of the segment in which a JPEG says how it is coded, or None."""
    at = 2
    while content[at : at + 1] == b"\xff" and at + 4 <= len(content):
        second = content[at + 1]
        if (0xC0 <= second <= 0xCF and second not in NO_CODING) or second == 0xF7:
            return second
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
