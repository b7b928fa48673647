"""The quiz at the end of each lesson: buttons with an instant explanation, the same without buttons, no answer by its form."""

import html
import re

import lessons
import nbformat
import pytest
import render
from refused import plain_sentence

from helpers.check import quiz

QUIZ = re.compile(r'^quiz\.show\("(\d\d)", my_choice\)$', re.MULTILINE)
TRICKY = quiz.Question("<b>a</b> & b?", ("<script>x</script>", "y"), 1, ("Not <i>x</i> & co.", "y."))


@pytest.fixture(params=sorted(quiz.questions()))
def question(request):
    return quiz.questions()[request.param]


def test_every_lesson_has_a_question_and_asks_it_at_the_end_of_check_yourself():
    for path in lessons.LESSONS:
        number, notebook = path.name[:2], lessons.read(path)
        assert number in quiz.questions(), f'{path.name} has no question yet: write it into notebooks/quiz.json, as "{number}".'
        asked = [i for i, cell in enumerate(notebook.cells) if QUIZ.findall(cell.source)]
        assert [QUIZ.findall(notebook.cells[i].source) for i in asked] == [[number]], (
            f'{path.name} asks for another quiz, or none: it needs one cell with quiz.show("{number}", my_choice).'
        )
        above = [text for cell in notebook.cells[: asked[0]] for text in re.findall(r"^## (.+)", cell.source, re.MULTILINE)]
        below = [cell.source for cell in notebook.cells[asked[0] + 1 :] if cell.cell_type == "markdown"]
        below = [text for text in below if not text.startswith("Checks of this lesson")]
        assert above[-1] == "Check yourself" and below[0].startswith("## What you learned"), path.name
    assert sorted(quiz.questions()) == list(quiz.questions()), "notebooks/quiz.json is in the order of the lessons"


def test_a_question_has_three_different_choices_short_enough_for_a_button_and_a_reason_for_each(question):
    assert question.text.endswith("?") and len(set(question.choices)) == len(question.choices) == 3
    for choice, why in zip(question.choices, question.why):
        assert 10 < len(choice) <= 70 and choice[-1] not in ".?" and why.endswith(".") and len(why) > 40
        assert choice not in why
    assert not re.search(r"[!$<>]", "".join((question.text, *question.choices, *question.why)))


def test_no_answer_can_be_guessed_from_its_form(number):
    """Whoever picks always the same letter, the longest, the shortest, or the one explained at most length, mostly errs."""
    asked = list(quiz.questions().values())
    ways = {letter: [i] * len(asked) for i, letter in enumerate("abc")}
    for name, texts in (("choice", [q.choices for q in asked]), ("reason", [q.why for q in asked])):
        for kind, pick in (("longest", max), ("shortest", min)):
            ways[f"the {kind} {name}"] = [t.index(pick(t, key=len)) for t in texts]
    hits = {way: sum(place == q.right for place, q in zip(places, asked)) for way, places in ways.items()}
    number(f"quiz, right of {len(asked)} by form alone: " + ", ".join(f"{way} {n}" for way, n in hits.items()))
    assert max(hits.values()) <= 0.5 * len(asked), hits
    assert min(hits[letter] for letter in "abc") >= len(asked) // 6


def test_a_click_shows_at_once_whether_it_is_right_and_why(question):
    asked, radio, said = quiz.buttons(question).children
    assert html.escape(question.text) in asked.value
    assert radio.value is None and said.value == "", "nothing is chosen before the learner does"
    assert [text for text, _ in radio.options] == [f"{letter}  {text}" for letter, text in zip("abc", question.choices)]
    for place, why in enumerate(question.why):
        radio.value = place
        verdict = "That is right." if place == question.right else "Not so."
        assert f"{verdict} {html.escape(why)}" in said.value
        assert sum(html.escape(other) in said.value for other in question.why) == 1
    assert 'role="status"' in said.value and radio.description == "Your choice:"


def test_without_buttons_a_letter_gets_the_same_words(question, capsys):
    (lesson,) = [lesson for lesson, other in quiz.questions().items() if other == question]
    for place, letter in enumerate((" A", "b", "c ")):
        assert quiz.show(lesson, letter) is None
        assert " ".join(capsys.readouterr().out.split()) == quiz.said(question, place)


def test_what_is_shown_says_the_question_also_where_there_are_no_buttons(question, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    assert quiz.ask(question.text, question.choices, "abc"[question.right], question.why) is None
    quiz.ask(question.text, question.choices, "abc"[question.right], question.why)
    first, again = (bundle["application/vnd.jupyter.widget-view+json"]["model_id"] for bundle in shown)
    assert first != again
    text = " ".join(shown[0].pop("text/plain").split())
    assert question.text in text and all(f"{letter} {choice}" in text for letter, choice in zip("abc", question.choices))
    assert "my_choice" in text and not any(why in text for why in question.why)


def test_markup_in_a_question_is_shown_as_it_was_written():
    asked, radio, said = quiz.buttons(TRICKY).children
    radio.value = 0
    assert "<b>" not in asked.value and "<i>" not in said.value and "&lt;i&gt;x&lt;/i&gt; &amp; co." in said.value


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: quiz.show("99"), "There is no quiz for lesson '99': there are 00, "),
        (lambda: quiz.show("00", "d"), "'d': wanted is one of the letters a, b, c, in quotes"),
        (lambda: quiz.show("00", ""), "'': wanted is one of the letters a, b, c, in quotes"),
        (lambda: quiz.show("00", "ab"), "'ab': wanted is one of the letters a, b, c, in quotes"),
        (lambda: quiz.ask("?", ["x", "y"], "c", ["1", "2"]), "'c': wanted is one of the letters a, b, in quotes"),
        (lambda: quiz.ask("?", ["x", "y"], "a", ["1"]), "2 choices and 1 reasons: wanted are two to six, and one reason each"),
        (lambda: quiz.ask("?", ["x"], "a", ["1"]), "1 choices and 1 reasons: wanted are two to six, and one reason each"),
    ],
)
def test_a_wrong_call_is_answered_in_words(call, words):
    plain_sentence(words, call)


@pytest.mark.slow
def test_a_web_page_shows_the_question_as_text_and_asks_no_other_server_for_buttons(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 00 · A quiz\n\n**Time:** 1 minute")])
    code = f'import sys; sys.path.insert(0, {str(lessons.ROOT)!r})\nfrom helpers.check import quiz\nquiz.show("00")'
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    nbformat.write(notebook, tmp_path / "00_quiz.ipynb")
    page = render.page(render.run(tmp_path / "00_quiz.ipynb"), tmp_path)
    question = quiz.questions()["00"]
    assert all(html.escape(choice, quote=False) in page for choice in question.choices)
    assert "widget-view+json" not in page and "widget-state+json" not in page and question.why[question.right] not in page
