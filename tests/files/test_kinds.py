"""What a file is, said truly: another kind by its name, a variant that is not read, damaged, too large; and never twice."""

import gzip
import io
import pickle
import struct
import sys
import tarfile
import types
import wave
import zipfile

import numpy as np
import pytest
from checkout import DATA
from made_files import family, png_chunk, tiff
from made_pictures import encoded, noise, same_pixels
from PIL import Image
from refused import plain_sentence

from helpers import files
from helpers.files import kinds

DOG = (DATA / "images" / "dog.jpg").read_bytes()
SMALL = noise(20, 30)


def by_pillow(format, **options):
    return encoded(SMALL, format, **options)


def in_an_archive(kind):
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("dog.jpg", DOG)
    else:
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("dog.jpg"), io.BytesIO(b""))
    return file.getvalue()


def a_sound():
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1), sound.setsampwidth(1), sound.setframerate(8000), sound.writeframes(bytes(100))
    return file.getvalue()


def numbers():
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


MP4 = struct.pack(">I", 24) + b"ftypisom" + bytes(4) + b"isommp41"
OTHER_KINDS = [
    (b"8BPS\0\1" + bytes(20), "a Photoshop file (PSD)"),
    (by_pillow("JPEG2000"), "a JPEG 2000 picture"),
    (b"\xff\x0a" + bytes(30), "a JPEG XL picture"),
    (by_pillow("ICO"), "an icon"),
    (by_pillow("ICNS"), "an icon of a Mac"),
    (by_pillow("DDS"), "a texture (DDS)"),
    (by_pillow("SGI"), "a Silicon Graphics picture"),
    (by_pillow("PCX"), "a PCX picture"),
    (by_pillow("PDF"), "a PDF"),
    (by_pillow("EPS"), "a PostScript drawing (EPS)"),
    (encoded(SMALL[..., 0] > 99, "XBM"), "an icon written as text"),
    (encoded(SMALL[..., 0].astype("float32"), "PPM"), "a picture of numbers with a decimal point (PFM)"),
    (b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nENDHDR\n\0\0\0", "a PAM picture"),
    (b"v/1\1" + bytes(30), "a picture of brightness (OpenEXR)"),
    (bytes(128) + b"DICM" + bytes(30), "a medical picture (DICOM)"),
    (b"II*\0\x10\0\0\0CR\2\0" + bytes(300), "a camera's raw file"),
    (struct.pack(">I", 24) + b"ftypcrx " + bytes(12), "a camera's raw file"),
    (b"FUJIFILMCCD-RAW 0201" + bytes(300), "a camera's raw file"),
    (MP4, "a video (MP4 or MOV): pause it and save one frame"),
    (b"\x1a\x45\xdf\xa3" + bytes(30), "a video: pause it and save one frame"),
    (a_sound(), "a sound: check that it is the right file"),
    (in_an_archive("zip"), "an archive (ZIP), or a document of an office program: unpack it"),
    (in_an_archive("tar"), "an archive: unpack it and give a picture that is in it"),
    (gzip.compress(DOG), "an archive: unpack it"),
    (numbers(), "a file of numbers, not of colours"),
    (pickle.dumps([1, 2, 3]), "a pickle, which could run a program and is never opened"),
    (b"\xd0\xcf\x11\xe0" + bytes(600), "a document of an office program"),
    (b"bplist00" + bytes(60), "a placeholder of a cloud"),
    (b"\0\5\x16\7\0\2\0\0Mac OS X", "what a Mac keeps beside a file, without the picture"),
    (b"L\0\0\0\1\x14\2\0" + bytes(60), "a shortcut of Windows"),
    (bytes(5000), "nothing but zeros, as a broken copy leaves it: copy or download it again."),
    (b"\x7fELF" + bytes(100), "a program: check that it is the right file"),
]


@pytest.mark.parametrize("content, words", OTHER_KINDS, ids=[words[:30] for _, words in OTHER_KINDS])
def test_a_file_of_another_kind_is_named(content, words):
    said = plain_sentence(f"This data is not a picture that can be read: it is {words}", files.load, content)
    assert "damaged" not in said


def test_a_kind_without_a_mark_is_told_by_its_ending(tmp_path):
    (tmp_path / "old.tga").write_bytes(by_pillow("TGA"))
    plain_sentence("it is a Targa picture (TGA)", files.load, tmp_path / "old.tga")
    (tmp_path / "real.tga").write_bytes(DOG)  # what it is counts, not what it is called
    assert files.load(tmp_path / "real.tga").shape == files.load(DOG).shape


# --- Variants that are not read, damage, and too much: kept apart ---


def bmp(bits=24, compression=0, header=40, width=3):
    """A BMP of the header alone, and pixels enough."""
    info = struct.pack("<IiiHHIIiiII", header, width, 3, 1, bits, compression, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 400, 0, 0, 14 + len(info)) + info + bytes(300)


def jpeg_coded(second):
    """The dog's photo, with another number where a JPEG says how it is coded."""
    at = DOG.index(b"\xff\xc0") if b"\xff\xc0" in DOG else DOG.index(b"\xff\xc2")
    return DOG[: at + 1] + bytes([second]) + DOG[at + 2 :]


def twelve_bit_jpeg():
    at = DOG.index(b"\xff\xc0") if b"\xff\xc0" in DOG else DOG.index(b"\xff\xc2")
    return DOG[: at + 4] + b"\x0c" + DOG[at + 5 :]


GREY = {258: 8, 262: 1}
VARIANT = "file of a variant that cannot be read here: open it elsewhere and save it as PNG or JPEG."


@pytest.mark.parametrize(
    "content, format",
    [
        (bmp(bits=2), "BMP"),
        (bmp(bits=0, compression=4), "BMP"),  # a JPEG inside
        (bmp(bits=32, compression=6), "BMP"),
        (bmp(header=16), "BMP"),
        (jpeg_coded(0xC3), "JPEG"),  # lossless
        (jpeg_coded(0xF7), "JPEG"),  # JPEG-LS
        (twelve_bit_jpeg(), "JPEG"),
        (tiff({**GREY, 262: 4, "planes": [SMALL[..., 0]]}), "TIFF"),  # a mask
        (tiff({**GREY, 259: 34661, "planes": [SMALL[..., 0]]}), "TIFF"),  # JBIG
        (tiff({**GREY, 259: 50001, "planes": [SMALL[..., 0]]}), "TIFF"),  # WebP
    ],
    ids=["2 bits", "JPEG in BMP", "alpha fields", "OS/2", "lossless", "JPEG-LS", "12 bits", "mask", "JBIG", "WebP in TIFF"],
)
def test_a_whole_file_of_a_variant_that_is_not_read_is_not_called_damaged(content, format, capfd):
    plain_sentence(f"This data is a {format} {VARIANT}", files.load, content)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF"])
@pytest.mark.parametrize("part", [0.9, 0.5])
def test_a_file_that_is_cut_off_is_called_damaged(format, part, capfd):
    content = encoded(noise(60, 80), format)
    plain_sentence(
        "This data is damaged or cut off, so it cannot be read: copy or download it again.",
        files.load,
        content[: int(part * len(content))],
    )
    assert capfd.readouterr() == ("", "")


def test_a_compressed_tiff_that_is_cut_off_is_called_damaged_and_libtiff_is_not_heard(capfd):
    content = encoded(noise(60, 80), "TIFF", compression="tiff_adobe_deflate")
    broken = content[:200] + bytes(400) + content[600:]
    plain_sentence("This data is damaged or cut off", files.load, broken)
    plain_sentence(
        "This data is damaged or cut off",
        files.load,
        encoded(noise(60, 80), "TIFF", compression="jpeg").replace(b"\xff\xda", b"\0\0"),
    )
    assert capfd.readouterr() == ("", "")


def test_a_note_that_unfolds_into_too_much_is_said():
    import zlib

    content = encoded(SMALL, "PNG")
    note = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80 * 2**20)))
    plain_sentence("carries notes that unfold into too much to open safely", files.load, content[:33] + note + content[33:])


