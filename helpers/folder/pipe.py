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

    model: as `answering.of` takes it. A network of fewer than `top` classes gives all that it has. decide: None, or from
    which probability on something is said, as for `labels.decide`; then the columns said and because come after the guesses.
    """

    def __init__(self, model, top, engine="auto", precision="float32", reading="auto", decide=None):
        one = answering.of(model)
        self.answer = engines.compile(one.model, engine, precision)
        self.size, self.network, self.preprocess = one.model.input_shape[1], one.network, one.preprocess
        self.classes, self.top = one.classes, min(top, len(one.classes))
        self.reading, self.decide = reading, decide
        self.names = None if "wnid" in one.columns else [name for (name,) in one.classes]
        guesses = [f"{what}_{rank}" for rank in range(1, self.top + 1) for what in (*one.columns, "probability")]
        said = []
        if decide is not None:  # answers from another probability on are other answers
            said, self.network = ["said", "because"], f"{self.network} (said from {100 * decide:g} % on)"
        self.columns = ["file", *guesses, *said, "error", "network"]

    def read(self, source):
        """A picture, uint8, (size, size, 3), or `NoPicture`."""
        try:
            return images.load_square(source, self.size, reading=self.reading)
        except (OSError, ValueError) as problem:
            return NoPicture(sentences.fit(str(problem), 500))

    def rows(self, files, read):
        """A row for each file, from what `read` gave for it."""
        pictures = [one for one in read if not isinstance(one, NoPicture)]
        answered = iter(())
        if pictures:
            p = self.answer(self.preprocess(np.stack(pictures)))
            answered = zip(labels.ranked(p, self.classes, self.top), map(self._said, p))
        nothing = [*[*[""] * len(self.classes[0]), None] * self.top, *self._said(None)]
        found = []
        for file, one in zip(files, read):
            if isinstance(one, NoPicture):
                found.append([file, *nothing, one.because, self.network])
            else:
                guesses, said = next(answered)
                found.append([file, *(cell for one, share in guesses for cell in (*one, share)), *said, "", self.network])
        return found

    def _said(self, p):
        """The cells of what may be said of one picture, and why: none where nobody asked, empty where p is None."""
        if self.decide is None:
            return []
        said, because = labels.decide(p, self.decide, self.names) if p is not None else (None, "")
        return [sentences.plain(said.name) if said else "", because]
