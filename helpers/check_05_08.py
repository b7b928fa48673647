"""The checks of the exercises of lessons 05, 06 and 08: what networks are made of, and what perplexes them.

In: what the learner named, as the arguments. Out: a sentence for who got it right; else `NotYet` (see check.py).
"""

import numpy as np

from helpers import images, labels
from helpers.cards import CARDS, normalize
from helpers.check import NotYet, function, judge, numbers, refuse, same
from helpers.check_01_02 import some_probabilities
from helpers.check_03_04 import some_picture

DOG, CANINE = "n02084071", "n02083346"


def one_number(answer, name):
    """An answer that must be one number, as a float."""
    answer = numbers(answer, name)
    if answer.size != 1:
        raise NotYet(f"Not yet right: {name} must be one number, and {answer.size} came.")
    return float(answer.ravel()[0])


# ---- 05


def shortcut(residual):
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


def parameters(parameters):
    """All numbers in a residual block: three convolutions with biases, each with a batch-norm."""
    function(parameters)
    random, place = np.random.default_rng(), "05, “The two blocks, to one scale”"
    for _ in range(3):
        wide, narrow = (int(n) for n in random.integers(5, 300, 2))
        kernels = [wide * narrow, 9 * narrow * narrow, narrow * wide]
        biases = [narrow, narrow, wide]
        answer = one_number(parameters(wide, narrow), "the count")
        came = f"for {wide} and {narrow} channels came {answer:,.0f}:"
        if answer == sum(kernels) + 4 * sum(biases):
            refuse(f"{came} each channel that a convolution gives has a bias, and these are missing.", place)
        if answer == sum(kernels) + sum(biases):
            refuse(f"{came} the batch-norms are missing. Each has 4 numbers for each channel.", place)
        if answer == sum(kernels):
            refuse(f"{came} the biases are missing, and the 4 numbers a channel of each batch-norm.", place)
        if answer == sum(kernels) + 3 * sum(biases):
            refuse(f"{came} a batch-norm has 4 numbers a channel: two are trained, and two are counted.", place)
        if answer == wide * narrow + narrow * narrow + narrow * wide + 5 * sum(biases):
            refuse(f"{came} the one in the middle is 3 × 3: nine weights for each pair of channels.", place)
        if answer != sum(kernels) + 5 * sum(biases):
            refuse(f"{came} not a kernel, a bias and a batch-norm for each of the three convolutions.", place)
    return "Three blocks of random width, each counted to the last number."


def ends(times):
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


# ---- 06


def two_mistakes(mended):
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


def split(conv_weights):
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


# ---- 08


def giraffe(true):
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


def dogs(all_dogs):
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


def blur(first_below_half):
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
