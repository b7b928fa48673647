"""Joint 1 of the pipe: file → pixels, whatever a person has. A picture is turned upright here. Every lesson needs it.

In: a path, an http(s) address, bytes or an open file. Out of `load`: RGB, uint8, shape (height, width, 3).
reading: from a source to pixels. On its way: kinds, what a file is, and refusals, why it is not read; pages, which page of a
TIFF is the picture; depth, numbers of any size to 0 to 255; profiles, colours of any kind to sRGB.
listing: which files of a folder are pictures, one rule for all that read folders: lessons 11 and 13.
"""

from helpers.files.kinds import FORMATS
from helpers.files.listing import SUFFIXES, leave_out, left_out, pictures_in
from helpers.files.profiles import display_p3
from helpers.files.reading import PHOTOS, load, opened

__all__ = ["FORMATS", "PHOTOS", "SUFFIXES", "display_p3", "leave_out", "left_out", "load", "opened", "pictures_in"]
