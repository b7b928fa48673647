"""The folder's pipe on this machine: the next files are read while the network answers the last ones.

In: a folder, with folders in it or not. Out: a table, one row a file: its guesses, or the reason why it has none.
What is written survives a break, and the same call goes on from there.
"""

import collections
import concurrent.futures
import contextlib
import os

from helpers import images, labels
from helpers.folder import tables
from helpers.folder.frames import state_of
from helpers.folder.pipe import Pipe, check_folder, check_numbers, pictures_in


def predict(path, model, top=5, batch_size=32, engine="auto", out=None, precision="float32", reading="auto", decide=None):
    """Names what is in every picture of a folder: a pandas table, one row a file, in the order of their names.

    path: the folder; files in folders below count too. model: a name, or a model from `models.load`; or one with classes of
    your own: what `transfer.load` gave, (model, names), or the path of its file. top: guesses a file, or as many as there are
    classes. engine, precision: as for `engines.compile`. reading: "auto" decodes large JPEGs at a reduced scale that leaves
    at least twice what the network needs, "exact" in full: as for `images.load_square`. out: a file ending in .csv, or a
    folder for Parquet parts; both are written as it goes, and a call with the same out goes on where the last one ended:
    files that had an error, or that changed since, are asked again. Columns: file (below path), then wnid_1 (not for your own
    classes, which have no place in WordNet), name_1, probability_1 and so on, error (empty, or why there are no guesses),
    network (which answered; your own with eight digits that change with its names and values); out has one more, how the
    file was. decide: from which probability on something is said of a picture, such as 0.9, as for `labels.decide`: two more
    columns, said (a class, a wider word or nothing) and because. What is left out of the folder is said.
    Raises ValueError, TypeError or OSError, one plain sentence, before any picture is read. The stop button ends it early.
    """
    table, total = named(path, model, top, batch_size, engine, out, precision, reading, decide)
    if len(table) < total:
        kept = "The same call goes on from there." if out else "Give out a name, and what is done is kept for the next call."
        print(f"Stopped after {len(table)} of {total} pictures. {kept}")
    return table


def named(path, model, top=5, batch_size=32, engine="auto", out=None, precision="float32", reading="auto", decide=None):
    """What `predict` gives back, and how many pictures there are: more than rows where the stop button ended it."""
    from tqdm.auto import tqdm

    check_numbers(top=top, batch_size=batch_size)
    images.check_reading(reading)
    if decide is not None:
        labels.check_sure(decide)
    path = check_folder(path)
    out = out if out is None else tables.place(out)
    files = pictures_in(path, out)
    now = {file: state_of(path / file) for file in files} if out else {}
    pipe = Pipe(model, top, engine, precision, reading, decide)
    with tables.open(out, pipe.columns, pipe.network, now) as table:
        waiting = [file for file in files if file not in table.done]
        with tqdm(total=len(files), initial=len(files) - len(waiting), unit=" pictures") as bar:
            try:
                for rows in _rows(path, waiting, pipe, batch_size):
                    table.add(rows)
                    bar.update(len(rows))
            except KeyboardInterrupt:  # then what is done is the table
                pass
        return table.read(files), len(files)


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
