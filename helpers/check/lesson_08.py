"""The checks of the exercises of lesson 08: what no network has learned, and what perplexes it.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers import labels
from helpers.check.tools import function, guess, judge, one_number, refuse, same, some_probabilities

DOG, CANINE = "n02084071", "n02083346"


def check_giraffe_guess(above_half):
    """The guess: whether a closer look lifts the first guess above half."""
    return guess(above_half, "yes", "no")


def check_giraffe(true):
    """Which statements about the surer answer are true."""
    place = "08, “What has it never learned?”"
    known = any("giraffe" in noun.names for noun in map(labels.wordnet().get, dict(labels.classes())))
    statements = {
        "a": (False, "A name that is not in the list cannot be said, however sure the answer.", place),
        "b": (not known, "", place),
        "c": (False, "The share has grown, and the answer is as wrong as before.", "02, “Sure is not right”"),
        "d": (True, "", place),
    }
    judge(true, statements, ("Read the list of classes. And what is a first guess always one of?", place))
    return "Surer and no less wrong: the crop shows the spots better, and there is still no giraffe to name."


def check_dogs(all_dogs):
    """The share of all classes below "dog" in WordNet, together."""
    function(all_dogs)
    random, place = np.random.default_rng(), "08, “Which cat, or simply a cat?”"
    above = [labels.ancestors(wnid) for wnid, _ in labels.classes()]
    dog, canine = (np.array([noun in nouns for nouns in above]) for noun in (DOG, CANINE))
    named = np.array(["dog" in name.lower() for _, name in labels.classes()])
    for _ in range(3):
        p = some_probabilities(random)[0]
        answer, right = one_number(all_dogs(p), "the share"), p[dog].sum()
        if same(answer, right, 1e-4):
            continue
        if same(answer, p[named].sum(), 1e-4):
            refuse("you took the names with “dog” in them: a hot dog is none, and a pug is one.", place)
        if same(answer, p[canine].sum(), 1e-4):
            refuse("wolves and foxes are in it: one noun too far up.", place)
        if same(answer, p[151:268].sum(), 1e-6):
            refuse("one dog is missing: a slice leaves out its end. Better ask WordNet than count.", "02, “Index, wnid, name”")
        if same(answer, p[dog].max(), 1e-6):
            refuse("that is the best dog alone. Add all of them up.", place)
        refuse(f"not {answer:.3f}: add the shares of the {dog.sum()} classes that have {DOG} above them.", place)
    return f"{dog.sum()} kinds of dog, and no hot dog."


def check_blur(first_below_half):
    """The first damage at which the share of one fixed class falls below half."""
    function(first_below_half)
    random, place = np.random.default_rng(), "08, “How much can a photo suffer?”"
    for _ in range(3):
        below = int(random.integers(2, 6))  # the first place below half
        n = below + 5
        levels = np.sort(random.choice(np.arange(n, 70), n, replace=False)).tolist()
        index, other = random.choice(1000, 2, replace=False)
        shares = [*np.sort(random.uniform(0.52, 0.95, below))[::-1], 0.45, 0.3, 0.6, 0.2, 0.1]  # it rises once more
        p = np.full((n, 1000), 1e-5, "float32")
        p[:, index], p[:, other] = shares, 0.98 - np.array(shares)
        p[below, other] = 0.3  # the class still leads here, with less than half
        answer = one_number(first_below_half(levels, p, int(index)), "the damage")
        if answer == levels[below]:
            continue
        if answer == below:
            refuse("that is the place in the list. Wanted is the damage that stands there.", place)
        if answer == levels[below + 1]:
            refuse("there the first guess changes. Hold the class fixed, and look at its share.", place)
        if answer in levels[below + 2 :]:
            refuse("it came earlier: the share fell below half, and rose once more. Wanted is the first time.", place)
        if answer in levels[:below]:
            refuse("there it has still more than half.", place)
        refuse(f"{answer:g} is not the first of the levels with a share below half.", place)
    return "Three made-up curves that fall, rise and fall again."
