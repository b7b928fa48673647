"""Pictures a second of one network, each way in turn, round after round; and milliseconds for one picture likewise.

In: a network's name and a folder of files. Out: for each way a list, one number a round: only numbers of one round are
compared. What the folder's pipe is held against, reading alone and computing alone, is measured right before and after it.
"""

import pathlib
import time

import numpy as np
from bench import child, pictures, ways

from helpers import folder

SAMPLES = (64, 128, 250, 500, 1000, 2000)  # files of one run of folder.predict: the most that its seconds allow
BATCH = 32


def measure(name, files, desk, rounds, loop, seconds):
    """rounds: how many; loop: files of the article's, before and after each; seconds: of a run of folder.predict, about."""
    model = ways.network(name, desk)
    run = _Round(model, pathlib.Path(files), pathlib.Path(desk) / name)
    run.prepare(loop, seconds)
    for turn in range(rounds):
        run.all(turn)
    model_ways = {"model.predict": run.predict, "model(x)": lambda x: np.asarray(model(x, training=False))}
    milliseconds = one_picture({**model_ways, **run.engines, **run.peers}, run.batch[:1], 8 if rounds < 3 else 15)
    return {
        "weights": "trained" if ways.trained(name) else "random; speed only",
        "pictures_a_second": run.rate,
        "limit": run.limit,
        "files_a_run": {way: n for way, (n, _) in run.folders.items()},
        "one_picture_ms": milliseconds,
        "seconds_to_make": run.made,
        "missing": run.missing,
    }


class _Round:
    """The ways of one network, and what each of them reached in every round."""

    def __init__(self, model, files, desk):
        self.model, self.desk, self.source = model, desk, files
        self.size, self.files = model.input_shape[1], sorted(files.iterdir())
        self.batch = ways.batch_of(model, self.files[:BATCH])
        self.engines, made, missing = ways.compiled(model)
        self.peers, made_2, missing_2 = ways.by_hand(model)
        self.made, self.missing = {**made, **made_2}, {**missing, **missing_2}
        self.rate, self.limit = {"the article's loop": []}, {}

    def predict(self, batch):
        return self.model.predict(batch, verbose=0, batch_size=BATCH)

    def prepare(self, loop, seconds):
        """Wakes each way up, and settles how much of it a round takes."""
        self.loop = self.files[:loop]
        ways.article(self.model, self.loop[:2])
        decoding = self.seconds(lambda: ways.decode(self.files[:BATCH], self.size)) / BATCH
        self.others = {"Keras batch": self.predict, **self.peers}
        self.times, self.folders = {}, {}
        for way, answer in {**self.others, **self.engines}.items():
            answer(self.batch)
            took = self.seconds(lambda answer=answer: answer(self.batch))
            self.times[way] = max(1, min(30, round(1 / took)))
            if way in self.engines:
                wanted = seconds / (decoding + took / BATCH)
                n = max([n for n in SAMPLES if n <= min(wanted, len(self.files))], default=SAMPLES[0])
                self.folders[way.replace("engine", "folder")] = n, self.sample(n)
        for way in self.folders:
            self.run_folder(way, self.sample(SAMPLES[0]))

    def sample(self, n):
        """A folder of the first n files."""
        if not (place := self.desk / str(n)).exists():
            pictures.spread_out(self.source, place, n)
        return place

    def run_folder(self, way, place):
        folder.predict(place, self.model, batch_size=BATCH, **ways.ENGINES[way.removeprefix("folder ")])

    def all(self, turn):
        """One round; every second one goes backwards."""
        before = {way: len(rates) for way, rates in self.rate.items()}
        steps = [lambda way=way: self.compute(way, self.others[way]) for way in self.others]
        steps += [lambda way=way: self.end_to_end(way) for way in self.folders]
        took = self.article()
        for step in reversed(steps) if turn % 2 else steps:
            step()
        took += self.article()
        self.note("the article's loop", 2 * len(self.loop) / took)
        decodes = self.rate["decode alone"][before.get("decode alone", 0) :]
        self.rate["decode alone"][before.get("decode alone", 0) :] = [float(np.median(decodes))]

    def article(self):
        return self.seconds(lambda: ways.article(self.model, self.loop))

    def compute(self, way, answer):
        """One way over loaded pictures, one batch after the other."""
        took = self.seconds(lambda: [answer(self.batch) for _ in range(self.times[way])])
        self.note(way, self.times[way] * BATCH / took)

    def end_to_end(self, way):
        """The folder's pipe, between two halves of each of the stages by itself."""
        n, place = self.folders[way]
        engine, some = way.replace("folder", "engine"), self.files[:192]
        answer, times = self.engines[engine], max(1, self.times[engine])
        decoding, computing = [], []

        def alone():
            decoding.append(self.seconds(lambda: ways.decode(some, self.size)) / len(some))
            computing.append(self.seconds(lambda: [answer(self.batch) for _ in range(times)]) / times / BATCH)

        alone()
        took = self.seconds(lambda: self.run_folder(way, place))
        alone()
        self.note(way, n / took)
        self.note(engine, 1 / np.mean(computing))
        self.note("decode alone", 1 / np.mean(decoding))
        self.limit.setdefault(way, []).append(float(1 / (np.mean(decoding) + np.mean(computing))))

    def note(self, way, rate):
        self.rate.setdefault(way, []).append(float(rate))

    @staticmethod
    def seconds(does):
        start = time.perf_counter()
        does()
        return time.perf_counter() - start


def one_picture(ways, picture, seconds):
    """Milliseconds of each way for a batch of one picture: a list each, one entry a turn, in a new order every turn."""
    random = np.random.default_rng(0)
    for answer in ways.values():
        answer(picture)
        answer(picture)
    start = time.perf_counter()
    found = {way: [] for way in ways}
    while len(found["model.predict"]) < 20 or (time.perf_counter() - start < seconds and len(found["model.predict"]) < 200):
        for way in random.permutation(list(ways)):
            began = time.perf_counter()
            ways[way](picture)
            found[way].append(1000 * (time.perf_counter() - began))
    return found


if __name__ == "__main__":
    child.answer(measure)
