"""The checks of the exercises of lesson 15: when to say nothing, and what a promise is worth on other photos.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers import labels
from helpers.check.tools import NotYet, function, guess, judge, numbers, one_number, refuse, same

CHOICE = "15, “From which share on may it answer?”"
PLACE = "15, “Which answers are right?”"
PEOPLE = "15, “Who is not in the data?”"
ARCHIVE = "15, “Labels for an archive”"


def check_person_guess(above_5):
    """The guess: whether "a person" gets more than 5 % of a portrait."""
    return guess(above_5, "yes", "no")


def check_person(true):
    """Which statements about the answer to a portrait are true."""
    few = sum(labels.EVERYDAY["a person"] in labels.ancestors(wnid) for wnid, _ in labels.classes()) < 5
    statements = {
        "a": (False, "Silence says that the network is not sure. It says nothing of the photo.", PLACE),
        "b": (few, "", PEOPLE),
        "c": (False, "Clothes often come with a person, and also hang in a shop. A class does not bring its company.", ARCHIVE),
        "d": (True, "", PEOPLE),
    }
    judge(true, statements, ("Which classes lie below *a person*, and what can a search for that word find?", PEOPLE))
    return "Silence is not “nobody”, clothes are not a person, and three roles are not all people."


def check_coverage(coverage_and_risk):
    """How many photos get an answer, and how many of these answers are wrong."""
    function(coverage_and_risk)
    random = np.random.default_rng()
    for _ in range(4):
        n = int(random.integers(20, 40))
        best = random.choice(np.arange(1, 100) / 100, n)
        right, threshold = random.random(n) < 0.6, float(np.sort(best)[n // 3])  # a share that a photo has
        right[np.argmax(best)], right[np.argmin(best)], right[best == threshold] = False, False, True
        given = best >= threshold
        answer = numbers(coverage_and_risk(best, right, threshold), "coverage and risk").ravel()
        if answer.size != 2:
            raise NotYet(f"Not yet right: two numbers are wanted, coverage and risk, and {answer.size} came.")
        coverage, risk = given.mean(), (given & ~right).sum() / given.sum()
        if same(answer, (coverage, risk)):
            continue
        if same(answer, (risk, coverage)):
            refuse("these are the right two, the other way round: first the coverage.", PLACE)
        strict = best > threshold
        if same(answer, (strict.mean(), (strict & ~right).sum() / max(strict.sum(), 1))):
            refuse("a photo that has exactly the threshold gets an answer, too: from there *on*.", PLACE)
        if same(answer, (given.sum(), (given & ~right).sum())):
            refuse("these are counts. Wanted are shares, from 0 to 1.", PLACE)
        if same(answer[:1], [coverage]) and same(answer[1:], [(given & ~right).sum() / n]):
            refuse("the risk is counted among the answers that are given, not among all photos.", PLACE)
        if same(answer[:1], [coverage]) and same(answer[1:], [1 - risk]):
            refuse("that is the share of right answers. The risk is that of the wrong ones.", PLACE)
        if same(answer[:1], [coverage]):
            refuse(f"the coverage is right, but the risk is {risk:.3f} there, not {answer[1]:.3f}.", PLACE)
        refuse(f"the coverage is {coverage:.3f} there, not {answer[0]:.3f}.", PLACE)
    return "Four made-up networks, and each has a photo that stands exactly on the threshold."


PROMISES = {
    "there": "that is the share on the pile that the threshold was chosen by. Report it on the other one.",
    "threshold": "that is the threshold. Wanted is the share that is right from there on, on the other pile.",
    "report": "you chose the threshold by the pile that you report on.",
    "all": "you chose the threshold by all photos, and so by those that you report on.",
    "all and all": "you chose by all photos, and report on all of them.",
    "highest": "that is the highest threshold that keeps the promise. The lowest one silences the fewest.",
}


def check_promise(promise):
    """What the lowest threshold that keeps a promise on one pile gives on the other."""
    function(promise)
    random = np.random.default_rng()
    for _ in range(4):
        best, right, choose, told = _piles(random)
        answer = one_number(promise(best, right, choose, 0.9), "the share")
        if same(answer, told["right"]):
            continue
        for mistake, said in PROMISES.items():
            if same(answer, told[mistake]):
                refuse(said, CHOICE)
        refuse(
            f"not {answer:.3f}: the lowest threshold is {told['threshold']:.2f}, and the other pile counts from it on.", CHOICE
        )
    return "On four made-up archives the promise was broken, and you said so."


def _lowest(best, right):
    """The lowest share of a photo from which on nine in ten of the answers are right."""
    return min(share for share in best if right[best >= share].mean() >= 0.9)


def _piles(random):
    """Shares of 60 photos, which are right, which are to choose by; and what comes out, rightly and by each mistake.

    Drawn anew until the promise is broken on the other pile, and no two outcomes are alike.
    """
    while True:
        best, choose = random.permutation(np.arange(30, 90)) / 100, np.arange(60) % 2 == 0
        right = random.random(60) < np.where(choose, best + 0.25, best)
        surest = [best == best[pile].max() for pile in (choose, ~choose)]
        if not all(right[one].all() for one in surest) or best[~choose].max() < best[choose].max():
            continue  # each pile has a threshold that keeps the promise, and the other pile has answers from there on
        chosen, other, both = (_lowest(best[pile], right[pile]) for pile in (choose, ~choose, choose | True))
        told = {mistake: right[~choose & (best >= share)].mean() for mistake, share in (("right", chosen), ("report", other))}
        told |= {"all": right[~choose & (best >= both)].mean(), "highest": right[~choose & (best >= best[choose].max())].mean()}
        told |= {
            "there": right[choose & (best >= chosen)].mean(),
            "all and all": right[best >= both].mean(),
            "threshold": chosen,
        }
        if told["right"] < 0.9 and np.diff(np.sort([*told.values()])).min() > 0.002:
            return best, right, choose, told
