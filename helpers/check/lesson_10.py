"""The checks of the exercises of lesson 10: where a network looked.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import functools

import numpy as np

from helpers import images, labels, models
from helpers.check.tools import CRANES, NETWORK, function, numbers, refuse, same
from helpers.networks import explain


def check_cover(drop_map):
    """How much of a score is lost when each tile of a picture is covered by its mean colour."""
    function(drop_map)
    random, place = np.random.default_rng(), "10, “What if a part were covered?”"
    tile = 6
    for rows, columns in [(2, 4), (3, 2)]:
        picture = random.uniform(0, 1, (rows * tile, columns * tile, 3)).astype("float32")
        weights = random.uniform(0.5, 1.5, picture.shape) / picture.size

        def score(given, weights=weights):
            return float((np.asarray(given) * weights).sum())

        maps = {name: np.zeros((rows, columns)) for name in ("mean", "black", "grey", "never uncovered")}
        colours = {"mean": picture.mean(axis=(0, 1)), "black": 0, "grey": picture.mean()}
        covered = picture.copy()
        for i, j in np.ndindex(rows, columns):
            place_of = np.s_[i * tile : (i + 1) * tile, j * tile : (j + 1) * tile]
            for name, colour in colours.items():
                once = picture.copy()
                once[place_of] = colour
                maps[name][i, j] = score(picture) - score(once)
            covered[place_of] = colours["mean"]
            maps["never uncovered"][i, j] = score(picture) - score(covered)
        answer, right = numbers(drop_map(score, picture, tile), "the map"), maps["mean"]

        def is_like(other, answer=answer):
            return answer.shape == other.shape and np.abs(answer - other).max() < 1e-6

        if is_like(right):
            continue
        if answer.shape == (columns, rows):
            refuse("rows and columns have changed places: the first axis of a map goes down.", "03, “Rows, columns, colours”")
        if answer.shape != (rows, columns):
            refuse(f"wanted is one number for each tile, {(rows, columns)}, and {answer.shape} came.", place)
        if is_like(score(picture) - right):
            refuse("that is what is left of the score. Should the dog be bright? Wanted is what is lost.", place)
        if is_like(-right):
            refuse("the sign is turned: lost is what there was before, less what there is after.", place)
        if is_like(maps["never uncovered"]):
            refuse("tiles stay covered from one turn to the next. Begin each time with a copy of the picture.", place)
        if is_like(maps["black"]):
            refuse("you cover with black, which is far from any photo. Take the mean colour of the picture.", place)
        if is_like(maps["grey"]):
            refuse("you cover with one grey. The mean colour has three numbers, one for each channel.", place)
        refuse("this is not the score before, less the score with that one tile covered.", place)
    return "Two made-up scores, whose every tile is known."


@functools.cache
def _panda(index=None):
    """The network, the panda as it takes it, and the map of one class."""
    model, card = models.load(NETWORK), models.CARDS[NETWORK]
    x = card.preprocess(images.batch(images.resize(images.load("panda.jpg"), card.input_size)))
    return model, x, explain.grad_cam(model, x, index)


def check_whose_map(map_for):
    """The Grad-CAM map of the class that was asked for, not of the first guess."""
    function(map_for)
    place = "10, “Which pixels say which?”"
    model, x, first = _panda()
    for index in (int(np.random.default_rng().integers(0, 200)), labels.index(CRANES[1])):
        wnid, (_, _, right) = labels.classes()[index][0], _panda(index)
        answer = numbers(map_for(model, x, wnid, copies=False), "the map")
        if answer.shape != right.shape:
            refuse(f"wanted is a map of the size of the picture, {right.shape}, and {answer.shape} came.", place)
        if same(answer, right, 1e-3):
            continue
        if same(answer, first, 1e-3):
            refuse("whose score is it? That is the map of the first guess, whatever class was asked for.", place)
        if same(answer, 1 - first, 1e-3) or same(answer, 1 - right, 1e-3) or same(answer, 255 * first, 0.5):
            refuse("the colours were not the mistake. Look at whose score the map is made for.", place)
        if wnid == CRANES[1] and same(answer, _panda(labels.index(CRANES[0]))[2], 1e-3):
            refuse("that is the other crane: look a class up by its wnid, not by its name.", "02, “Index, wnid, name”")
        refuse(f"that is not the map of {wnid}. Find the place of the class, and give it to grad_cam.", place)
    return "Two classes that are not in the photo, and each got its own map."
