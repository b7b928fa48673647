"""Colours: what a file says of its own becomes sRGB, as the arithmetic of CIE XYZ and as a browser have it."""

import io
import struct

import made_files
import numpy as np
import pytest
from made_files import ADOBE, P3, SRGB, SRGB_CURVE, grey_profile, icc, ink_profile, png_chunk, power, rgb_profile
from made_pictures import encoded, same_pixels
from PIL import Image
from refused import plain_sentence

from helpers import files

COLOURS = np.array([[(200, 60, 60), (60, 200, 60), (60, 60, 200), (128, 128, 128), (255, 255, 255), (0, 0, 0), (90, 120, 40)]])
COLOURS = COLOURS.astype("uint8")
GREYS = np.arange(0, 256, 5, dtype="uint8")[np.newaxis]
TO_SRGB = np.linalg.inv(np.array(SRGB).T)  # from XYZ in D50, the white of all profiles


def from_srgb_curve(values):
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def on_screen(linear):
    """Amounts of light, 0 to 1, as numbers of sRGB, 0 to 255: IEC 61966-2-1 in plain arithmetic."""
    linear = np.clip(linear, 0, 1)
    return np.round(255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)).astype("uint8")


def converted(colours, columns, curve):
    return on_screen(curve(colours / 255) @ np.array(columns) @ TO_SRGB.T)


PROFILES = {
    "Display P3": (rgb_profile(P3, SRGB_CURVE), P3, from_srgb_curve),
    "Display P3, 2.2": (rgb_profile(P3, power(2.2)), P3, lambda values: values**2.19921875),
    "Adobe RGB": (rgb_profile(ADOBE, power(2.2)), ADOBE, lambda values: values**2.19921875),
    "linear": (rgb_profile(SRGB, power(1)), SRGB, lambda values: values),
    "an old Mac": (rgb_profile(SRGB, power(1.8)), SRGB, lambda values: values**1.80078125),
}
FORMATS = {
    "JPEG": {"quality": 100, "subsampling": 0},
    "PNG": {},
    "TIFF": {},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 100, "subsampling": "4:4:4"},
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_honoured_in_every_format(name, format):
    profile, columns, curve = PROFILES[name]
    flat = np.kron(COLOURS, np.ones((16, 16, 1), "uint8"))
    got = files.load(encoded(flat, format, icc_profile=profile, **FORMATS[format]))[8, 8::16]
    same_pixels(got[np.newaxis].copy(), converted(COLOURS, columns, curve), within=12 if format in ("JPEG", "AVIF") else 2)


def test_the_profile_of_a_phone_that_lesson_03_uses_is_the_published_one():
    got = files.load(encoded(COLOURS, "PNG", icc_profile=files.display_p3()))
    same_pixels(got, converted(COLOURS, P3, from_srgb_curve), within=1)


def test_the_red_of_a_phone_and_of_a_camera_are_the_known_ones():
    red = np.full((4, 4, 3), (200, 60, 60), "uint8")
    for name, known in {"Display P3, 2.2": (219, 37, 49), "Display P3": (218, 41, 52), "Adobe RGB": (231, 57, 57)}.items():
        got = files.load(encoded(red, "PNG", icc_profile=PROFILES[name][0]))
        same_pixels(got, np.full((4, 4, 3), known, "uint8"), within=1)


@pytest.mark.parametrize(
    "profile", [rgb_profile(SRGB, SRGB_CURVE), b"no profile at all", b"", ink_profile(), grey_profile(1.0), icc({})]
)
def test_where_the_profile_is_srgb_or_broken_or_of_other_pictures_the_pixels_stay(profile):
    colours = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype="uint8")
    same_pixels(files.load(encoded(colours, "PNG", icc_profile=profile)), colours)


@pytest.mark.parametrize("exponent", [1.0, 1.8, 3.0])
@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_profile_of_grey_is_honoured(exponent, mode):
    image = Image.fromarray(GREYS).convert(mode)
    exact = round(256 * exponent) / 256
    expected = on_screen((GREYS / 255) ** exact)
    got = files.load(encoded(image, "PNG", icc_profile=grey_profile(exponent)))
    same_pixels(got, np.dstack([expected] * 3), within=2)


def test_a_grey_picture_with_the_profile_of_a_screen_takes_its_curve():
    got = files.load(encoded(GREYS, "PNG", icc_profile=PROFILES["linear"][0]))
    same_pixels(got, np.dstack([on_screen(GREYS / 255)] * 3), within=2)


def test_a_profile_of_inks_is_honoured():
    inks = np.zeros((1, 52, 4), "uint8")
    inks[..., 3] = GREYS[0]
    inks[..., 0] = 90  # cyan, which this profile's printer does not have
    lightness = 100 * (1 - GREYS / 255)  # of CIE Lab
    light = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / 903.3)
    got = files.load(encoded(Image.fromarray(inks, "CMYK"), "TIFF", icc_profile=ink_profile()))
    same_pixels(got, np.dstack([on_screen(light)] * 3), within=3)


def test_colours_in_cie_lab_become_those_of_the_screen():
    lab = Image.frombytes("LAB", (3, 1), bytes([255, 0, 0, 136, 0, 0, 0, 0, 0]))  # white, middle grey, black
    got = files.load(encoded(lab, "TIFF"))
    assert np.abs(got[0].astype(int) - [[255] * 3, [127] * 3, [0] * 3]).max() <= 2


