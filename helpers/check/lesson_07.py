"""The checks of the exercises of lesson 07: a picture changes, and the answer with it.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers.check.tools import function, guess, judge, numbers, refuse, some_picture

PLAIN_CODE = "07, “The same in plain code”"


def check_turn_guess(still):
    """The guess: whether the breed is still named when the dog is upside down."""
    return guess(still, "yes", "no")


def check_turn(true):
    """Which statements about the dog upside down are true."""
    place = "07, “Break it on purpose: dim, blur and cover it until it fails”"
    one = "Each kind of harm has to be tried by itself: nothing about turning follows from mirroring."
    statements = {
        "a": (True, "", place),
        "b": (False, "The share of a mammal is a sum, and all dogs are in it: it cannot be smaller.", place),
        "c": (False, one, place),
        "d": (True, "", PLAIN_CODE),
    }
    judge(true, statements, ("What holds of the wider words? And what does turning do to the numbers?", place))
    return "The same numbers in another order, another breed, and still a dog."


def check_brighter(brighter):
    """A picture times a factor, cut off at 255, as a picture again."""
    function(brighter)
    random = np.random.default_rng()
    for factor in (2.5, 0.3, 1):
        photo = some_picture(random, 5, 7)
        given = photo.copy()
        answer = brighter(given, factor, copies=False)
        if not np.array_equal(given, photo):
            refuse("the picture that came in has changed. Make a new one.", "04, “Break it on purpose: run the cell twice”")
        kind, answer = getattr(answer, "dtype", None), numbers(answer, "the picture")
        if answer.shape != photo.shape:
            refuse(f"wanted is a picture of shape {photo.shape}, and {answer.shape} came.", PLAIN_CODE)
        times = photo * float(factor)
        if np.abs(answer - np.clip(times, 0, 255)).max() > 1:
            if np.abs(answer - np.trunc(times) % 256).max() <= 1:
                refuse("what is over 255 begins anew at 0. Cut it off before it is turned into uint8.", PLAIN_CODE)
            if np.abs(answer - times).max() <= 1:
                refuse(f"values go up to {answer.max():.0f}, and a picture ends at 255.", PLAIN_CODE)
            refuse(f"times {factor} these are not the values of the picture, each times {factor}, up to 255.", PLAIN_CODE)
        if kind != np.uint8:
            refuse(f"the values are right, but a picture is uint8, and this is {kind or 'no array'}.", PLAIN_CODE)
    return "Darker, the same and brighter, and nothing began anew at 0."


def check_breaks(breaks_at):
    """The first level at which the name is another, each level tried on the untouched picture."""
    function(breaks_at)
    random, place = np.random.default_rng(), "07, “Break it on purpose: dim, blur and cover it until it fails”"

    def change(photo, level):
        return np.clip(np.asarray(photo, "int64") - level, 0, 255).astype("uint8")

    for _ in range(3):
        levels = np.sort(random.choice(np.arange(15, 30), 6, replace=False)).tolist()
        right, photo = levels[3], np.full((2, 2, 3), 200, "uint8")  # two levels, one after the other, are more than that

        def name_of(photo, dark=200 - right, ends=levels[5]):
            value = int(np.asarray(photo)[0, 0, 0])
            return "sloth" if value <= 200 - ends else "koala" if value <= dark else "pug"

        answer = breaks_at(change, name_of, photo, levels)
        if answer == right:
            continue
        if answer in levels[:3]:
            refuse("too early: there the name is still the same. Change the untouched picture in each turn.", place)
        if answer in levels[4:]:
            refuse("too late: the name was another one before. Wanted is the first level.", place)
        if answer in range(len(levels)):
            refuse("that is a place in the list. Wanted is the level that stands there.", place)
        refuse(f"{answer!r} is not the level at which the name changes first.", place)
    if breaks_at(change, lambda photo: "pug", photo, levels) != "never":
        refuse('where the name never changes, wanted is the text "never".', place)
    return "Each level on the untouched picture, and one name that never broke."
