"""What the gradebook makes of a notebook that was run, and the course folder that it lies in."""

import json

import nbformat
import pupils
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook, new_output

from helpers.grading import gradebook, marking
from helpers.machine import spreadsheet

pytestmark = pupils.with_nbgrader


@pytest.fixture
def saved(course):
    """saved(change): the points and remarks of a notebook with these outputs: none, but for what change(notebook) does."""

    def save(change):
        book = gradebook.Book(course)
        notebook = nbformat.from_dict(json.loads(json.dumps(book.base[pupils.NAME])))
        change(notebook)
        book.save("Zoë", pupils.NAME, notebook, [], "stamp")
        assert book.stamp("Zoë", pupils.NAME) == "stamp"
        return book.result("Zoë", pupils.NAME)

    return save


def output(name, *outputs):
    def change(notebook):
        pupils.named(notebook, name).outputs = list(outputs)

    return change


def test_a_warning_in_a_check_costs_nothing_and_an_error_costs_its_points(saved):
    assert saved(output("check-mean", new_output("stream", name="stderr", text="a warning"))) == (
        {"check-mean": 2, "check-largest": 3},
        [],
    )
    error = new_output("error", ename="AssertionError", evalue="no", traceback=["no"])
    assert saved(output("check-mean", error))[0] == {"check-mean": 0, "check-largest": 3}


def test_a_grade_that_was_cut_off_is_made_again(course):
    book = gradebook.Book(course)
    path = course / "autograded" / "Ada" / pupils.NAME / f"{pupils.NAME}.ipynb"
    path.parent.mkdir(parents=True)
    for text in ("", '{"metadata": {', '{"metadata": {}}', "[]"):
        path.write_text(text)
        assert book.stamp("Ada", pupils.NAME) is None and book.result("Ada", pupils.NAME) == ({}, ["not graded yet"])


def test_a_check_that_claims_more_points_than_there_are_gives_none(saved):
    claims = new_output("execute_result", data={"text/plain": "1000000"}, execution_count=1)
    scores, remarks = saved(output("check-mean", claims))
    assert scores["check-mean"] == 0 and remarks == ["could not be graded (ValueError)"]


def test_an_answer_in_words_waits_for_the_teacher(tmp_path):
    words = {
        "grade_id": "why",
        "grade": True,
        "solution": True,
        "locked": False,
        "task": False,
        "points": 4,
        "schema_version": 3,
    }
    source = new_notebook(
        cells=[new_markdown_cell("Because.", metadata={"nbgrader": words})], metadata=pupils.solution().metadata
    )
    (tmp_path / "solutions").mkdir()
    nbformat.write(source, tmp_path / "solutions" / "91_words.ipynb")
    marking.assignments(tmp_path / "solutions", tmp_path / "course")
    book = gradebook.Book(tmp_path / "course")
    notebook = nbformat.from_dict(json.loads(json.dumps(book.base["91_words"])))
    notebook.cells[0].source = "I think so."
    assert book.save("Ada", "91_words", notebook, [], "stamp") == "0 of 4 points; 1 answers to read by hand"
    assert book.result("Ada", "91_words") == ({"why": None}, ["1 answers to read by hand"])
    marking.write_table(book, ["Ada"], ["91_words"])
    assert pupils.table(tmp_path / "course")["Ada"]["91 why (4)"] == ""
    marking.write_table(book, odd := ["=1+1", "＝1+1", "-Ada", "@Ada", "a;=1+1", "\t=1", "line\n=1"], ["91_words"])
    assert [spreadsheet.text_of(name) for name in pupils.table(tmp_path / "course")] == odd
    assert not any(
        line.startswith((*"=-@＝\t",)) for line in (tmp_path / "course" / "grades.csv").read_text("utf-8-sig").split("\n")
    )

    with book.api.Gradebook(book.url) as opened:  # as nbgrader's formgrader does when the teacher has read it
        (grade,) = opened.find_submission_notebook("91_words", "91_words", "Ada").grades
        grade.manual_score, grade.needs_manual_grade = 3, False
        opened.db.commit()
    assert book.result("Ada", "91_words") == ({"why": 3}, [])


def test_the_course_folder_is_one_of_nbgraders_and_holds_no_solution_but_in_source(course, released):
    assert (course / "nbgrader_config.py").exists() and (course / "gradebook.db").exists()
    text = nbformat.writes(released)
    assert "np.argmax" not in text and "HIDDEN" not in text and "raise NotImplementedError" in text
    base = gradebook.Book(course).base[pupils.NAME]
    assert "assert largest([5, 1]) == 0" in pupils.named(base, "check-largest").source, "hidden tests are back for grading"
