"""An .npz file, whoever made it: what it claims is checked before room is made for it, and only what is wanted is read.

In: a path. Out: a `Header` for each array, as `np.savez` writes them, then the arrays. Raises OSError as the system did, and
ValueError, KeyError, EOFError or an error of zipfile's or zlib's where it is no such file: the callers have the sentence.
"""

import io
import math
import pathlib
import zipfile
from typing import NamedTuple

import numpy as np

MOST_ARRAYS = 10_000
HEADER = 10_000  # bytes; NumPy's own limit for what it evaluates
DEFLATED = 1100  # deflate makes nothing smaller than by 1032


class Header(NamedTuple):
    """What one array is, by its own account and the archive's, which agree."""

    shape: tuple
    dtype: np.dtype
    columns_first: bool
    start: int  # of its values, in the unpacked member

    @property
    def bytes(self):
        """The room that its values take."""
        return math.prod(self.shape) * self.dtype.itemsize


def look(file, wanted=None):
    """The headers in an .npz file: a dict from name to `Header`; wanted: names, where not all are asked for."""
    with _archive(file) as archive:
        return {
            name: _header(archive, member)
            for name, member in _members(archive, file).items()
            if wanted is None or name in wanted
        }


def read(file, headers):
    """The arrays that belong to headers from `look`, one after the other: pairs of name and array."""
    with _archive(file) as archive:
        members = _members(archive, file)
        for name, header in headers.items():
            if _header(archive, members[name]) != header:
                raise ValueError  # another file took its place
            with archive.open(members[name]) as stream:
                stream.read(header.start)
                content = stream.read(header.bytes)
                if len(content) != header.bytes or stream.read(1):  # at the end zipfile compares the checksum
                    raise ValueError
            yield name, np.frombuffer(content, header.dtype).reshape(header.shape, order="F" if header.columns_first else "C")


def _archive(file):
    if pathlib.Path(file).exists() and not pathlib.Path(file).is_file():
        raise IsADirectoryError(f"{file} is no file.")  # of a pipe nothing may ever come
    return zipfile.ZipFile(file)


def _members(archive, file):
    members = archive.infolist()
    names = [member.filename.removesuffix(".npy") for member in members]
    packed = sum(member.compress_size for member in members)
    if len(names) > MOST_ARRAYS or len(set(names)) < len(names) or packed > pathlib.Path(file).stat().st_size:
        raise ValueError  # a name twice; members that lie over each other
    return dict(zip(names, members))


def _header(archive, member):
    """What an array is, checked against the archive: no objects, no size that the bytes of the file cannot hold."""
    most = {zipfile.ZIP_STORED: member.compress_size, zipfile.ZIP_DEFLATED: DEFLATED * (member.compress_size + 1)}
    if member.flag_bits & 1 or member.file_size > most.get(member.compress_type, -1):
        raise ValueError
    with archive.open(member) as stream:
        begin = stream.read(8)
        version = begin[6] if begin.startswith(np.lib.format.MAGIC_PREFIX) and len(begin) == 8 else 0
        length = stream.read({1: 2, 2: 4}[version])
        if int.from_bytes(length, "little") > HEADER:
            raise ValueError
        text = io.BytesIO(length + stream.read(int.from_bytes(length, "little")))
    parse = np.lib.format.read_array_header_1_0 if version == 1 else np.lib.format.read_array_header_2_0
    shape, columns_first, dtype = parse(text)
    header = Header(shape, dtype, columns_first, 8 + len(text.getvalue()))
    if dtype.kind not in "fiuU" or any(type(side) is not int or side < 0 for side in shape):
        raise ValueError
    if header.start + header.bytes != member.file_size:
        raise ValueError
    return header