def test_a_profile_and_transparency_and_a_palette_and_a_turned_camera_work_together():
    profile, columns, curve = PROFILES["Display P3"]
    alpha = np.array([[255, 128, 0, 255, 128, 0, 255]], "uint8")
    over = converted(COLOURS, columns, curve) * (alpha / 255)[..., np.newaxis] + 255 * (1 - alpha[..., np.newaxis] / 255)
    got = files.load(encoded(np.dstack([COLOURS, alpha]), "PNG", icc_profile=profile))
    same_pixels(got, np.round(over).astype("uint8"), within=2)
    palette = Image.fromarray(COLOURS).quantize(7)
    same_pixels(files.load(encoded(palette, "PNG", icc_profile=profile)), converted(COLOURS, columns, curve), within=2)
    exif = Image.Exif()
    exif[0x0112] = 3
    got = files.load(encoded(COLOURS, "PNG", icc_profile=profile, exif=exif))
    same_pixels(got, converted(COLOURS, columns, curve)[:, ::-1], within=2)


def with_chunks(*chunks):
    """A PNG of the colours with chunks between its header and its pixels."""
    content = encoded(COLOURS, "PNG")
    return content[:33] + b"".join(png_chunk(*chunk) for chunk in chunks) + content[33:]


SRGB_CORNERS = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
P3_CORNERS = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
LINEAR, TELEVISION = struct.pack(">I", 100000), struct.pack(">I", 45455)


@pytest.mark.parametrize(
    "chunks, columns, curve",
    [
        ([(b"gAMA", LINEAR), (b"cHRM", SRGB_CORNERS)], SRGB, lambda values: values),
        ([(b"gAMA", TELEVISION), (b"cHRM", P3_CORNERS)], P3, lambda values: values**2.2),
        ([(b"cICP", bytes([12, 13, 0, 1]))], P3, from_srgb_curve),
        ([(b"cICP", bytes([1, 8, 0, 1]))], SRGB, lambda values: values),
        ([(b"sRGB", b"\0"), (b"gAMA", LINEAR), (b"cHRM", P3_CORNERS)], None, None),
        ([(b"gAMA", LINEAR)], None, None),  # without the corners, browsers pass it over
        ([(b"gAMA", bytes(4)), (b"cHRM", P3_CORNERS)], None, None),
        ([(b"gAMA", LINEAR), (b"cHRM", bytes(32))], None, None),
        ([(b"cICP", bytes([1, 13, 0, 1]))], None, None),
    ],
    ids=["linear", "P3", "coded P3", "coded linear", "sRGB is said", "no corners", "no exponent", "no light", "coded sRGB"],
)
def test_colours_told_by_numbers_in_a_png(chunks, columns, curve):
    got = files.load(with_chunks(*chunks))
    if columns is None:
        same_pixels(got, COLOURS)
    else:
        same_pixels(got, converted(COLOURS, columns, curve), within=2)


@pytest.mark.parametrize("codes, columns", [((12, 13), P3), ((1, 13), None), ((2, 2), None)])
def test_colours_told_by_numbers_in_an_avif(codes, columns):
    flat = np.kron(COLOURS, np.ones((16, 16, 1), "uint8"))
    content = bytearray(encoded(flat, "AVIF", quality=100, subsampling="4:4:4"))
    at = content.find(b"colrnclx") + 8
    content[at : at + 4] = struct.pack(">HH", *codes)
    got = files.load(bytes(content))[8, 8::16][np.newaxis].copy()
    same_pixels(got, COLOURS if columns is None else converted(COLOURS, columns, from_srgb_curve), within=12)


@pytest.mark.parametrize(
    "codes, words", [((9, 16), "it is an HDR picture"), ((9, 18), "it is an HDR picture"), ((77, 13), "(H.273 77/13)")]
)
def test_colours_that_no_screen_of_the_course_has_are_refused(codes, words):
    plain_sentence(["This data cannot be read as colours: ", words], files.load, with_chunks((b"cICP", bytes([*codes, 0, 1]))))


def test_a_browser_shows_the_same(tmp_path):
    from browser import CHROMIUM, chromium

    pytest.importorskip("playwright", reason="playwright is not installed: .[dev]")
    if CHROMIUM is None:
        pytest.skip("Chromium is not on this machine, which shows what a browser makes of a profile")
    shown = {name: encoded(COLOURS, "PNG", icc_profile=profile) for name, (profile, _, _) in PROFILES.items()}
    shown |= {"grey": encoded(GREYS, "PNG", icc_profile=grey_profile(1.8)), "no profile": encoded(COLOURS, "PNG")}
    shown["by numbers"] = with_chunks((b"gAMA", TELEVISION), (b"cHRM", P3_CORNERS))
    shown["sRGB is said"] = with_chunks((b"sRGB", b"\0"), (b"gAMA", LINEAR), (b"cHRM", P3_CORNERS))
    read = """async numbers => {
        const bitmap = await createImageBitmap(new Blob([new Uint8Array(numbers)]));
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", {colorSpace: "srgb"});
        context.drawImage(bitmap, 0, 0);
        return Array.from(context.getImageData(0, 0, bitmap.width, bitmap.height).data);
    }"""
    with chromium() as browser:
        page = browser.new_page()
        for name, content in shown.items():
            got = files.load(content)
            pixels = np.array(page.evaluate(read, list(content))).reshape(*got.shape[:2], 4)
            assert np.abs(pixels[..., :3] - got).max() <= 2, name


def test_the_profiles_of_these_tests_are_sound():
    from PIL import ImageCms

    for profile in (*(profile for profile, _, _ in PROFILES.values()), grey_profile(1.8), ink_profile()):
        assert ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip() in ("RGB", "GRAY", "CMYK")
    assert made_files.P3 != made_files.SRGB
