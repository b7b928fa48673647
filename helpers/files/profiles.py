"""Colours become sRGB, the colours of screens and of the networks' training photos, as a browser does it.

In: a picture, and what its file says of its colours: an ICC profile, or numbers in a PNG, AVIF or HEIC. Out: RGB, in sRGB.
"""

import functools
import io
import struct

import numpy as np

CODES = b"colrnclx"  # the box of AVIF and HEIC in which the code numbers of ITU-T H.273 stand
# H.273, table 2: code: x and y of red, green, blue and white.
D65 = (0.3127, 0.3290)
PRIMARIES = {
    1: (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, *D65),
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, *D65),
    6: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *D65),
    7: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *D65),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *D65),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *D65),  # Display P3
}
# H.273, table 3: code: the exponent of the curve; None for sRGB's own. Browsers take the curves of television for sRGB's.
CURVES = {1: None, 4: 2.2, 5: 2.8, 6: None, 8: 1.0, 13: None, 14: None, 15: None}
UNSAID = 2
HDR = {16, 18}  # PQ and HLG
NO_DIFFERENCE = 3  # of 255, over all colours: such a profile is sRGB, however it is written, and the pixels stay


def doubt(picture, content):
    """Why the colours cannot be made sRGB, as the end of a sentence; None where they can."""
    primaries, curve = _codes(picture, content)
    if curve in HDR:
        return "it is an HDR picture, brighter than a screen's white: export it as JPEG without HDR."
    if primaries not in {*PRIMARIES, UNSAID} or curve not in {*CURVES, UNSAID}:
        return f"its colours are of a kind that is not known here (H.273 {primaries}/{curve}): export it as JPEG."
    return None


def to_srgb(picture, said, content):
    """The picture as RGB, in sRGB. said: the picture as it was opened, whose file says which colours the numbers are."""
    made = _transform(said.info.get("icc_profile") or _written(said, content), _space(picture))
    if made is None:
        return _plain_rgb(picture)
    from PIL import Image, ImageCms

    mode, transform = made
    if mode == "L":  # transform is a table: to which colour each of the 256 greys goes
        grey = picture.convert("L")
        return Image.merge("RGB", [grey.point(column) for column in transform])
    return ImageCms.applyTransform(_plain_rgb(picture) if mode == "RGB" else picture, transform)


def _plain_rgb(picture):
    if picture.mode == "LAB":
        from PIL import ImageCms

        return ImageCms.profileToProfile(
            picture, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    if picture.mode == "RGBa":
        picture = picture.convert("RGBA")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _space(picture):
    """The kinds of profile that fit a picture: of grey, RGB too."""
    if picture.mode in ("1", "L", "LA"):
        return ("GRAY", "RGB")
    return {"CMYK": ("CMYK",), "LAB": ()}.get(picture.mode, ("RGB",))


@functools.lru_cache(maxsize=8)  # the photos of one folder have one profile, or a few
def _transform(profile, spaces):
    """(mode to convert from, transform to sRGB or, for grey, a table of it), or None where a profile makes no difference.

    It makes none where it is sRGB, is broken, or fits other pictures.
    """
    from PIL import Image, ImageCms

    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if space not in spaces:
            return None
        mode = {"GRAY": "L"}.get(space, space)
        # For grey without lcms' short cut, which is coarse in the dark.
        flags = ImageCms.Flags.NOOPTIMIZE if mode == "L" else ImageCms.Flags.NONE
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", flags=flags)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None  # browsers pass over a broken profile too
    if mode == "CMYK":
        return mode, transform
    if mode == "L":
        sample = Image.fromarray(np.arange(256, dtype="uint8")[np.newaxis])
    else:
        steps = np.arange(0, 256, 15, dtype="uint8")
        sample = Image.fromarray(np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3))
    after = np.asarray(ImageCms.applyTransform(sample, transform)).astype(int)
    if np.abs(after - np.asarray(sample.convert("RGB"))).max() <= NO_DIFFERENCE:
        return None
    return mode, after[0].T.tolist() if mode == "L" else transform


def _codes(picture, content):
    """(primaries, curve) by the numbers of H.273, from a PNG's chunk cICP or an AVIF's or HEIC's box; unsaid: 2, 2."""
    if picture.format == "PNG":
        at = content.find(b"cICP", 0, max(content.find(b"IDAT"), 0))
        return tuple(content[at + 4 : at + 6]) if at > 0 else (UNSAID, UNSAID)
    at = content.find(CODES) if picture.format in ("AVIF", "HEIF") and "icc_profile" not in picture.info else -1
    return struct.unpack_from(">HH", content, at + len(CODES)) if at > 0 else (UNSAID, UNSAID)


def _written(picture, content):
    """A profile, as bytes, made of the numbers that stand in the file; None where they say sRGB, or nothing."""
    primaries, curve = _codes(picture, content)
    if (primaries, curve) != (UNSAID, UNSAID):
        return profile_of(PRIMARIES[1 if primaries == UNSAID else primaries], CURVES.get(curve))
    gamma, corners = picture.info.get("gamma"), picture.info.get("chromaticity")  # of a PNG
    if not gamma or not corners or len(corners) != 8 or "srgb" in picture.info or not 0.1 < gamma < 10:
        return None
    try:
        return profile_of((*corners[2:], *corners[:2]), 1 / gamma)
    except (ArithmeticError, np.linalg.LinAlgError, struct.error):  # such colours cannot be: browsers pass them over too
        return None


def display_p3():
    """The ICC profile that phones write into their photos, Display P3, as bytes."""
    return profile_of(PRIMARIES[12], None)


def profile_of(corners, exponent):
    """An ICC profile, as bytes, of eight numbers, x and y of red, green, blue and white, and the exponent of the curve.

    After ICC.1:2001-04: a header, a list of tags, and the tags. exponent: None for the curve of sRGB.
    """
    red, green, blue, white = (np.array([x / y, 1, (1 - x - y) / y]) for x, y in zip(corners[::2], corners[1::2]))
    primaries = np.stack([red, green, blue], axis=1)
    to_xyz = primaries * np.linalg.solve(primaries, white)
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    d50 = np.array([0.9642, 1, 0.8249])
    adapt = np.linalg.inv(bradford) @ np.diag(bradford @ d50 / (bradford @ white)) @ bradford
    columns = (adapt @ to_xyz).T
    levels = np.arange(1024) / 1023
    srgb = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    table = np.round(65535 * (srgb if exponent is None else levels**exponent)).astype(">u2").tobytes()
    curve = b"curv" + bytes(4) + struct.pack(">I", 1024) + table
    tags = {name: _xyz(column) for name, column in zip([b"rXYZ", b"gXYZ", b"bXYZ"], columns)}
    tags |= {b"wtpt": _xyz(d50), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    at, index, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        index += name + struct.pack(">II", at + len(body), len(content))
        body += content
    header = struct.pack(">I4sI4s4s4s", at + len(body), bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    return header.ljust(36, b"\0") + b"acsp".ljust(32, b"\0") + _xyz(d50)[8:] + bytes(48) + index + body


def _xyz(values):
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * value) for value in values))
