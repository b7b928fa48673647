"""The ground floor: what every room stands on, and nothing of the course's subject. It imports no other part of helpers.

places: where the course and Keras keep their files. disk: a file is written whole or not at all. web: short questions to
the network. quiet: a library's own lines held back. sentences: how numbers, names and refusals are put into words.
No lesson names this wing; every other wing uses it.
"""

from helpers.machine import disk, places, quiet, sentences, web

__all__ = ["disk", "places", "quiet", "sentences", "web"]
