"""The minutes that a lesson promises at its head hold: they are reckoned from what it asks of a reader."""

import lessons
import pytest
from checkout import ROOT

WORDS_A_MINUTE = 180  # of a careful reader of English as a second language
CODE_CELL, QUESTION = 0.75, 0.5  # minutes: to read one, run it and look; to answer "before you run it" or a check
WITHIN = 0.2
ASKS = ("**Before you run it", "answer = None", "my_choice = None")


def reckoned(lesson):
    """The minutes that a lesson takes, without its exercises."""
    words = sum(len(cell.source.split()) for cell in lesson.cells if cell.cell_type == "markdown")
    questions = sum(cell.source.count(mark) for cell in lesson.cells for mark in ASKS)
    return words / WORDS_A_MINUTE + CODE_CELL * len(lessons.code_cells(lesson)) + QUESTION * questions


@pytest.mark.parametrize("path", lessons.LESSONS, ids=lambda path: path.stem)
def test_the_minutes_at_the_head_are_those_that_a_reader_needs(path):
    lesson = lessons.read(path)
    promised, needed = int(lessons.opening(lesson)["Time"].split()[0]), reckoned(lesson)
    assert abs(promised - needed) <= WITHIN * needed, f"{path.name} promises {promised} minutes and takes about {needed:.0f}"


def test_the_route_of_a_day_in_readme_adds_up_to_one():
    hours = sum(reckoned(lessons.read(path)) for path in lessons.LESSONS if path.name[:2] <= "09") / 60
    assert "A day: 00 to 09." in (ROOT / "README.md").read_text(encoding="utf-8") and 4 <= hours <= 7
