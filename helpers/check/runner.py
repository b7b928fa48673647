"""Runs the check of an exercise, for a learner alone and for who grades a class.

In: the key of an exercise, and all that the learner's notebook has named (`globals()`). Out: one printed sentence where it
is done, else `NotYet`, with one sentence that names the mistake and the place in the lessons.
"""

import builtins
import copy
import importlib
import importlib.util
import inspect

from helpers.check.tools import NotYet


def exercise(key, names):
    """Checks one exercise: prints one sentence where it is right, raises `NotYet` where it is not.

    key: the number of the lesson and the name of the exercise, as "02-softmax". names: the learner's `globals()`.
    Raises ValueError, one plain sentence, where there is no such exercise.
    """
    check = check_for(key)
    answers = []
    for name in inspect.signature(check).parameters:
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


def check_for(key):
    """The function that checks an exercise; its parameters are the names that the learner must make."""
    key = str(key)
    lesson = key[:2]  # which names the file
    known = checks(lesson)
    if key not in known:
        has = f": lesson {lesson} has {', '.join(known)}" if known else ""
        raise ValueError(f"There is no exercise {key!r}{has}.")
    return known[key]


def checks(lesson):
    """The checks of a lesson, such as "02", in order: a dict of an exercise's key to its function, empty where it has none.

    Whatever is called check_… in lesson_02.py is the check of an exercise: `check_top_k` that of 02-top-k.
    """
    module = f"helpers.check.lesson_{lesson}"
    if not lesson.isdecimal() or importlib.util.find_spec(module) is None:
        return {}
    written = vars(importlib.import_module(module)).items()
    start = "check_"
    return {f"{lesson}-{name.removeprefix(start).replace('_', '-')}": made for name, made in written if name.startswith(start)}


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
