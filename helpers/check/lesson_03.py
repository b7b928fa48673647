"""The checks of the exercises of lesson 03: pixels, sizes and colours.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers import images
from helpers.check.tools import function, guess, judge, numbers, refuse, same, some_picture
from helpers.normalizing import normalize


def check_describe(describe):
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


def check_on_white(on_white):
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


def check_crop(centre_square):
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


def check_dragon_guess(worst_fit):
    """The guess: which way to make the dragon fit costs it most."""
    return guess(worst_fit, "crop", "squash", "pad")


def check_dragon(true):
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


def check_bgr(mended):
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
