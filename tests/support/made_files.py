"""Files that a test writes by hand, byte for byte, after the standards: TIFF, PNG, ICC profiles, the boxes of HEIF."""

import struct
import zlib

import numpy as np

# Published: the colours of Display P3 and Adobe RGB (1998) in CIE XYZ as seen in the white D50; a row for red, green and blue.
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
SRGB_CURVE = b"para" + bytes(4) + struct.pack(">HH5i", 3, 0, 157286, 62119, 3417, 5072, 2651)  # 2.4, 1/1.055, 0.055/1.055, …
D50 = (0.9642, 1.0, 0.8249)


def power(exponent):
    """A curve of ICC: a power."""
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(256 * exponent))


def icc(tags, space=b"RGB ", connection=b"XYZ ", version=4):
    """An ICC profile of these tags, a dict."""
    index, body, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        index += name + struct.pack(">II", at + len(body), len(content))
        body += content
    head = struct.pack(">I4sI4s4s4s12s4s", at + len(body), b"", version << 24, b"mntr", space, connection, b"", b"acsp")
    return head + bytes(28) + xyz(D50)[8:] + bytes(48) + index + body


def xyz(values):
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * value) for value in values))


def rgb_profile(columns, curve):
    """The profile of a screen: where its colours lie, and its curve."""
    colours = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(xyz, columns)))
    return icc({b"wtpt": xyz(D50), **colours, **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)})


def grey_profile(exponent):
    return icc({b"wtpt": xyz(D50), b"kTRC": power(exponent)}, space=b"GRAY")


def ink_profile():
    """A profile of printing inks in which only black counts: the lightness is 100 without it, and 0 with it."""
    corners = [(0 if number & 1 else 255, 128, 128) for number in range(16)]  # black is the last, so the fastest
    same = bytes(range(256))
    head = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + struct.pack(">9i", *(np.eye(3, dtype=int) * 65536).ravel())
    table = head + 4 * same + bytes(np.array(corners, "uint8").ravel()) + 3 * same
    return icc({b"wtpt": xyz(D50), b"A2B0": table}, space=b"CMYK", connection=b"Lab ", version=2)


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(rows, bits, colour, chunks=()):
    """A PNG of packed rows (bytes each). colour: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. chunks: (kind, bytes)."""
    width = len(rows[0]) * 8 // bits // {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    header = struct.pack(">IIBBBBB", width, len(rows), bits, colour, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


SIZES = {3: "H", 4: "I"}  # of TIFF's field types SHORT and LONG


def tiff(*pages, order="<"):
    """A TIFF of pages, each a dict from tag to a number or a list of them, and "planes": a list of arrays.

    Width, height, and where the numbers lie are written by themselves.
    """
    content = bytearray((b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 0))
    link = 4  # where the place of the next page is to be written
    for page in pages:
        planes = page.pop("planes")
        places = []
        for plane in planes:
            places.append(len(content))
            content += plane.astype(plane.dtype.newbyteorder(order)).tobytes()
            content += bytes(len(content) % 2)
        height, width = planes[0].shape[:2]
        sizes = [plane.nbytes for plane in planes]
        tags = {256: width, 257: height, 259: 1, 277: 1, 278: height, 273: places, 279: sizes, **page}
        index, beside, at = b"", b"", len(content) + 6 + 12 * len(tags)
        for tag, values in sorted(tags.items()):
            values = values if isinstance(values, list) else [values]
            kind = 4 if tag in (254, 273, 279, 330) else 3
            packed = struct.pack(f"{order}{len(values)}{SIZES[kind]}", *values)
            if len(packed) > 4:
                packed, beside, at = struct.pack(order + "I", at), beside + packed, at + len(packed)
            index += struct.pack(order + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
        struct.pack_into(order + "I", content, link, len(content))
        link = len(content) + 2 + len(index)
        content += struct.pack(order + "H", len(tags)) + index + bytes(4) + beside
    return bytes(content)


def family(major, *compatible, inside=b""):
    """The first box of a file of the HEIF family, and what follows it."""
    brands = major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + inside
