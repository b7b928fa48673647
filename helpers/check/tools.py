"""What the checks are made of: refusals, answers read in any form, and what the checks of several lessons share."""

import functools
import re

import numpy as np

from helpers import images, models
from helpers.cards import CARDS

NETWORK = "EfficientNet-Lite0"
CRANES = ("n02012849", "n03126707")  # a bird and a machine of one name


# ---- Refusals


class NotYet(AssertionError):
    """An exercise that is not done, or not right yet. A notebook shows its sentence and no traceback."""

    def _render_traceback_(self):  # what IPython asks an error for before it writes a traceback of its own
        return [str(self)]


def refuse(mistake, see):
    """Raises `NotYet`: what is wrong, and where the lessons speak of it, as "02, “Sure is not right”"."""
    raise NotYet(f"Not yet right: {mistake} See lesson {see}.")


# ---- Answers, in whatever form they come


def guess(answer, *allowed):
    """The whole check of a guess before a run: any of the allowed texts earns its point."""
    if str(answer).strip().lower() not in [one.lower() for one in allowed]:
        choice = ", ".join(f'"{one}"' for one in allowed)
        raise NotYet(f"Not done yet: write one of {choice}. Any of them counts, as long as it is yours.")
    return "Noted. A guess earns its point whatever it is: go on to the next cell."


def function(answer):
    """Raises `NotYet` where a learner's answer is no function (for example its result)."""
    if not callable(answer):
        raise NotYet(f"Not yet right: this must be a function, but it is a {type(answer).__name__}. Keep the line with `def`.")


def numbers(answer, name):
    """An answer as an array of float64, from a list, a tuple, an array, a tensor or one number of any type."""
    try:
        if isinstance(answer, (str, bytes, dict, set)):
            raise TypeError
        return np.asarray(answer, dtype="float64")
    except (TypeError, ValueError):
        kind = type(answer).__name__
        raise NotYet(f"Not yet right: {name} must be numbers, in rows of one length, but this is a {kind}.") from None


def one_number(answer, name):
    """An answer that must be one number, as a float."""
    answer = numbers(answer, name)
    if answer.size != 1:
        raise NotYet(f"Not yet right: {name} must be one number, and {answer.size} came.")
    return float(answer.ravel()[0])


def same(left, right, within=1e-4):
    """Whether two arrays of numbers have the same shape and values, up to rounding."""
    left, right = np.asarray(left), np.asarray(right)
    return left.shape == right.shape and bool(np.allclose(left, right, rtol=within, atol=within))


def letters(answer, statements):
    """The letters of an answer, as "a, c", ["a", "C"] or {"a", "c"}: a set of those that name a statement."""
    text = answer if isinstance(answer, str) else " ".join(map(str, answer))
    words = [word for word in re.findall(r"[a-z]+", text.lower()) if set(word) <= set(statements)]
    if not words:
        known = ", ".join(statements)
        raise NotYet(f"Not done yet: write the letters of all the statements that are true, of {known}.")
    return {letter for word in words for letter in word}


def judge(answer, statements, all_of_them):
    """Checks which statements a learner takes for true.

    statements: letter -> (whether it is true, what to say to who takes it for true, where to look). all_of_them: what to
    say where only true ones were chosen but not all, and where to look.
    """
    chosen = letters(answer, statements)
    for letter in sorted(chosen):
        true, why, see = statements[letter]
        if not true:
            refuse(f"statement {letter} is not so. {why}", see)
    if any(true and letter not in chosen for letter, (true, *_) in statements.items()):
        refuse(f"what you chose is true, but it is not all. {all_of_them[0]}", all_of_them[1])


# ---- What is put to the learners' functions


def some_probabilities(random, n=1):
    """Made-up answers of a network: (n, 1000), each row a softmax of random scores."""
    powers = np.exp(random.normal(0, 1, (n, 1000)))
    return (powers / powers.sum(axis=1, keepdims=True)).astype("float32")


def some_picture(random, height, width, kind="uint8"):
    """A picture of random pixels, (height, width, 3), 0 to 255."""
    return random.integers(0, 256, (height, width, 3)).astype(kind)


@functools.cache
def answer_to(file):
    """The 1000 probabilities of EfficientNet-Lite0 for a photo of the course, shape (1000,)."""
    card = CARDS[NETWORK]
    batch = images.batch(images.resize(images.load(file), card.input_size))
    return models.load(NETWORK).predict(card.preprocess(batch), verbose=0)[0]