def test_a_file_larger_than_any_picture_is_refused_before_it_is_read(tmp_path):
    with open(tmp_path / "huge.jpg", "wb") as file:
        file.truncate(3 * 2**30)  # takes no room on the disk
    plain_sentence("huge.jpg has more than 1 GB, which no picture needs: make it smaller.", files.load, tmp_path / "huge.jpg")


def test_too_little_memory_is_a_sentence(monkeypatch):
    def none_left(*_):
        raise MemoryError

    monkeypatch.setattr(Image.Image, "convert", none_left)
    plain_sentence("This data needs more memory than there is", files.load, encoded(SMALL[..., 0], "PNG"))


# --- The family of HEIF: HEIC, AVIF and others, by what is inside ---


@pytest.mark.parametrize(
    "content, coding",
    [
        (family(b"heic", b"mif1", b"heic"), "HEIC"),
        (family(b"heix", b"mif1"), "HEIC"),
        (family(b"hevc", b"msf1"), "HEIC"),
        (family(b"mif1", b"heic", b"miaf"), "HEIC"),
        (family(b"mif1", inside=b"....infe....hvc1"), "HEIC"),
        (family(b"avif", b"mif1", b"miaf"), "AVIF"),
        (family(b"avis", b"msf1", b"avif"), "AVIF"),
        (family(b"mif1", b"avif", b"miaf"), "AVIF"),
        (family(b"mif1", b"miaf", inside=b"....infe....av01"), "AVIF"),
        (family(b"mif1", inside=b"....infe....jpeg"), "another"),
        (family(b"mif1", b"miaf", inside=b"....infe....unci"), "another"),
        (MP4, None),
        (family(b"qt  "), None),
        (DOG, None),
    ],
)
def test_the_family_is_told_apart_by_what_is_inside(content, coding):
    assert kinds.coded(content) == coding


