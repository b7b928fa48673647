"""The checks of the exercises of lessons 03 and 04: pixels, sizes, colours and normalization.

In: what the learner named, as the arguments. Out: a sentence for who got it right; else `NotYet` (see check.py).
"""

import numpy as np

from helpers import images
from helpers.cards import normalize
from helpers.check import function, judge, numbers, refuse, same

MEANS = np.array([103.939, 116.779, 123.68])  # of ImageNet's pixels: blue, green, red


def some_picture(random, height, width, kind="uint8"):
    """A picture of random pixels, (height, width, 3), 0 to 255."""
    return random.integers(0, 256, (height, width, 3)).astype(kind)


# ---- 03


def describe(describe):
    """Height, width, lowest, highest value and type of a picture."""
    function(describe)
    random, place = np.random.default_rng(), "03, “Rows, columns, colours”"
    for kind in ("uint8", "float32"):
        height, width = random.choice(np.arange(5, 60), 2, replace=False)
        picture = random.integers(40, 200, (height, width, 3)).astype(kind)
        answer = describe(picture)
        answer = list(answer.values() if isinstance(answer, dict) else answer)
        if len(answer) != 5:
            refuse(f"wanted are five things, and {len(answer)} came.", place)
        if tuple(answer[:2]) == (width, height):
            refuse("width and height have changed places. Rows come first, so the height does.", place)
        if tuple(answer[:2]) != (height, width):
            refuse(f"a picture of shape {picture.shape} is not {answer[0]} high and {answer[1]} wide.", place)
        if not same(numbers(answer[2:4], "the range"), [picture.min(), picture.max()]):
            refuse("the lowest and the highest value of the whole picture must be the third and the fourth.", place)
        try:
            named = np.dtype(answer[4])
        except TypeError:
            named = None
        if named != picture.dtype:
            refuse(f"the last is not the type of the numbers inside, which this time was {kind}. Ask the array itself.", place)
    return "Two random pictures, one of whole numbers and one of floats, described in full."


def on_white(on_white):
    """RGBA, uint8, becomes RGB on a white background."""
    function(on_white)
    random, place = np.random.default_rng(), "03, “Files with surprises”"
    rgba = random.integers(0, 256, (30, 40, 4)).astype("uint8")
    rgba[:10, :, 3], rgba[10:20, :, 3] = 0, 255
    colours, there = rgba[..., :3].astype(float), rgba[..., 3:] / 255
    answer, right = numbers(on_white(rgba), "the picture"), colours * there + 255 * (1 - there)
    if answer.shape != right.shape:
        refuse(f"a picture of shape {rgba.shape} came back as {answer.shape}: three colours must be left.", place)
    if same(answer, colours):
        refuse("the fourth number was dropped, so what was hidden appears. Look at the edge of the disc.", place)
    if answer.max() <= 1.001:
        refuse("the values lie between 0 and 1. A picture goes from 0 to 255.", place)
    if np.abs(answer - colours * there).max() < 1.5:
        refuse("that is the picture on black. Where little of a pixel is there, white must show.", place)
    if answer.max() > 256 or answer.min() < -1:
        refuse(f"the values go up to {answer.max():.0f}. The fourth number goes from 0 to 255: divide it by 255.", place)
    if np.abs(answer - right)[:20].max() < 1.5 < np.abs(answer - right).max():
        refuse("it is right where a pixel is all there or not at all, and wrong in between. Look at the edge.", place)
    if np.abs(answer - right)[:10].max() > 1.5:
        refuse("where a pixel is not there at all (fourth number 0), the result must be white.", place)
    if np.abs(answer - right).max() > 1.5:  # rounded or cut off
        refuse("the mixture is off. Products of uint8 run over at 255: make floats of them first.", place)
    return "Every mixture of colour and white, from not there to fully there."


def crop(centre_square):
    """The largest square from the middle of a picture."""
    function(centre_square)
    random, place = np.random.default_rng(), "03, “It does not fit”"
    for height, width in [(40, 64), (64, 40), (50, 50)]:
        picture = some_picture(random, height, width)
        answer, side = numbers(centre_square(picture), "the picture"), min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        came = f"of a picture {width} wide and {height} high"
        if answer.ndim != 3 or answer.shape[0] != answer.shape[1] or answer.shape[2] != 3:
            refuse(f"{came} came the shape {answer.shape}, which is no square with three colours.", place)
        if len(answer) != side:
            refuse(f"{came} the largest square has sides of {side}, and yours of {len(answer)}.", place)
        if same(answer, picture[top : top + side, left : left + side]):
            continue
        if same(answer, picture[:side, :side]):
            refuse("that is the corner at the top left. Wanted is the middle.", place)
        if same(answer, images.resize(picture, side, "squash"), 30):
            refuse("that is squashed. Is a circle still round? Cut, do not change proportions.", place)
        refuse(f"{came}, these are not the pixels of the middle. Leave out as much at one side as at the other.", place)
    return "A wide, a tall and a square picture, each cut in the middle."


def dragon(true):
    """Which statements about the cropped, squashed and padded dragon are true."""
    place = "03, “It does not fit”"
    statements = {
        "a": (True, "", place),
        "b": (False, "One picture proves nothing. On EfficientNet-Lite2 the padded dragon does best.", place),
        "c": (True, "", place),
        "d": (False, "Look at the picture again: where is the end of the tail?", place),
    }
    judge(true, statements, ("What changes for the animal when bars are put around it, and what do the bars do?", place))
    return "Small, and beside bars that are far from anything it learned from."


def bgr(mended):
    """A planted line swaps red and blue: from a photo to a batch for EfficientNet-Lite0, without it."""
    function(mended)
    random, place = np.random.default_rng(), "03, “Break it on purpose: blue for red”"
    for height, width in random.integers(230, 300, (2, 2)):
        picture = some_picture(random, height, width)
        square = images.resize(picture, 224)
        answer, right = numbers(mended(picture), "the batch"), normalize(images.batch(square), "lite")
        if answer.shape != right.shape:
            refuse(f"the batch has the shape {answer.shape}, and the broken function gave {right.shape}: keep that.", place)
        if same(answer, right[..., ::-1]):
            refuse("red and blue are still exchanged. Show the picture, and look for the line that turns something.", place)
        if same(answer, right[:, :, ::-1]) or same(answer, right[:, ::-1]):
            refuse("now the picture is turned around, and not the colours. Which of the three axes was it?", place)
        if not -1.1 < answer.min() < answer.max() < 1.1:
            refuse(
                "the numbers no longer go from −1 to 1. The normalization was right: leave it.", "04, “Between zero and one?”"
            )
        if not same(answer, right):
            refuse("something else than the planted line has changed. Only one line was wrong.", place)
    return "Two random pictures keep their colours. The network was not to blame."


# ---- 04


def red(red):
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


def vgg(as_vgg):
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


def twice(prepare):
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


def by_255(covered_vgg, covered_inception):
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
