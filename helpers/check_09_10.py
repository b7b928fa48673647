"""The checks of the exercises of lessons 09 and 10: how good and how fast a network is, and where it looked.

In: what the learner named, as the arguments. Out: a sentence for who got it right; else `NotYet` (see check.py).
"""

import functools
import time

import numpy as np

from helpers import explain, images, labels, models
from helpers.check import function, numbers, refuse, same
from helpers.check_01_02 import NETWORK, some_probabilities
from helpers.check_05_08 import one_number

CRANES = ("n02012849", "n03126707")  # a bird and a machine of one name


# ---- 09


def scores(hit_rate):
    """The share of photos with a right class among the k best, of those that can be right at all."""
    function(hit_rate)
    random, place = np.random.default_rng(), "09, “How often is it right on our photos?”"
    wnids = np.array([wnid for wnid, _ in labels.classes()])
    for k in (1, 5):
        first, later, wrong, none = (int(n) for n in random.integers(2, 7, 4))  # so many photos of each kind
        possible = first + later + wrong + 1
        while (first + later) * possible == first * (possible + none):  # two different mistakes would look the same
            none += 1
        n = possible + none
        p = some_probabilities(random, n)
        best = wnids[np.argsort(-p, axis=1)]
        accepted = [{row[0], row[1]} for row in best[:first]]  # two right classes, both among the best five
        accepted += [{row[3]} for row in best[first : first + later]]
        accepted += (
            [{row[500], row[600]} for row in best[first + later : first + later + wrong]] + [set()] * none + [{CRANES[1]}]
        )
        p[-1, labels.index(CRANES[0])], p[-1, labels.index(CRANES[1])] = 0.9, 0  # the bird leads where the machine is right
        answer, hits = one_number(hit_rate(p, accepted, k), "the rate"), first if k == 1 else first + later

        def is_like(share, answer=answer):
            return abs(answer - share) < 1e-4

        if is_like(hits / possible):
            continue
        if is_like(hits / n):
            refuse("you divided by all photos. Which could be right at all? Those with a class to accept.", place)
        if is_like(hits):
            refuse("that is how many are right. Wanted is the share, of the photos that can be right.", place)
        if is_like((hits + 1) / possible):
            refuse("a crane for a crane: compare wnids. Two classes share that name.", "02, “Index, wnid, name”")
        if is_like((hits + first) / possible):
            refuse("a photo with two right classes among the five counts once.", place)
        if k == 5 and is_like(first / possible):
            refuse("you looked at the first guess only. With k = 5, the best five count.", "09, “How often is it right?”")
        refuse(f"with k = {k} came {answer:.3g}: not the share of those {possible} of the {n} photos that have a class.", place)
    return "Two made-up tests, with photos that nobody could name, and with one crane for another."


class _Network:
    """What the timing is checked with: a network that only waits, and writes down how long it really took."""

    def __init__(self, log):
        self.log = log

    def __call__(self, batch):
        start = time.perf_counter()
        time.sleep(0.3 if not self.log["calls"] else 0.01)
        self.log["calls"].append(time.perf_counter() - start)
        return batch


def timing(fair):
    """Milliseconds for a typical call: neither the loading nor the first call in it."""
    function(fair)
    log, place = {"calls": [], "loads": 0}, "09, “Break it on purpose: time the first call”"

    def load():
        log["loads"] += 1
        time.sleep(0.1)
        return _Network(log)

    answer, calls = one_number(fair(load, np.zeros((1, 4)), copies=False), "the time"), np.array(log["calls"])
    later = 1000 * calls[1:]
    if not len(calls):
        refuse("the network was never called.", place)
    if log["loads"] > 1:
        refuse(f"the network was loaded {log['loads']} times. Load it once, before the clock starts.", place)
    if len(later) < 2:
        refuse("it was called once or twice. Warm up with one call, then time several.", place)
    low, high = 0.85 * later.min(), 1.1 * max(later.mean(), np.median(later)) + 2
    if low <= answer <= high:
        return f"Loading and the first call left out; the other {len(later)} waited {later.min():.0f} ms or little more."
    if low <= 1000 * answer <= high:
        refuse("that is in seconds. Wanted are milliseconds.", place)
    if abs(answer - later.sum()) < 0.1 * later.sum():
        refuse("that is the time of all calls together. Wanted is one.", place)
    if answer > 1000 * calls.mean() + 0.5 * 100 / len(calls):
        refuse("the loading is in your time. Start the clock after it.", place)
    if answer > high:
        refuse("the first call is in your time: repeating more often only thins it. Throw it away.", place)
    refuse(f"{answer:.3g} ms is less than any call took. Is the call between the two looks at the clock?", place)


