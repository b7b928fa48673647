"""What every way through a folder shares: which files count, and the pipe that turns them into rows of the table.

In: a folder. Out: its picture files; then pictures, or `NoPicture`; then rows: the guesses, or the reason why there are none.
"""

from typing import NamedTuple

import numpy as np

from helpers import files, images, labels
from helpers.folder import answering
from helpers.machine import places, sentences
from helpers.networks import engines

MOST = {"top": 1000, "batch_size": 4096, "workers": 10_000}  # classes; what fits into memory; more than any cluster has


def check_numbers(**numbers):
    """Raises ValueError where top, batch_size or workers is no whole number, or too large."""
    for name, value in numbers.items():
        sentences.whole(name, value, 1, MOST[name])


def check_folder(path):
    """The path of a folder that is there; raises TypeError or OSError where it is not."""
    path = places.given("path", path, "the name of a folder with pictures in it")
    if not path.is_dir():
        what = "a file" if path.is_file() else "not there"
        name = sentences.fit(str(path))
        raise NotADirectoryError(f"{name} is {what}: wanted is the name of a folder with pictures in it.")
    return path


def pictures_in(path, own=None):
    """The pictures of a folder, by their names below it, sorted; says what is left out. own: the table, where it lies there."""
    found = files.pictures_in(path, own)
    if said := files.left_out(found):
        print(said)
    if not found.files:
        name = sentences.fit(str(path))
        raise ValueError(f"There is no picture in {name}: the names looked for end in {', '.join(files.SUFFIXES)}.")
    return found.files


class NoPicture(NamedTuple):
    """What stands in the place of a picture that cannot be read: the sentence that says why."""

    because: str


class Pipe:
    """What is made once and used for every batch: the network, compiled, its classes, and the names of the columns.

    model: as `answering.of` takes it. A network of fewer than `top` classes gives all that it has.
    """

    def __init__(self, model, top, engine="auto", precision="float32", reading="auto"):
        one = answering.of(model)
        self.answer = engines.compile(one.model, engine, precision)
        self.size, self.network, self.preprocess = one.model.input_shape[1], one.network, one.preprocess
        self.classes, self.top = one.classes, min(top, len(one.classes))
        self.reading = reading
        guesses = [f"{what}_{rank}" for rank in range(1, self.top + 1) for what in (*one.columns, "probability")]
        self.columns = ["file", *guesses, "error", "network"]

    def read(self, source):
        """A picture, uint8, (size, size, 3), or `NoPicture`."""
        try:
            return images.load_square(source, self.size, reading=self.reading)
        except (OSError, ValueError) as problem:
            return NoPicture(sentences.fit(str(problem), 500))

    def rows(self, files, read):
        """A row for each file, from what `read` gave for it."""
        pictures = [one for one in read if not isinstance(one, NoPicture)]
        guesses = iter(())
        if pictures:
            batch = self.preprocess(np.stack(pictures))
            guesses = iter(labels.ranked(self.answer(batch), self.classes, self.top))
        no_guesses = [*[""] * len(self.classes[0]), None] * self.top
        found = []
        for file, one in zip(files, read):
            if isinstance(one, NoPicture):
                found.append([file, *no_guesses, one.because, self.network])
            else:
                found.append([file, *(cell for one, share in next(guesses) for cell in (*one, share)), "", self.network])
        return found
