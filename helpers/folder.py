"""The whole pipe for a whole folder: picture files in, one table out, written as it goes.

In: a folder, with folders in it or not. Out: a table, one row a file: its guesses, or the reason why it has none.
Reading files and computing overlap; what is written survives a break, and the same call goes on from there.
"""

import collections
import concurrent.futures
import contextlib
import os
import pathlib

import numpy as np

from helpers import engines, images, labels, models, tables
from helpers.collection import SUFFIXES
from helpers.on_ray import predict_on_ray  # noqa: F401

MOST = {"top": 1000, "batch_size": 4096, "workers": 10_000}


def predict(path, model, top=5, batch_size=32, engine="auto", out=None, precision="float32"):
    """Names what is in every picture of a folder: a pandas table, one row a file, in the order of their names.

    path: the folder; files in folders below count too. model: a name, or a model from `models.load`. top: guesses a file.
    engine, precision: as for `engines.compile`. out: a file ending in .csv, or a folder for Parquet parts; both are written
    as it goes, and a call with the same out goes on where the last one ended. Columns: file (below path), then wnid_1,
    name_1, probability_1 and so on, error (empty, or why there are no guesses), network (which answered).
    Raises ValueError, TypeError or OSError, one plain sentence, before any picture is read. The stop button ends it early.
    """
    from tqdm.auto import tqdm

    check_numbers(top=top, batch_size=batch_size)
    path = check_folder(path)
    files = pictures_in(path)
    model = models.load(model) if isinstance(model, str) else model
    pipe = Pipe(model, top, engine, precision)
    with tables.open(out, pipe.columns, model.name) as table:
        waiting = [file for file in files if file not in table.done]
        with tqdm(total=len(files), initial=len(files) - len(waiting), unit=" pictures") as bar:
            try:
                for rows in _rows(path, waiting, pipe, batch_size):
                    table.add(rows)
                    bar.update(len(rows))
            except KeyboardInterrupt:
                kept = "The same call goes on from there." if out else "Give out a name, and the next call goes on from there."
                bar.close()
                print(f"Stopped after {bar.n} of {len(files)} pictures. {kept}")
        return table.read(files)


def check_numbers(**numbers):
    """Raises ValueError where top, batch_size or workers is no whole number, or too large."""
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 1 <= value <= MOST[name]:
            raise ValueError(f"{name} was {value!r}: wanted is a whole number from 1 to {MOST[name]}.")


def check_folder(path):
    """The path of a folder that is there; raises TypeError or OSError where it is not."""
    if not isinstance(path, (str, os.PathLike)) or not str(path) or "\0" in str(path):
        raise TypeError(f"path was {path!r}: wanted is the name of a folder with pictures in it.")
    path = pathlib.Path(path).expanduser()
    if not path.is_dir():
        what = "a file" if path.is_file() else "not there"
        raise NotADirectoryError(f"{path} is {what}: wanted is the name of a folder with pictures in it.")
    return path


def pictures_in(path):
    """The picture files of a folder and of the folders in it, by their names below it, sorted; hidden ones are left out."""
    found, refused = [], []
    for folder, below, names in os.walk(path, onerror=refused.append):
        below[:] = [name for name in below if not name.startswith(".")]
        here = os.path.relpath(folder, path)
        found += [
            pathlib.PurePath(os.path.normpath(os.path.join(here, name))).as_posix()
            for name in names
            if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        ]
    for problem in refused:
        print(f"The folder {problem.filename} cannot be read and is left out: check its permissions.")
    if odd := [name for name in found if not _is_text(name)]:  # a table cannot hold such a name
        print(f"{len(odd)} files are left out, since their names are not UTF-8, such as {ascii(odd[0])}: rename them.")
        found = [name for name in found if _is_text(name)]
    if not found:
        raise ValueError(f"There is no picture in {path}: the names looked for end in {', '.join(SUFFIXES)}.")
    return sorted(found)


def _is_text(name):
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


class Pipe:
    """What is made once and used for every batch: the network, compiled, its card, and the names of the columns."""

    def __init__(self, model, top, engine="auto", precision="float32"):
        self.answer = engines.compile(model, engine, precision)  # first, since it says plainly what is no network
        self.card, self.size, self.network, self.top = models.card(model), model.input_shape[1], model.name, top
        guesses = [f"{what}_{rank}" for rank in range(1, top + 1) for what in ("wnid", "name", "probability")]
        self.columns = ["file", *guesses, "error", "network"]

    def read(self, source):
        """A picture, uint8, (size, size, 3), or the sentence that says why there is none."""
        try:
            return images.load_square(source, self.size)
        except (OSError, ValueError) as problem:
            return str(problem)
        except MemoryError:
            return "There was not enough memory to open this picture."

    def rows(self, files, read):
        """A row for each file, from what `read` gave for it."""
        good = [picture for picture in read if not isinstance(picture, str)]
        guesses = iter(())
        if good:
            batch = self.card.preprocess(np.stack(good))
            guesses = iter(labels.decode(self.answer(batch), top=self.top))
        empty = [""] * 2 + [None]
        found = []
        for file, picture in zip(files, read):
            bad = isinstance(picture, str)
            values = empty * self.top if bad else [value for guess in next(guesses) for value in guess]
            found.append([file, *values, picture if bad else "", self.network])
        return found


def _rows(path, files, pipe, batch_size):
    """The rows of one batch after the other, while the next pictures are being read."""
    batches = [files[i : i + batch_size] for i in range(0, len(files), batch_size)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as readers, contextlib.ExitStack() as stack:
        stack.callback(readers.shutdown, wait=False, cancel_futures=True)
        ahead = collections.deque()
        for batch in batches:
            ahead.append((batch, [readers.submit(pipe.read, path / file) for file in batch]))
            if len(ahead) > 2:
                yield _next(ahead, pipe)
        while ahead:
            yield _next(ahead, pipe)


def _next(ahead, pipe):
    files, reading = ahead.popleft()
    return pipe.rows(files, [future.result() for future in reading])
