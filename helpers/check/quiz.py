"""The quiz: a multiple-choice question at the end of each lesson, with an instant explanation.

In: the number of a lesson, whose question is in notebooks/quiz.json, or a question of your own. Out: buttons; where none can
be shown, as in a web page, the same question as text. The plain twin, without buttons: `show("04", "b")` prints what "b" gets.
"""

import functools
import html
import json
import textwrap
from dataclasses import dataclass

from helpers.machine import places

QUESTIONS = places.NOTEBOOKS / "quiz.json"
LETTERS = "abcdef"
HOW = 'Write the letter of your choice in the first lines of this cell, in quotes, as in my_choice = "a", and run it again.'


@dataclass(frozen=True)
class Question:
    """A question; its choices, a text each; the place of the right one, from 0; why each is right or wrong, a text each."""

    text: str
    choices: tuple
    right: int
    why: tuple


@functools.cache
def questions():
    """The lessons' questions: a dict of a lesson's number, such as "04", to its `Question`."""
    asked = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    return {
        lesson: Question(q["question"], tuple(q["choices"]), LETTERS.index(q["right"]), tuple(q["choices"].values()))
        for lesson, q in asked.items()
    }


def show(lesson, choice=None):
    """Shows a lesson's question as buttons or, where a letter is given, prints what that choice gets.

    lesson: its number as text, such as "04". choice: None, or a letter. Raises ValueError, one plain sentence.
    """
    if lesson not in questions():
        raise ValueError(f"There is no quiz for lesson {lesson!r}: there are {', '.join(questions())}.")
    _show(questions()[lesson], choice)


def ask(question, choices, right, why, choice=None):
    """Shows a question of your own in the same way.

    question: text. choices: two to six texts. right: the letter of the right one. why: a text for each choice, why it is
    right or wrong. choice: None, or a letter, as for `show`. Raises ValueError, one plain sentence.
    """
    choices, why = tuple(choices), tuple(why)
    if not 2 <= len(choices) == len(why) <= len(LETTERS):
        raise ValueError(
            f"There were {len(choices)} choices and {len(why)} reasons: wanted are two to six, and one reason each."
        )
    _show(Question(question, choices, _place(right, len(choices)), why), choice)


def said(question, place):
    """What the choice at a place, from 0, gets: the verdict and the reason, as text."""
    return ("That is right. " if place == question.right else "Not so. ") + question.why[place]


def as_text(question):
    """The question and its choices as text, for where there are no buttons."""
    lines = [question.text, *(f"  {letter}  {choice}" for letter, choice in zip(LETTERS, question.choices)), "", HOW]
    return "\n".join(line for text in lines for line in textwrap.wrap(text, 90, subsequent_indent=" " * 2) or [""])


def buttons(question):
    """An ipywidgets box: the question, radio buttons (`box.children[1]`), and below them what the choice gets."""
    import ipywidgets as widgets

    options = [(f"{letter}  {choice}", place) for place, (letter, choice) in enumerate(zip(LETTERS, question.choices))]
    wide = widgets.Layout(width="auto")
    asked = widgets.HTML(f"<p>{html.escape(question.text)}</p>", layout=wide)
    radio = widgets.RadioButtons(
        options=options,
        index=None,
        description="Your choice:",
        style={"description_width": "initial"},
        layout=widgets.Layout(width="max-content"),  # a choice on two lines would lie on the next one
    )
    verdict = widgets.HTML(layout=wide)

    def answer(change):
        if change["new"] is not None:
            verdict.value = f'<p role="status">{html.escape(said(question, change["new"]))}</p>'

    radio.observe(answer, names="value")
    return widgets.VBox([asked, radio, verdict], layout=widgets.Layout(overflow="auto"))


def _show(question, choice):
    if choice is not None:
        print(textwrap.fill(said(question, _place(choice, len(question.choices))), 90))
        return
    from IPython.display import display

    view = {"version_major": 2, "version_minor": 0, "model_id": buttons(question).model_id}
    display({"application/vnd.jupyter.widget-view+json": view, "text/plain": as_text(question)}, raw=True)


def _place(letter, n):
    place = LETTERS.find(str(letter).strip().lower()) if len(str(letter).strip()) == 1 else -1
    if not 0 <= place < n:
        raise ValueError(f"The choice was {letter!r}: wanted is one of the letters {', '.join(LETTERS[:n])}, in quotes.")
    return place
