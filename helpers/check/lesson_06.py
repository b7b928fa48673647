"""The checks of the exercises of lesson 06: what InceptionV3 takes, and what a convolution weighs.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers import images
from helpers.cards import CARDS
from helpers.check.tools import function, guess, numbers, one_number, refuse, same, some_picture
from helpers.normalizing import normalize


def check_two_mistakes(mended):
    """From a photo to what InceptionV3 takes, where the size and the normalization were wrong."""
    function(mended)
    random, right_size = np.random.default_rng(), CARDS["InceptionV3"].input_size
    loud, silent = "06, “Break it on purpose: the loud mistake”", "06, “Break it on purpose: the silent mistake”"
    for height, width in random.integers(300, 340, (2, 2)):
        picture = some_picture(random, height, width)
        x = numbers(mended(picture), "the batch")
        if x.ndim != 4 or x.shape[0] != 1 or x.shape[3] != 3:
            refuse(f"the batch has the shape {x.shape}: one picture, height, width, three colours.", loud)
        span = f"{x.min():.1f} to {x.max():.1f}"
        if x.max() > 100:
            if x.shape[1] == right_size:
                refuse(f"the loud mistake is mended, the silent one is not. The numbers go from {span}.", silent)
            refuse(f"both mistakes are still there: {x.shape[1]} pixels, and numbers from {span}.", silent)
        if x.shape[1:3] != (right_size, right_size):
            refuse(f"the numbers are mended, but the picture is {x.shape[1]} pixels high. Which size is on its card?", loud)
        if -0.01 < x.min() and x.max() <= 1.01:
            refuse(f"the numbers go from {span}. InceptionV3 wants both sides of zero.", silent)
        right = normalize(images.batch(images.resize(picture, right_size)), "tf")
        if same(x, right / 127.5 - 1, 1e-3):
            refuse(f"it was normalized twice: the numbers go from {span}.", "04, “Break it on purpose: run the cell twice”")
        if not same(x, right, 1e-3):
            refuse(f"size and range fit ({span}), but the pixels do not: crop, and only size and numbers change.", silent)
    return "The loud one and the silent one. The second is found by looking at the range."


def check_split_guess(left_over):
    """The guess: how much is left of a convolution that was split."""
    return guess(left_over, "a third", "three quarters", "all of it")


def check_split(conv_weights):
    """The numbers in a convolution, with its biases."""
    function(conv_weights)
    random, place = np.random.default_rng(), "06, “Split it further”"
    for _ in range(3):
        height, width, into, out = (int(n) for n in random.choice(np.arange(2, 90), 4, replace=False))
        answer = one_number(conv_weights(height, width, into, out), "the count")
        came = f"for {height} × {width} from {into} to {out} channels came {answer:,.0f}:"
        if answer == height * width * into * out:
            refuse(f"{came} the biases are missing, one for each channel that comes out.", place)
        if answer == height * width * into * out + into:
            refuse(f"{came} the biases belong to the channels that come out.", place)
        if answer == height * height * into * out + out:
            refuse(f"{came} the width is not looked at, and a 1 × 7 is no square.", place)
        if answer in (height * width * (into + out) + out, height * width * (into + out)):
            refuse(f"{came} each channel out looks at each channel in: a product, not a sum.", place)
        if answer != height * width * into * out + out:
            refuse(f"{came} not height × width × in × out, and a bias for each channel out.", place)
    return "Three convolutions of random sizes, none of them square."
