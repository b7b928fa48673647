"""Joint 1 of the pipe: file → pixels, whatever a person has. A picture is turned upright here. Every lesson needs it.

In: a path, an http(s) address, bytes or an open file. Out of `load`: RGB, uint8, shape (height, width, 3).
reading: from a source to pixels.
"""

from helpers.files.reading import FORMATS, PHOTOS, SUFFIXES, load, opened

__all__ = ["FORMATS", "PHOTOS", "SUFFIXES", "load", "opened"]