def test_avif_is_read():
    flat = np.kron(noise(4, 6), np.ones((16, 16, 1), "uint8"))
    content = encoded(flat, "AVIF", quality=100, subsampling="4:4:4")
    same_pixels(files.load(content), flat, within=4)
    general = content[:8] + b"mif1" + content[12:]  # the same file, with the brand of the whole family in front
    same_pixels(files.load(general), flat, within=4)


def test_avif_where_pillow_does_not_read_it(monkeypatch):
    monkeypatch.setattr(kinds, "avif_reader", lambda: False)
    words = "it is an AVIF picture, which this Pillow cannot read: export it as JPEG, or pip install -U pillow."
    plain_sentence(words, files.load, encoded(SMALL, "AVIF"))


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1"])
def test_heic_says_install_only_where_that_was_not_done(brand, monkeypatch):
    content = family(brand, b"heic") + bytes(500)
    monkeypatch.setattr(kinds.importlib.util, "find_spec", lambda name: None)
    plain_sentence(
        "it is a HEIC photo from a phone, so export it as JPEG first, or pip install pillow-heif", files.load, content
    )
    monkeypatch.setattr(kinds.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # it is there, and cannot be imported
    said = plain_sentence("pillow-heif, which reads them, is installed but does not start", files.load, content)
    assert "pip" not in said


def test_heic_that_is_cut_off_is_called_damaged():
    pytest.importorskip("pillow_heif", reason="pillow-heif is not installed, which reads HEIC")
    said = plain_sentence("is damaged or cut off", files.load, family(b"heic", b"mif1") + bytes(500))
    assert "pip" not in said


def test_another_of_the_family_is_named_and_nothing_is_to_be_installed():
    content = family(b"mif1", b"miaf", inside=bytes(20) + b"infe....unci" + bytes(100))
    said = plain_sentence(
        "it is of the HEIF family, but coded in a way that cannot be read here: export it as JPEG.", files.load, content
    )
    assert "pip" not in said and "damaged" not in said


def test_heic_is_read():
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed, which reads HEIC")
    flat = np.kron(noise(4, 6), np.ones((16, 16, 1), "uint8"))
    file = io.BytesIO()
    heif.from_pillow(Image.fromarray(flat)).save(file, quality=100, chroma=444)
    same_pixels(files.load(file.getvalue()), flat, within=8)
    assert isinstance(heif, types.ModuleType)
