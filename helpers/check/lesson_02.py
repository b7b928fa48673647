"""The checks of the exercises of lesson 02: reading the answer.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers import labels
from helpers.check.tools import answer_to, function, guess, judge, numbers, refuse, same, some_probabilities


def check_five_guess(five_add_up):
    """The guess: whether the best five add up to 1."""
    return guess(five_add_up, "yes", "no")


def check_five_rest(rest):
    """The share of the 995 classes below the best five, for chelsea.jpg."""
    p, place = np.sort(answer_to("chelsea.jpg"))[::-1], "02, “A thousand shares of one cake”"
    answer, right = numbers(rest, "`rest`"), p[5:].sum()
    if answer.size != 1:
        refuse(f"wanted is one number, and {answer.size} came. Add them up.", place)
    if same(answer.ravel()[0], 100 * right, 0.1):
        refuse("that is in per cent. Leave it as a share of 1.", place)
    if same(answer.ravel()[0], p[:5].sum(), 1e-3):
        refuse("that is what the best five have. What is left of the cake, which is 1 in all?", place)
    if abs(answer.ravel()[0]) < 1e-3:
        refuse("the rest is not nothing: the five best do not add up to 1. All 1000 do.", place)
    if not same(answer.ravel()[0], right, 2e-3):
        refuse("that is not what the 995 other classes have together. Take the five best from 1.", place)
    return f"{right:.0%} of the cake lies in 995 crumbs."


def check_softmax(softmax):
    """Scores (n, k) become shares (n, k), each row for itself."""
    function(softmax)
    random, place = np.random.default_rng(), "02, “Where do the shares come from?”"
    for size in [(3, 4), (5, 3), (2, 1000)]:
        scores = random.normal(0, 3, size)
        shares = numbers(softmax(scores), "the shares")
        if shares.shape != size:
            refuse(f"scores of shape {size} came back as {shares.shape}: one share for each score.", place)
        powers = np.exp(scores)
        if same(shares, powers):
            refuse("these are the powers of e. Divide each row by its sum.", place)
        if same(shares, powers / powers.sum()):
            refuse("all rows together add up to 1, but each picture has a cake of its own: sum over axis 1.", place)
        if same(shares, powers / powers.sum(axis=0)):
            refuse("the columns add up to 1, but a picture is a row: sum over axis 1, and keep its dimension.", place)
        if shares.min() < 0 or same(shares, scores / scores.sum(axis=1, keepdims=True)):
            refuse(f"a share cannot lie below 0, and one is {shares.min():.2g}. Raise e to the scores first.", place)
        if not same(shares.sum(axis=1), np.ones(size[0]), 1e-3):
            refuse(f"each row must add up to 1, but the first adds up to {shares[0].sum():.4g}.", place)
        if not same(shares, powers / powers.sum(axis=1, keepdims=True), 1e-4):
            refuse("the rows add up to 1, but these are not the powers of e, divided by their sum.", place)
    large = numbers(softmax(np.array([[1000.0, 1000.0]])), "the shares")
    if not same(large, [[0.5, 0.5]]):
        refuse("for the scores 1000 and 1000 it overflows. First take the row's largest score from all of the row.", place)
    return "Three batches of random scores, and two scores of 1000, at which a plain formula overflows."


def check_top_k(top_k):
    """The places of the k largest probabilities, the largest first."""
    function(top_k)
    random, place = np.random.default_rng(), "02, “Index, wnid, name”"
    for k in (1, 3, 10):
        p = some_probabilities(random)[0]
        answer, right = numbers(top_k(p, k), "the places").ravel(), np.argsort(-p)[:k]
        if answer.size != k:
            refuse(f"asked for {k}, it gave {answer.size}.", place)
        if same(answer, p[right], 1e-6):
            refuse("these are the probabilities. Wanted are their places, 0 to 999.", place)
        if same(answer, np.argsort(p)[:k]):
            refuse("these are the k smallest. What stands at position 0 of your sorted list?", place)
        if k > 1 and same(answer, right[::-1]):
            refuse("the places are right, but the largest comes first.", place)
        if not same(answer, right):
            refuse("these are not the places of the largest. Compare p at your places with p.max().", place)
    return "The best one, three and ten of made-up answers, in order."


def check_cup(true):
    """Which statements about the cup in coffee.jpg are true."""
    p, place = answer_to("coffee.jpg"), "02, “Break it on purpose: two animals in one picture”"
    espresso, cup_share = p[labels.index("n07920052")], p[labels.index("n07930864")]
    statements = {
        "a": (False, "Look at the picture: the network's small share did not take the cup away.", place),
        "b": (cup_share < 0.1 < 0.9 < espresso, "", place),
        "c": (False, "A share is not a likelihood of being there: 1000 classes compete for one cake.", place),
        "d": (True, "", place),
    }
    judge(true, statements, ("What would have to happen to the others if one share went up?", place))
    return f"Espresso {espresso:.0%}, cup {cup_share:.1%}, and yet nobody would deny the cup."
