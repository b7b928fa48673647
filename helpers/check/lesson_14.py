"""The checks of the exercises of lesson 14: the network by hand.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import math

import numpy as np

from helpers.check.tools import function, guess, numbers, one_number, refuse, same


def check_places_guess(expected):
    """The guess: how many places InceptionV3's first window has, with no padding."""
    return guess(expected, "148", "149", "150")


def check_places(places):
    """How many places a window has: (size + zeros - kernel) // stride + 1."""
    function(places)
    random, place = np.random.default_rng(), "14, “What size comes out?”"
    made_up = [(299, 3, 2, 0), (224, 3, 2, 1), (56, 5, 2, 3), (7, 7, 1, 0)]
    made_up += [tuple(int(random.integers(*ends)) for ends in ((20, 300), (1, 8), (1, 5), (0, 9))) for _ in range(12)]
    answers = [one_number(places(*layer), "the number of places") for layer in made_up]
    mistakes = {
        "those are the steps. Before the first step the window already stands at a place.": lambda n, k, s, z: (n + z - k) // s,
        "a place is a whole number: a step that leads out of the picture is not made.": lambda n, k, s, z: (n + z - k) / s + 1,
        "that holds where padding follows the rule same. Here the zeros are given.": lambda n, k, s, z: math.ceil(n / s),
        "the zeros are missing: they make the picture larger.": lambda n, k, s, z: (n - k) // s + 1,
        "the zeros are those of both ends together, so they count once.": lambda n, k, s, z: (n + 2 * z - k) // s + 1,
        "the window moves by the stride, not by 1.": lambda n, k, s, z: n + z - k + 1,
        "the last of them would stick out of the picture. Round down.": lambda n, k, s, z: math.ceil((n + z - k) / s) + 1,
    }
    rest = "wanted is where the first place is, and how many steps fit in after it."
    _explain(made_up, answers, lambda n, k, s, z: (n + z - k) // s + 1, mistakes, rest, place)
    return "Sixteen windows, with and without zeros."


def _explain(made_up, answers, right, mistakes, rest, place):
    """Refuses answers that are not right, with the mistake that explains all of them, else with the rest."""

    def is_like(rule):
        return all(answer == rule(*case) for case, answer in zip(made_up, answers))

    if is_like(right):
        return
    case, answer = next(pair for pair in zip(made_up, answers) if pair[1] != right(*pair[0]))
    why = next((why for why, rule in mistakes.items() if is_like(rule)), rest)
    refuse(f"for {', '.join(map(str, case))} came {answer:g}: {why}", place)


def check_folded(folded):
    """A batch normalization folded into a convolution that has a bias: (kernel * scale, (bias - mean) * scale + beta)."""
    function(folded)
    random, place = np.random.default_rng(), "14, “Fold the scale into the weights”"
    for side, channels_in, channels in [(3, 2, 5), (1, 6, 4)]:
        kernel = random.normal(size=(side, side, channels_in, channels))
        bias, beta, mean = random.normal(size=(3, channels))
        gamma, variance = random.uniform(0.5, 2, (2, channels))
        variance[0] = 0.0005  # where the 0.001 counts
        answer = folded(kernel.copy(), bias.copy(), gamma.copy(), beta.copy(), mean.copy(), variance.copy())
        if not isinstance(answer, (tuple, list)) or len(answer) != 2:
            refuse("wanted are two things, the new kernel and the new bias: `return kernel, bias`.", place)
        own_kernel, own_bias = (numbers(part, name) for part, name in zip(answer, ("the kernel", "the bias")))
        scale = gamma / np.sqrt(variance + 0.001)
        right = (bias - mean) * scale + beta
        for other, why in (
            (gamma / (variance + 0.001), "the spread is the root of the variance"),
            (gamma / np.sqrt(variance), "the 0.001 is missing from the variance"),
            (1 / np.sqrt(variance + 0.001), "gamma is missing from the scale"),
            (np.ones(channels), "the kernel is not scaled"),
        ):
            if same(own_kernel, kernel * other):
                refuse(f"{why}.", place)
        if not same(own_kernel, kernel * scale):
            refuse(f"the kernel must be kernel * scale, of shape {kernel.shape}.", place)
        for other, why in (
            (bias + beta - mean * scale, "the bias comes before the batch normalization, so it is scaled as well"),
            (beta - mean * scale, "the convolution's own bias is missing"),
            (bias * scale + beta - mean, "the mean is scaled as well"),
            ((bias + mean) * scale + beta, "the mean is taken away, not added"),
            ((bias - mean) * scale, "beta is missing"),
        ):
            if same(own_bias, other):
                refuse(f"{why}.", place)
        if not same(own_bias, right):
            refuse(
                f"follow one number: times the weights, plus bias, minus mean, times scale, plus beta. {channels} come out.",
                place,
            )
    return "Two made-up layers, and each gives what it gave with its batch normalization."


def check_rows(rows_seen):
    """The receptive field after a list of (kernel, stride): 1 + the sum of (kernel - 1) * product of the strides before."""
    function(rows_seen)
    random, place = np.random.default_rng(), "14, “How far does one number see?”"
    made_up = [[(3, 1)], [(3, 1), (3, 1)], [(3, 2), (3, 1)], [(5, 2), (3, 2), (5, 1)], [(1, 1), (3, 2), (1, 1)]]
    made_up += [[(int(random.choice([1, 3, 5, 7])), int(random.integers(1, 3))) for _ in range(5)] for _ in range(6)]
    answers = [one_number(rows_seen(list(layers)), "the number of rows") for layers in made_up]

    def total(layers, steps):
        return 1 + sum((kernel - 1) * step for (kernel, _), step in zip(layers, steps))

    def steps(layers):
        return np.cumprod([1, *[stride for _, stride in layers]])

    mistakes = {
        "after a stride of 2, neighbours in a map are two pixels apart. The strides are missing.": lambda *layers: total(
            layers, [1] * len(layers)
        ),
        "the stride of a layer counts for the layers after it, not for its own window.": lambda *layers: total(
            layers, steps(layers)[1:]
        ),
        "the first window sees its kernel, and each one after it adds one less, kernel - 1.": lambda *layers: sum(
            kernel for kernel, _ in layers
        ),
        "a number sees itself before any layer, so the count begins with 1.": lambda *layers: total(layers, steps(layers)) - 1,
        "neighbouring windows overlap, so the kernels are not multiplied.": lambda *layers: math.prod(
            kernel for kernel, _ in layers
        ),
        "strides multiply: two layers with stride 2 make steps of 4 pixels.": lambda *layers: total(
            layers, np.cumsum([1, *[stride for _, stride in layers]])
        ),
    }
    rest = "begin with 1 row. Each layer adds kernel - 1 steps, and a step is the product of all strides before it."
    _explain(made_up, answers, lambda *layers: total(layers, steps(layers)), mistakes, rest, place)
    return "Eleven stacks of layers, each row counted."
