"""The checks of the exercises of lesson 01: the pipe by hand.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers import labels
from helpers.check.tools import CRANES, answer_to, function, numbers, refuse, same, some_probabilities
from helpers.machine import sentences

STEPS = ("load", "resize", "batch", "normalize", "predict", "decode")


def check_batch_axis(add_batch_axis):
    """A picture (height, width, 3) becomes a batch of one, (1, height, width, 3)."""
    function(add_batch_axis)
    random, place = np.random.default_rng(), "01, “One picture to a batch”"
    for height, width in random.integers(5, 40, (3, 2)):
        picture = random.integers(0, 256, (height, width, 3)).astype(random.choice(["uint8", "float32"]))
        batch = numbers(add_batch_axis(picture), "the batch")
        came = f"a picture of shape {picture.shape} came back as {batch.shape}:"
        if batch.shape == picture.shape:
            refuse(f"{came} no axis was added.", place)
        if batch.shape == (*picture.shape, 1):
            refuse(f"{came} the new axis stands last, but the number of pictures comes first.", place)
        if batch.shape != (1, *picture.shape):
            refuse(f"{came} the number of pictures, 1, comes first, then height, width and colour as they were.", place)
        if not same(batch[0], picture):
            refuse("the shape is right, but the pixels have changed their places or values: only add an axis.", place)
    return "Your function gave pictures of three random sizes their batch axis, pixels untouched."


def check_decode(best_five):
    """From probabilities (1, 1000) to five names, the most probable first."""
    function(best_five)
    for p in some_probabilities(np.random.default_rng(), 3):
        names = best_five(p[np.newaxis])
        if isinstance(names, str) or len(names) != 5:
            long = 1 if isinstance(names, str) else len(names)
            refuse(f"wanted are five names, and {long} came.", "01, “Decode”")
        if not all(isinstance(name, str) for name in names):
            refuse("wanted are names only: each guess is made of a wnid, a name and a probability.", "01, “Decode”")
        wanted = [guess.name for guess in labels.decode(p[np.newaxis])[0]]
        plain = [name.replace(" ", "_") for name in names]
        if plain == wanted[::-1]:
            refuse("the five are right, but the most probable comes first.", "01, “Decode”")
        if plain != wanted:
            refuse("these are not the names of the five largest of p[0]. Which class stands at which place?", "01, “Decode”")
    return "Five names each time, for three made-up answers. And the network was left alone: only the shape was wrong."


def check_order(steps):
    """The six steps from the file to the names, in an order that runs."""
    steps = [str(step).strip().lower() for step in (steps.split(",") if isinstance(steps, str) else steps)]
    if sorted(steps) != sorted(STEPS):
        refuse(f"wanted is each of {', '.join(STEPS)} once.", "01, “The whole pipe in one picture”")
    hints = {
        "load": "The pipe begins with the file.",
        "resize": "It needs the pixels of one picture, and comes right after they are loaded.",
        "batch": "One picture is resized at a time; only pictures of one size can be stacked.",
        "normalize": "Normalizing needs pixels, and comes before the network, which learned from normalized numbers.",
        "predict": "The network takes a batch, of the right size, and normalized.",
        "decode": "Names can be given to probabilities only.",
    }
    stages = {"load": "file", "resize": "pixels", "batch": "resized", "predict": "batch", "decode": "probabilities"}
    after = {"load": "pixels", "resize": "resized", "batch": "batch", "predict": "probabilities", "decode": "names"}
    stage, normalized = "file", False
    for step in steps:  # normalizing before or after the batch gives the same numbers
        fits = stage in ("resized", "batch") if step == "normalize" else stage == stages[step]
        if not fits or (step == "predict" and not normalized):
            refuse(f"it stops at the step “{step}”. {hints[step]}", "01, “The whole pipe in one picture”")
        stage, normalized = after.get(step, stage), normalized or step == "normalize"
    best = labels.decode(answer_to("panda.jpg")[np.newaxis])[0][0]
    return f"Run in this order, the pipe says of panda.jpg: {sentences.plain(best.name)}, {best.probability:.0%}."


def check_one_class(share):
    """The probability of one class, found by its wnid."""
    function(share)
    random = np.random.default_rng()
    for wnid in [*CRANES, *(labels.classes()[i][0] for i in random.integers(0, 1000, 3))]:
        p = some_probabilities(random)
        answer, right = numbers(share(p, wnid), "the share"), p[0, labels.index(wnid)]
        if answer.size != 1:
            refuse(f"wanted is one number, and {answer.size} came. Which row of p, and which column?", "01, “Predict”")
        if abs(answer.ravel()[0] - right) < 2e-3 * right:  # the shares are about a thousandth each
            continue
        if wnid in CRANES:
            refuse(
                "two classes are called crane, and this is the other one. Look it up by its wnid.", "02, “Index, wnid, name”"
            )
        if answer.ravel()[0] == 0:
            refuse("a class outside the best five has a share too. Look in all 1000.", "01, “Predict”")
        refuse(f"for {wnid} came {answer.ravel()[0]:.4g} instead of {right:.4g}: another class' place.", "01, “Predict”")
    return "Five classes in five made-up answers, both cranes among them."
