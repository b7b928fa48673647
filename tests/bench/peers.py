"""Folders named by others beside ours: the ways that people recommend, on small photos or on large ones.

In: a network's name and a folder of files. Out: for each way its files a second, a list, one number a round; of reading alone
likewise; and the limit: reading and computing, each by itself, one after the other.
"""

import itertools
import os
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from bench import child, pictures, readers, ways

from helpers import folder, models
from helpers.networks import engines

BATCH, LOOP, FEW = 32, 40, 8  # files: of a call of the network; of the article's loop; to wake a way up
LOOP_NAME, PYTORCH = "the article's loop", "PyTorch DataLoader, Pillow, OpenVINO"
ENGINES = {"OpenVINO": "OpenVINO by hand, float32", "ONNX Runtime": "ONNX Runtime by hand"}


def measure(name, files, desk, rounds, many, some):
    """rounds: how many, every second one backwards. many: files of a run; some: of a way that reads them in full."""
    model, files = models.load(name), pathlib.Path(files)
    size = model.input_shape[1]
    places = {n: pathlib.Path(desk) / f"{files.name}_{n}" for n in (FEW, LOOP, some, many)}
    for n, place in places.items():
        pictures.spread_out(files, place, n)
    missing, reading = {}, {**readers.OURS, **readers.BY_HAND, **readers.ALONE}
    for how in list(reading):
        attempt(missing, reading, how, lambda read: read(listed(files)[0], size))
    todo, more = _ways(model, {how: read for how, read in reading.items() if how in readers.BY_HAND})
    missing.update(more)
    for way in list(todo):  # PyTorch's processes start with a folder, and stay
        attempt(missing, todo, way, lambda run, way=way: run(places[some if way == PYTORCH else FEW]))
    found = {
        "files_a_second": {way: [] for way in todo},
        "reading": {way: [] for way in reading},
        "limit": [],
        "missing": missing,
    }
    for turn in range(rounds):
        for way in reversed(todo) if turn % 2 else todo:
            n = LOOP if way == LOOP_NAME else many if way.endswith(("reduced", "auto")) else some
            alone = [_limit(model, files)] if way == "ours, auto" else []
            found["files_a_second"][way].append(n / seconds(lambda way=way, n=n: todo[way](places[n])))
            if alone:
                found["limit"].append(2 / (alone[0] + _limit(model, files)))
        for how, read in reading.items():
            found["reading"][how].append(some / seconds(lambda read=read: ways.decode(listed(places[some]), size, read)))
    return found


def listed(place):
    """The files of a folder, in the order of their names."""
    return sorted(place.iterdir())


def seconds(does):
    """How long this takes."""
    start = time.perf_counter()
    does()
    return time.perf_counter() - start


def attempt(missing, those, name, does):
    """Tries one; where it fails it is taken out, and why is kept."""
    try:
        does(those[name])
    except Exception as problem:  # not installed, mostly: said in the table
        missing[name] = f"{type(problem).__name__}: {problem}".splitlines()[0]
        del those[name]


def _limit(model, files):
    """Seconds a file: ours at a reduced scale on all cores, then the network alone."""
    size, answer, some = model.input_shape[1], engines.compile(model), listed(files)[:96]
    batch = ways.batch_of(model, some[:BATCH])
    decoding = seconds(lambda: ways.decode(some, size, readers.OURS["ours, auto"])) / len(some)
    return decoding + seconds(lambda: [answer(batch) for _ in range(8)]) / 8 / BATCH


def _ways(model, reading):
    """Each way as a function of a folder; and why others are missing."""
    found = {LOOP_NAME: lambda place: ways.article(model, listed(place))}
    for what, how in {"plain": "bilinear", "smoothed": "area"}.items():
        found[f"image_dataset_from_directory, {what}"] = lambda place, how=how: _dataset(model, place, how)
    made, _, missing = ways.each({name: ways.BY_HAND[way] for name, way in ENGINES.items()}, model)
    for (engine, answer), (how, read) in itertools.product(made.items(), reading.items()):
        found[f"{engine}, {how}"] = lambda place, answer=answer, read=read: _by_hand(model, answer, read, place)
    if "OpenVINO" in made:
        found[PYTORCH] = lambda place: _pytorch(model, made["OpenVINO"], place)
    for how in readers.OURS:
        found[how] = lambda place, how=how: folder.predict(place, model, reading=how.removeprefix("ours, "))
    return found, missing


def _dataset(model, place, interpolation):
    """Keras' own: it decodes in full; "bilinear" then picks four pixels for each that is wanted, "area" averages all."""
    import keras
    from keras.applications.imagenet_utils import preprocess_input

    size, mode = model.input_shape[1], models.card(model).mode
    options = {"labels": None, "batch_size": BATCH, "shuffle": False, "verbose": False}
    data = keras.utils.image_dataset_from_directory(place, image_size=(size, size), interpolation=interpolation, **options)
    lite = mode == "lite"  # which Keras does not know
    model.predict(data.map(lambda x: (x - 127) / 128 if lite else preprocess_input(x, mode=mode)), verbose=0)


def _by_hand(model, answer, read, place):
    """All cores read ahead while an engine answers: what anybody would write in ten lines."""
    size, card = model.input_shape[1], models.card(model)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        photos = threads.map(lambda file: read(file, size), listed(place))
        while some := list(itertools.islice(photos, BATCH)):
            answer(card.preprocess(np.stack(some)))


class Photos:
    """What PyTorch's loader takes: the pictures of files, by their number."""

    def __init__(self, files, size):
        self.files, self.size = files, size

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return readers.pillow(self.files[i], self.size)


_LOADERS = {}  # by the folder: their processes stay from round to round


def _pytorch(model, answer, place):
    from torch.utils.data import DataLoader

    if place not in _LOADERS:
        options = {"num_workers": os.cpu_count(), "persistent_workers": True, "multiprocessing_context": "spawn"}
        _LOADERS[place] = DataLoader(Photos(listed(place), model.input_shape[1]), batch_size=BATCH, **options)
    for batch in _LOADERS[place]:
        answer(models.card(model).preprocess(batch.numpy()))


if __name__ == "__main__":
    child.answer(measure)
