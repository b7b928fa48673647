"""The checks of the exercises of lesson 16: changes that fool a network, their bound, their control, their count.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers.check.tools import function, numbers, refuse, some_picture

BOUND, STEP, SURVIVES = "16, “Ten steps, and a bound”", "16, “Which way is toaster?”", "16, “What does it survive?”"


def check_within(within):
    """A photo with a change that is held within a bound, as a picture again."""
    function(within)
    random = np.random.default_rng()
    for most in (4, 9):
        photo = some_picture(random, 6, 5)
        photo[0], photo[1] = 0, 255  # where a picture ends
        change = random.integers(-30, 31, photo.shape)
        answer = within(photo, change, most)
        kind, answer = getattr(answer, "dtype", None), numbers(answer, "the picture")
        if answer.shape != photo.shape:
            refuse(f"wanted is a picture of shape {photo.shape}, and {answer.shape} came.", BOUND)
        moved = photo.astype("int64") + np.clip(change, -most, most)
        if not np.array_equal(answer, np.clip(moved, 0, 255)):
            _refuse_moved(photo.astype("int64"), change, most, answer, moved)
        if kind != np.uint8:
            refuse(f"the values are right, but a picture is uint8, and this is {kind or 'no array'}.", BOUND)
    return "Two bounds, on pictures with black and white in them, and no number began anew."


def _refuse_moved(photo, change, most, answer, moved):
    if np.array_equal(answer, moved):
        refuse(f"values go from {answer.min():.0f} to {answer.max():.0f}. A picture holds 0 to 255.", BOUND)
    if np.array_equal(answer, moved % 256) or np.array_equal(answer, (photo + change) % 256):
        refuse("values begin anew below 0 and above 255, which makes specks. Cut them off before uint8.", BOUND)
    if most != 4 and np.array_equal(answer, np.clip(photo + np.clip(change, -4, 4), 0, 255)):
        refuse(f"the bound is a fixed 4, and {most} was asked for.", BOUND)
    if np.array_equal(answer, np.clip(photo + np.where(np.abs(change) <= most, change, 0), 0, 255)):
        refuse("you throw away what is too large. It is to move as far as it may.", BOUND)
    if np.abs(answer - photo).max() > most:
        far = np.abs(answer - photo).max()
        refuse(f"a number moved by {far:.0f}, and the bound is {most}. Did a uint8 begin anew?", BOUND)
    refuse("the bound holds, but the change is another one. Cut the change first, then add it to the photo.", BOUND)


def check_fair(fair):
    """A random change that is exactly as large as a given one: its numbers, shuffled."""
    function(fair)
    random = np.random.default_rng()
    change = random.choice([-4, -3, -1, 0, 2, 4], (9, 8, 3))
    given = change.copy()
    answer = numbers(fair(given, copies=False), "the change")
    if not np.array_equal(given, change):
        refuse("the change that came in was mixed itself. Make a new one (`permutation` does, `shuffle` does not).", STEP)
    if answer.shape != change.shape:
        refuse(f"wanted is a change of shape {change.shape}, and {answer.shape} came.", STEP)
    if np.array_equal(np.sort(answer, axis=None), np.sort(change, axis=None)):
        if np.array_equal(answer, change):
            refuse("that is the change itself, each number in its place. It still has its direction.", STEP)
        if np.array_equal(np.sort(answer, axis=0), np.sort(change, axis=0)) or _same_rows(answer, change):
            refuse("whole rows have changed places, and stay as they were inside. Mix a flat list: ravel, then reshape.", STEP)
        return "The same numbers, each in another place."
    if np.abs(answer).max() < np.abs(change).max():
        refuse(f"its largest number is {np.abs(answer).max():.0f}, that of the change {np.abs(change).max()}: too weak.", STEP)
    if np.array_equal(np.abs(answer), np.abs(change)):
        refuse("only signs have changed: each number is still strong where the gradient wanted it strong.", STEP)
    refuse("these are other numbers than those of the change. Take the same, in a random order.", STEP)


def _same_rows(answer, change):
    """Whether the rows of two arrays are the same, in whatever order."""
    return sorted(map(bytes, answer.astype("int64"))) == sorted(map(bytes, change.astype("int64")))


def check_reached(reached):
    """How many first guesses flipped, and how many of these to the wanted class."""
    function(reached)
    random = np.random.default_rng()
    for _ in range(3):
        wanted, other = (int(place) for place in random.choice(1000, 2, replace=False))
        before = random.permutation([*random.choice(1000, 9), wanted, wanted, wanted])
        after = before.copy()
        others = np.flatnonzero(before != wanted)
        after[others[:4]], after[others[4:6]] = wanted, (before[others[4:6]] + 1) % 1000
        after[np.flatnonzero(before == wanted)[0]] = other
        flipped, as_wanted = int((after != before).sum()), int(((after != before) & (after == wanted)).sum())
        answer = numbers(reached(before, after, wanted), "the two counts")
        if answer.shape != (2,):
            refuse("wanted are two numbers, the flipped ones and those that got the wanted answer.", SURVIVES)
        first, second = answer
        if (first, second) == (flipped, as_wanted):
            continue
        if (first, second) == (as_wanted, flipped):
            refuse("the two numbers have changed places: first the flipped ones.", SURVIVES)
        if second == (after == wanted).sum():
            refuse("you count photos that had the wanted answer before. They were not fooled.", SURVIVES)
        if first == (before == after).sum():
            refuse("you count those that stayed as they were.", SURVIVES)
        if max(first, second) < 1:
            refuse("these are shares. Wanted are two counts.", SURVIVES)
        refuse(f"{flipped} of 12 flipped, {as_wanted} of them to the wanted class; you say {first:g} and {second:g}.", SURVIVES)
    return "Three lots of twelve photos, with some that had the wanted answer before."
