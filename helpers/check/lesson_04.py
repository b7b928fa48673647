"""The checks of the exercises of lesson 04: normalizing.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers.check.tools import function, guess, numbers, refuse, same
from helpers.normalizing import normalize

MEANS = np.array([103.939, 116.779, 123.68])  # of ImageNet's pixels: blue, green, red


def check_grey_guess(grey):
    """The guess: which number grey becomes for VGG16."""
    return guess(grey, "0.5", "between 4 and 25", "128")


def check_red(red):
    """What VGG16 gets for a pure red pixel: three numbers in its order."""
    place = "04, “By hand”"
    answer = numbers(red, "`red`").ravel()
    pure, right = np.array([255.0, 0, 0]), np.array([0, 0, 255.0]) - MEANS
    if answer.size != 3:
        refuse(f"a pixel has three numbers, and {answer.size} came.", place)
    if np.abs(answer).max() <= 1.001:
        refuse("these lie between −1 and 1. VGG16 expects about −124 to 151.", "04, “Between zero and one?”")
    if same(answer, pure - MEANS[::-1], 0.01):
        refuse("the three are right, but in the order red, green, blue. VGG16 wants blue first.", place)
    if same(answer, pure[::-1] - MEANS[::-1], 0.01):
        refuse("the colours are turned around, the means are not: 103.939 is the mean of blue.", place)
    if same(answer, pure - MEANS, 0.01):
        refuse("the means are those of blue, green, red, but your pixel still has red in front.", place)
    if answer.min() >= 0:
        refuse("nothing lies below 0, so no mean was taken away.", place)
    if not np.abs(answer - right).max() < 0.06:
        refuse("wanted: the pixel in the order blue, green, red, less the mean of each.", place)
    return "Two channels at their lowest, and the third, the last one, at its highest."


def check_vgg(as_vgg):
    """VGG's normalization in NumPy, on a copy."""
    function(as_vgg)
    random, place = np.random.default_rng(), "04, “By hand”"
    for n in (1, 3):
        batch = random.uniform(0, 255, (n, 8, 9, 3)).astype("float32")
        before = batch.copy()
        answer = numbers(as_vgg(batch, copies=False), "the batch")
        if not np.array_equal(batch, before):
            refuse("your function has changed what it was given. Work on a copy.", "04, “And a trap below the trap”")
        if answer.shape != batch.shape:
            refuse(f"a batch of shape {batch.shape} came back as {answer.shape}.", place)
        if np.abs(answer).max() < 3:
            span = f"{answer.min():.1f} to {answer.max():.1f}"
            refuse(f"your numbers go from {span}. VGG16 expects about −124 to 151.", "04, “Between zero and one?”")
        if same(answer, before - MEANS[::-1]):
            refuse("the means are taken away, but red still stands in channel 0. VGG16 wants blue there.", place)
        if same(answer, before[..., ::-1] - MEANS[::-1]):
            refuse("the colours are turned around, the means are not: 103.939 belongs to blue, in channel 0.", place)
        if same(answer, before - MEANS):
            refuse("the means stand in the order blue, green, red, and your colours in red, green, blue.", place)
        if same(answer, before[..., ::-1]):
            refuse("the colours are turned around, and no mean was taken away.", place)
        if not np.abs(answer - normalize(before, "caffe")).max() < 0.05:
            refuse("this is not blue, green, red, each less its mean.", place)
    return "Two random batches, as Keras' own function does it, and the argument stayed as it was."


def check_twice(prepare):
    """A function that gives the same when it is called twice, and leaves its argument alone."""
    function(prepare)
    random, place = np.random.default_rng(), "04, “Break it on purpose: run the cell twice”"
    batch = random.uniform(0, 255, (2, 6, 5, 3)).astype("float32")
    before, right = batch.copy(), normalize(batch, "caffe")
    first = numbers(prepare(batch, copies=False), "the batch").copy()
    changed = not np.array_equal(batch, before)
    if same(first, before):
        refuse("now nothing is normalized. The call must stay.", place)
    if not changed and not np.abs(first - right).max() < 0.05:
        refuse("the first result is already another one than preprocess_input gives for these pixels.", place)
    second = numbers(prepare(batch, copies=False), "the batch")
    if not same(first, second):
        refuse("the second call gave other numbers than the first: your function changes what it is given.", place)
    if changed:
        refuse(
            "the array that went in was changed, as preprocess_input does. Give it a copy.", "04, “And a trap below the trap”"
        )
    return "Two calls, the same numbers, and the batch stayed as it was."


def check_by_255_guess(suffers_more):
    """The guess: which network suffers more from pixels divided by 255."""
    return guess(suffers_more, "VGG16", "InceptionV3", "the same")


def check_by_255(covered_vgg, covered_inception):
    """Which part of the range that each network expects is filled by pixels divided by 255."""
    place = "04, “The famous one: divide by 255, then VGG16”"
    vgg, inception = (numbers(answer, "each of the two") for answer in (covered_vgg, covered_inception))
    if vgg.size != 1 or inception.size != 1:
        refuse("wanted are two numbers, one for each network.", place)
    vgg, inception = float(vgg.ravel()[0]), float(inception.ravel()[0])
    if abs(inception - 50) < 0.5:
        refuse("these are in per cent. Leave them as parts of 1.", place)
    if abs(vgg - inception) < 1e-3:
        refuse("they are not the same: one network expects a width of 2, the other a hundred times more.", place)
    if vgg > 1 or inception > 1:
        refuse("divided by 255, the pixels cannot fill more than all of it. Divide what came by what was expected.", place)
    if not abs(inception - 0.5) < 0.02:
        refuse(f"InceptionV3 expects −1 to 1, and gets 0 to 1. That is not {inception:.3g} of the width.", place)
    if not 1 / 280 < vgg < 1 / 240:
        refuse(f"VGG16 expects a range of over 250, and gets one of 1. That is not {vgg:.3g} of it.", place)
    return "Half the range is a pale picture. A two hundred and fiftieth is hardly any picture at all."
