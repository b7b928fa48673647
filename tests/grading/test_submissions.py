"""What is used of a notebook that was handed in, without running it."""

import os

import nbformat
import pupils
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.grading import submissions

pytestmark = [pupils.with_kernels, pupils.with_nbgrader]


@pytest.fixture
def use(released):
    """use(change, answers): what is run of a notebook changed so, as a list of sources, and the remarks."""

    def merge(change=None, **answers):
        notebook = nbformat.from_dict(released.copy())
        notebook.cells = [nbformat.from_dict(cell) for cell in released.copy().cells]
        for name, source in answers.items():
            pupils.named(notebook, name).source = source
        if change:
            change(notebook)
        merged, remarks = submissions.merged(released, released, notebook)
        return [cell.source for cell in merged.cells], remarks

    return merge


def test_nothing_is_remarked_of_a_notebook_that_is_as_it_should_be(use, released):
    as_it_is = [cell.source for cell in released.cells]
    assert use() == (as_it_is, ["no answer written"])
    assert use(mean="1")[1] == []


def test_an_added_cell_stays_after_the_answer_above_it(use):
    def add(notebook):
        notebook.cells.insert(notebook.cells.index(pupils.named(notebook, "check-mean")), new_code_cell("after"))
        notebook.cells.insert(0, new_code_cell("before"))

    sources, remarks = use(add, mean="answer", largest="second")
    assert [source for source in sources if source in ("before", "answer", "after", "second")] == [
        "before",
        "answer",
        "after",
        "second",
    ]
    assert sources.index("after") < sources.index(pupils.CHECK_MEAN) and remarks == []


def test_what_was_learnt_of_the_others_folders_is_not_taken(tmp_path, released):
    mine, work = tmp_path / "mine", tmp_path / "work"
    for name in ("photos", "helpers"):
        (mine / name).mkdir(parents=True)
        (mine / name / "a.txt").write_text("a")
    (mine / "numpy.py").write_text("1/0")
    (mine / "link").symlink_to("/etc/passwd")
    os.mkfifo(mine / "pipe")  # reading it would never end
    submissions.copy_files(mine, work)
    assert sorted(path.name for path in work.rglob("*")) == ["a.txt", "photos"]


def test_of_two_copies_the_outer_one_is_graded_whatever_stands_in_a_cell(tmp_path, released):
    for folder in (tmp_path / "old", tmp_path):
        folder.mkdir(exist_ok=True)
        nbformat.write(released, folder / f"{pupils.NAME}.ipynb")
    pupils.names_a_list(released)
    nbformat.write(released, tmp_path / "again.ipynb")
    assert submissions.find(tmp_path, {pupils.NAME: released})[pupils.NAME] == (tmp_path / f"{pupils.NAME}.ipynb", "")


def test_nbgraders_own_layout_and_a_file_of_another_name_are_found(tmp_path, released):
    wanted = {pupils.NAME: released}
    (tmp_path / "a" / pupils.NAME).mkdir(parents=True)
    nbformat.write(released, tmp_path / "a" / pupils.NAME / f"{pupils.NAME}.ipynb")
    assert submissions.find(tmp_path / "a", wanted)[pupils.NAME][0].parent.name == pupils.NAME
    (tmp_path / "b").mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell("1")]), tmp_path / "b" / "of my own.ipynb")
    assert submissions.find(tmp_path / "b", wanted)[pupils.NAME] == (None, "not handed in (of my own.ipynb in the folder)")
    nbformat.write(released, tmp_path / "b" / "copy.ipynb")
    assert submissions.find(tmp_path / "b", wanted)[pupils.NAME] == (
        tmp_path / "b" / "copy.ipynb",
        "the file was called copy.ipynb",
    )
