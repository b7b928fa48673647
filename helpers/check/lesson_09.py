"""The checks of the exercises of lesson 09: how good a network is, and how fast.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import time

import numpy as np

from helpers import labels
from helpers.check.tools import CRANES, function, one_number, refuse, some_probabilities


def check_scores(hit_rate):
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
        p[-1] /= 10  # room for the 0.9, since probabilities add up to 1
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


def check_timing(fair):
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
