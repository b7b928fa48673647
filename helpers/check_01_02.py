"""The checks of the exercises of lessons 01 and 02: the pipe by hand, and reading the answer.

In: what the learner named, as the arguments. Out: a sentence for who got it right; else `NotYet` (see check.py).
"""

import functools

import numpy as np

from helpers import images, labels, models
from helpers.check import function, judge, numbers, refuse, same

NETWORK = "EfficientNet-Lite0"
STEPS = ("load", "resize", "batch", "normalize", "predict", "decode")


def some_probabilities(random, n=1):
    """Made-up answers of a network: (n, 1000), each row a softmax of random scores."""
    powers = np.exp(random.normal(0, 1, (n, 1000)))
    return (powers / powers.sum(axis=1, keepdims=True)).astype("float32")


@functools.cache
def answer_to(file):
    """The 1000 probabilities of EfficientNet-Lite0 for a photo of the course, shape (1000,)."""
    batch = images.batch(images.resize(images.load(file), models.CARDS[NETWORK].input_size))
    return models.load(NETWORK).predict(models.CARDS[NETWORK].preprocess(batch), verbose=0)[0]


# ---- 01


def batch_axis(add_batch_axis):
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


def decode(best_five):
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


def order(steps):
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
    return f"Run in this order, the pipe says of panda.jpg: {best.name.replace('_', ' ')}, {best.probability:.0%}."


def one_class(share):
    """The probability of one class, found by its wnid."""
    function(share)
    random = np.random.default_rng()
    cranes = ["n02012849", "n03126707"]  # a bird and a machine of one name
    for wnid in [*cranes, *(labels.classes()[i][0] for i in random.integers(0, 1000, 3))]:
        p = some_probabilities(random)
        answer, right = numbers(share(p, wnid), "the share"), p[0, labels.index(wnid)]
        if answer.size != 1:
            refuse(f"wanted is one number, and {answer.size} came. Which row of p, and which column?", "01, “Predict”")
        if abs(answer.ravel()[0] - right) < 2e-3 * right:  # the shares are about a thousandth each
            continue
        if wnid in cranes:
            refuse(
                "two classes are called crane, and this is the other one. Look it up by its wnid.", "02, “Index, wnid, name”"
            )
        if answer.ravel()[0] == 0:
            refuse("a class outside the best five has a share too. Look in all 1000.", "01, “Predict”")
        refuse(f"for {wnid} came {answer.ravel()[0]:.4g} instead of {right:.4g}: another class' place.", "01, “Predict”")
    return "Five classes in five made-up answers, both cranes among them."


# ---- 02


def five_rest(rest):
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


def softmax(softmax):
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


def top_k(top_k):
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


def cup(true):
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
