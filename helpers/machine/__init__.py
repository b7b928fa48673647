"""The ground floor: what every room stands on, and nothing of the course's subject. It imports no other part of helpers.

places: where the course and Keras keep their files. disk: a file is written whole or not at all. web: short questions to
the network. quiet: a library's own lines held back. sentences: how numbers, names and refusals are put into words. pictures:
is this a picture, and which line makes one of it. probabilities: are these probabilities. spreadsheet: text for the cells
of a .csv file.
environment, packages: whether Keras is set, and the libraries are here, as the course needs them.
No lesson names this wing; every other wing uses it.
"""

from helpers.machine import disk, environment, packages, pictures, places, probabilities, quiet, sentences, spreadsheet, web

__all__ = [
    "disk", "environment", "packages", "pictures", "places", "probabilities", "quiet", "sentences", "spreadsheet", "web",
]  # fmt: skip