# ---- 10


def cover(drop_map):
    """How much of a score is lost when each tile of a picture is covered by its mean colour."""
    function(drop_map)
    random, place = np.random.default_rng(), "10, “What if a part were covered?”"
    tile = 6
    for rows, columns in [(2, 4), (3, 2)]:
        picture = random.uniform(0, 1, (rows * tile, columns * tile, 3)).astype("float32")
        weights = random.uniform(0.5, 1.5, picture.shape) / picture.size

        def score(given, weights=weights):
            return float((np.asarray(given) * weights).sum())

        maps = {name: np.zeros((rows, columns)) for name in ("mean", "black", "grey", "never uncovered")}
        colours = {"mean": picture.mean(axis=(0, 1)), "black": 0, "grey": picture.mean()}
        covered = picture.copy()
        for i, j in np.ndindex(rows, columns):
            place_of = np.s_[i * tile : (i + 1) * tile, j * tile : (j + 1) * tile]
            for name, colour in colours.items():
                once = picture.copy()
                once[place_of] = colour
                maps[name][i, j] = score(picture) - score(once)
            covered[place_of] = colours["mean"]
            maps["never uncovered"][i, j] = score(picture) - score(covered)
        answer, right = numbers(drop_map(score, picture, tile), "the map"), maps["mean"]

        def is_like(other, answer=answer):
            return answer.shape == other.shape and np.abs(answer - other).max() < 1e-6

        if is_like(right):
            continue
        if answer.shape == (columns, rows):
            refuse("rows and columns have changed places: the first axis of a map goes down.", "03, “Rows, columns, colours”")
        if answer.shape != (rows, columns):
            refuse(f"wanted is one number for each tile, {(rows, columns)}, and {answer.shape} came.", place)
        if is_like(score(picture) - right):
            refuse("that is what is left of the score. Should the dog be bright? Wanted is what is lost.", place)
        if is_like(-right):
            refuse("the sign is turned: lost is what there was before, less what there is after.", place)
        if is_like(maps["never uncovered"]):
            refuse("tiles stay covered from one turn to the next. Begin each time with a copy of the picture.", place)
        if is_like(maps["black"]):
            refuse("you cover with black, which is far from any photo. Take the mean colour of the picture.", place)
        if is_like(maps["grey"]):
            refuse("you cover with one grey. The mean colour has three numbers, one for each channel.", place)
        refuse("this is not the score before, less the score with that one tile covered.", place)
    return "Two made-up scores, whose every tile is known."


@functools.cache
def _panda(index=None):
    """The network, the panda as it takes it, and the map of one class."""
    model, card = models.load(NETWORK), models.CARDS[NETWORK]
    x = card.preprocess(images.batch(images.resize(images.load("panda.jpg"), card.input_size)))
    return model, x, explain.grad_cam(model, x, index)


def whose_map(map_for):
    """The Grad-CAM map of the class that was asked for, not of the first guess."""
    function(map_for)
    place = "10, “Which pixels say which?”"
    model, x, first = _panda()
    for index in (int(np.random.default_rng().integers(0, 200)), labels.index(CRANES[1])):
        wnid, (_, _, right) = labels.classes()[index][0], _panda(index)
        answer = numbers(map_for(model, x, wnid, copies=False), "the map")
        if answer.shape != right.shape:
            refuse(f"wanted is a map of the size of the picture, {right.shape}, and {answer.shape} came.", place)
        if same(answer, right, 1e-3):
            continue
        if same(answer, first, 1e-3):
            refuse("whose score is it? That is the map of the first guess, whatever class was asked for.", place)
        if same(answer, 1 - first, 1e-3) or same(answer, 1 - right, 1e-3) or same(answer, 255 * first, 0.5):
            refuse("the colours were not the mistake. Look at whose score the map is made for.", place)
        if wnid == CRANES[1] and same(answer, _panda(labels.index(CRANES[0]))[2], 1e-3):
            refuse("that is the other crane: look a class up by its wnid, not by its name.", "02, “Index, wnid, name”")
        refuse(f"that is not the map of {wnid}. Find the place of the class, and give it to grad_cam.", place)
    return "Two classes that are not in the photo, and each got its own map."
