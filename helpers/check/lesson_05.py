"""The checks of the exercises of lesson 05: what ResNet50 is made of.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers.cards import CARDS
from helpers.check.tools import function, guess, numbers, one_number, refuse, same


def check_shortcut(residual):
    """A residual block: what came in, plus its correction, then negatives to zero."""
    function(residual)
    random, place = np.random.default_rng(), "05, “The cure: let it do nothing easily”"
    for size in [(3,), (2, 6)]:
        x = random.uniform(0.5, 3, size)
        factors = random.permutation(
            [random.uniform(0.2, 1), random.uniform(-0.8, -0.2), random.uniform(-3, -1.2)] * (x.size // 3)
        )
        factors = factors.reshape(size)  # the sum is larger than x, smaller, and below zero
        correction = factors * x
        answer = numbers(residual(x, lambda given, f=factors: f * np.asarray(given)), "the result")
        if answer.shape != x.shape:
            refuse(f"{x.shape} went in and {answer.shape} came out. A shortcut adds, it does not append.", place)
        if same(answer, np.maximum(correction, 0)) or same(answer, correction):
            refuse("the correction alone came out: the shortcut is missing.", place)
        if same(answer, x + np.maximum(correction, 0)):
            refuse("the correction lost its negative values before it was added. Add first, then set to zero.", place)
        if same(answer, x + correction):
            refuse("the sum is right. What is negative in it must become zero, as after every layer.", place)
        if same(answer, np.maximum(x - correction, 0)):
            refuse("the correction was taken away. Output = input + correction.", place)
        if not same(answer, np.maximum(x + correction, 0)):
            refuse("this is not input + correction, with negatives set to zero.", place)
    if not same(numbers(residual(np.arange(3.0), np.zeros_like), "the result"), [0, 1, 2]):
        refuse("a correction of nothing must let the input through as it is.", place)
    return "Two random corrections, and a correction of nothing, which lets everything through."


def check_parameters(parameters):
    """The weights and biases of a residual block: three convolutions."""
    function(parameters)
    random, place = np.random.default_rng(), "05, “The two blocks, to one scale”"
    for _ in range(3):
        wide, narrow = (int(n) for n in random.choice(np.arange(5, 300), 2, replace=False))
        kernels, biases = 2 * wide * narrow + 9 * narrow * narrow, 2 * narrow + wide
        answer = one_number(parameters(wide, narrow), "the count")
        came = f"for {wide} and {narrow} channels came {answer:,.0f}:"
        if answer == kernels:
            refuse(f"{came} each channel that a convolution gives has a bias, and these are missing.", place)
        if answer in (kernels + 3 * biases, kernels + 5 * biases):
            refuse(f"{came} the batch normalizations are left out here. Count weights and biases.", place)
        if answer == 2 * wide * narrow + narrow * narrow + biases:
            refuse(f"{came} the one in the middle is 3 × 3: nine weights for each pair of channels.", place)
        if answer == kernels + 2 * wide + narrow:
            refuse(f"{came} the biases belong to the channels that a convolution gives, not to those it takes.", place)
        if answer != kernels + biases:
            refuse(f"{came} not a kernel and a bias for each of the three convolutions.", place)
    return "Three blocks of random width, each counted to the last number."


def check_ends_guess(heavier):
    """The guess: which of the two has more weights."""
    return guess(heavier, "VGG16's end", "all of ResNet50")


def check_ends(times):
    """How many times the weights of ResNet50 fit into VGG16's three dense layers."""
    place = "05, “Deeper and smaller”"
    answer, whole = one_number(times, "`times`"), CARDS["ResNet50"].parameters
    first, rest = 7 * 7 * 512 * 4096, 4096 * 4096 + 4096 * 1000
    if abs(answer - whole / (first + rest)) < 0.01:
        refuse("that is the other way round: ResNet50 divided by VGG16's end.", place)
    if abs(answer - (512 * 4096 + rest) / whole) < 0.01:
        refuse("the first dense layer looks at all of the last map, and that is 7 × 7 × 512 numbers.", place)
    if abs(answer - CARDS["VGG16"].parameters / whole) < 0.01:
        refuse("that is all of VGG16. Wanted are its three dense layers alone.", place)
    if abs(answer - first / whole) < 0.01:
        refuse("that is the first dense layer. There are two more.", place)
    if not abs(answer * whole / (first + rest) - 1) < 0.01:
        refuse(f"not {answer:.3g}. A dense layer has inputs × outputs weights; add up three, then divide.", place)
    return f"{answer:.1f} whole ResNet50s in three layers."
