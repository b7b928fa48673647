"""Beside the pipe: checks the exercises, for a learner alone and for who grades a class.

In: the name of an exercise, and all that the learner's notebook has named (`globals()`). Out: one printed sentence where it
is done, else `NotYet`, with one sentence that names the mistake and the place in the lessons. The checks themselves are in
check_01_02.py and its neighbours, one function an exercise; its arguments are the names that the learner must make.
"""

import builtins
import copy
import importlib
import inspect
import re

import numpy as np

# Guesses before a run: the exercise -> the name that the learner gives to the guess, and what it may be.
GUESSES = {
    "02-five-guess": ("five_add_up", ("yes", "no")),
    "03-dragon-guess": ("worst_fit", ("crop", "squash", "pad")),
    "04-grey-guess": ("grey", ("0.5", "between 4 and 25", "128")),
    "04-by-255-guess": ("suffers_more", ("VGG16", "InceptionV3", "the same")),
    "05-ends-guess": ("heavier", ("VGG16's end", "all of ResNet50")),
    "06-split-guess": ("left_over", ("a third", "three quarters", "all of it")),
    "08-giraffe-guess": ("above_half", ("yes", "no")),
}
MODULES = ("01_02", "03_04", "05_08", "09_10", "11_12")  # the first and the last lesson that each serves


class NotYet(AssertionError):
    """An exercise that is not done, or not right yet. A notebook shows its sentence and no traceback."""

    def _render_traceback_(self):  # what IPython asks an error for before it writes a traceback of its own
        return [str(self)]


def exercise(key, names):
    """Checks one exercise: prints one sentence where it is right, raises `NotYet` where it is not.

    key: the number of the lesson and the name of the exercise, as "02-softmax". names: the learner's `globals()`.
    """
    if key in GUESSES:
        wanted, check = [GUESSES[key][0]], lambda answer: _guess(answer, GUESSES[key][1])
    else:
        check = _find(key)
        wanted = list(inspect.signature(check).parameters)
    answers = []
    for name in wanted:
        if name not in names or names[name] is None or names[name] is ...:
            raise NotYet(f"Not done yet: there is no `{name}` so far. Write it in the cell above, run that, then this again.")
        answers.append(_marked(names[name], name, names))
    try:
        said = check(*answers)
    except NotYet as problem:
        raise NotYet(str(problem)) from None
    except Exception as problem:  # of an answer in a form that nobody thought of
        raise NotYet(
            f"Not yet right: your answer has a form that cannot be read ({_one_line(problem)}). Compare it with the task."
        ) from None
    print(said if said.startswith("Noted") else f"Right. {said}")


def _find(key):
    lesson, name = key[:2], key[3:].replace("-", "_")
    for first_and_last in MODULES:
        if first_and_last[:2] <= lesson <= first_and_last[3:]:
            return getattr(importlib.import_module(f"helpers.check_{first_and_last}"), name)
    raise ValueError(f"There is no exercise {key!r}.")


def _guess(answer, allowed):
    if str(answer).strip().lower() not in [one.lower() for one in allowed]:
        choice = ", ".join(f'"{one}"' for one in allowed)
        raise NotYet(f"Not done yet: write one of {choice}. Any of them counts, as long as it is yours.")
    return "Noted. A guess earns its point whatever it is: go on to the next cell."


# ---- What the checks are made of


def refuse(mistake, see):
    """Raises `NotYet`: what is wrong, and where the lessons speak of it, as "02, “Sure is not right”"."""
    raise NotYet(f"Not yet right: {mistake} See lesson {see}.")


def _marked(answer, name, names):
    """A learner's function, ready to be called: on copies, with its errors told in one sentence; other answers as they are."""
    if not callable(answer) or isinstance(answer, type) or hasattr(answer, "get_weights"):  # a network is no function
        return answer

    def call(*arguments, copies=True):
        try:
            given = answer(*(copy.deepcopy(arguments) if copies else arguments))
        except NotImplementedError:
            raise NotYet(f"Not done yet: `{name}` still says NotImplementedError. Write your code in its place.") from None
        except NotYet:
            raise
        except Exception as problem:
            hidden = sorted(key for key in vars(builtins) if key.isalpha() and not callable(names.get(key, print)))
            why = (
                f" Your notebook gives {', '.join(hidden)} another meaning: choose another name, and restart the kernel."
                if hidden
                else ""
            )
            raise NotYet(f"Not yet right: `{name}` stopped with {_one_line(problem)}.{why}") from None
        if given is None:
            raise NotYet(f"Not yet right: `{name}` gives nothing back. Does it end with `return`?")
        return given

    return call


def _one_line(problem):
    return f"{type(problem).__name__}: {' '.join(str(problem).split())[:300]}".rstrip(". :")


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
