"""A class is graded unattended: every grade as a fair teacher would give it, whatever the pupils hand in."""

import os
import shutil
import sys
import time

import nbformat
import pupils
import pytest
from checkout import ROOT

from helpers.grading import fences, gradebook, guarded, marking, sandbox, submissions
from helpers.machine import places

pytestmark = [pupils.with_kernels, pupils.with_nbgrader]


def test_four_pupils_are_graded_and_a_second_time_only_who_has_changed(course, hand_in, released, capsys, number):
    folder = hand_in(pupils.FEW)
    before, start = pupils.prints(folder, course / "source", course / "release"), time.monotonic()
    assert marking.grade(folder, course, pupils.SHORT) == course / "grades.csv"
    number(f"grading: {len(pupils.FEW)} pupils, NumPy only, in {time.monotonic() - start:.0f} s, two at a time")
    pupils.expect(pupils.table(course), pupils.FEW)
    assert pupils.prints(folder, course / "source", course / "release") == before
    assert "Score: 5.0 / 5.0" in pupils.page(course, "Ada") and "it ran out of its 15 s" in pupils.page(
        course, "Stubborn looper"
    )
    assert max(path.stat().st_size for path in course.rglob("*.*")) < 1e6, "what was printed without end is not kept"
    assert "4 notebooks, 4 to grade" in capsys.readouterr().out

    shutil.copy(folder / "Ada" / f"{pupils.NAME}.ipynb", folder / "Stubborn looper")
    marking.grade(folder, course, pupils.SHORT)
    assert "4 notebooks, 1 to grade" in capsys.readouterr().out
    rows = pupils.table(course)
    assert [rows[name]["total (5)"] for name in pupils.FEW] == ["5", "0", "5", "2"]
    assert rows["Stubborn looper"]["remark"] == ""


@pytest.mark.slow
def test_a_whole_class_is_graded_unattended(course, hand_in, number):
    names = set(pupils.CLASS)
    names -= set() if fences.guards_files() else pupils.NEED_A_GUARD
    names -= set() if sandbox.sets_apart() else pupils.NEED_A_NETWORK_OF_THEIR_OWN
    assert len(names) >= 30
    folder = hand_in(sorted(names))
    before, start = pupils.prints(folder, course / "source", course / "release"), time.monotonic()
    marking.grade(folder, course, pupils.LIMITS)
    number(f"grading: {len(names)} pupils, NumPy only, in {time.monotonic() - start:.0f} s, two at a time")
    pupils.expect(pupils.table(course), names)
    assert pupils.prints(folder, course / "source", course / "release") == before
    assert sorted(path.name for path in course.iterdir()) == sorted(
        ["source", "release", "autograded", "feedback", "gradebook.db", "grades.csv", "nbgrader_config.py"]
    )
    book = gradebook.Book(course)
    with book.api.Gradebook(book.url) as known:
        assert {student.id for student in known.students} == names

    scripted = pupils.page(course, pupils.NO_SCRIPT)
    assert "<script>alert" not in scripted and "alert(1)" in scripted and "onclick=alert(2)>" not in scripted
    assert "words" in scripted and "<script>alert('words')" not in scripted
    assert 'src="data:image/png' in pupils.page(course, "Images")
    assert "could not be shown" not in pupils.page(course, "Odd count")


@pytest.mark.slow
def test_a_real_exercise_with_keras_is_graded(tmp_path, number):
    name = "02_exercises"
    solution, exercise = (ROOT / "notebooks" / kind / f"{name}.ipynb" for kind in ("solutions", "exercises"))
    only = tmp_path / "only"
    only.mkdir()
    shutil.copy(solution, only)
    marking.assignments(only, tmp_path / "course")
    for pupil, source in {"right": solution, "empty": exercise, "wrong": solution}.items():
        (tmp_path / "in" / pupil).mkdir(parents=True)
        shutil.copy(source, tmp_path / "in" / pupil)
    wrong = nbformat.read(solution, as_version=4)
    pupils.named(wrong, "softmax").source = "def softmax(scores):\n    return scores / scores.sum()"
    nbformat.write(wrong, tmp_path / "in" / "wrong" / f"{name}.ipynb")
    start = time.monotonic()
    marking.grade(tmp_path / "in", tmp_path / "course", guarded.Limits(cell=300, notebook=1200))
    number(f"grading: 3 pupils, lesson 02 with Keras, in {time.monotonic() - start:.0f} s, two at a time")
    rows, most = (
        pupils.table(tmp_path / "course"),
        sum(points for _, points in gradebook.Book(tmp_path / "course").exercises(name)),
    )
    softmax = next(title for title in rows["right"] if "softmax" in title)
    assert {pupil: float(row[f"total ({most:g})"]) for pupil, row in rows.items()} == {
        "right": most,
        "empty": 0,
        "wrong": most - float(softmax.split("(")[1].rstrip(")")),
    }
    assert float(rows["wrong"][softmax]) == 0
    assert {pupil: row["remark"] for pupil, row in rows.items()} == {"right": "", "empty": "no answer written", "wrong": ""}


def test_files_beside_are_taken_up_to_a_limit_and_tell_one_state_from_another(tmp_path, released, monkeypatch):
    path = tmp_path / "mine" / f"{pupils.NAME}.ipynb"
    path.parent.mkdir()
    nbformat.write(released, path)
    stamps = [marking.stamp_of(path, released, pupils.LIMITS)]
    for name, size in {"a.jpg": 10, "b.jpg": 20, "c.jpg": 5, "mine.py": 100}.items():
        (path.parent / name).write_bytes(bytes(size))
        stamps.append(marking.stamp_of(path, released, pupils.LIMITS))
    assert len(set(stamps)) == 4 and stamps[3] == stamps[4], "a photo that is handed in late counts; a program does not"
    monkeypatch.setattr(submissions, "BESIDE", 15)
    submissions.copy_files(path.parent, tmp_path / "work")
    assert sorted(copy.name for copy in (tmp_path / "work").iterdir()) == ["a.jpg", "c.jpg"]
    monkeypatch.setattr(guarded, "run", lambda *_: {})
    assert marking.attempt(path, released, released, pupils.LIMITS)[1][-1] == "too large to be taken along: b.jpg"


def test_a_grade_is_made_again_where_any_file_of_the_checks_has_changed(tmp_path, released, monkeypatch):
    path = tmp_path / f"{pupils.NAME}.ipynb"
    nbformat.write(released, path)
    shutil.copytree(places.HELPERS / "check", tmp_path / "helpers" / "check")
    monkeypatch.setattr(places, "HELPERS", tmp_path / "helpers")
    checks = sorted((tmp_path / "helpers" / "check").rglob("*.py"))
    assert {"runner.py", "lesson_01.py"} <= {check.name for check in checks}
    stamps = [marking.stamp_of(path, released, pupils.LIMITS)]
    assert marking.stamp_of(path, released, pupils.LIMITS) == stamps[0]
    for check in checks:
        check.write_text(check.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        stamps.append(marking.stamp_of(path, released, pupils.LIMITS))
    assert len(set(stamps)) == len(checks) + 1


def test_a_file_that_cannot_be_read_or_is_huge_is_only_a_remark(tmp_path, released, monkeypatch):
    huge = tmp_path / "huge.ipynb"
    huge.touch()
    os.truncate(huge, 10**12)  # with nothing in it, so that it takes no room
    assert marking.stamp_of(huge, released, pupils.LIMITS) != marking.stamp_of(tmp_path / "gone", released, pupils.LIMITS)
    assert marking.attempt(huge, released, released, pupils.LIMITS)[1] == ["the file has 1000000 MB: save it without outputs"]
    huge.write_text("{}")
    monkeypatch.setattr(type(huge), "read_text", lambda *_, **__: open(tmp_path))
    assert marking.attempt(huge, released, released, pupils.LIMITS)[1] == ["the file cannot be read: is a directory"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has folders whose names are no text")
def test_a_name_in_another_encoding_is_no_obstacle(course, tmp_path, released):
    folder = os.fsencode(tmp_path / "in") + b"/Jos\xe9"
    os.makedirs(folder)
    with open(folder + f"/{pupils.NAME}.ipynb".encode(), "w"):
        pass
    marking.grade(tmp_path / "in", course, pupils.SHORT)
    assert pupils.table(course)["Jos\ufffd"]["remark"] == "the file is empty"


def test_assignments_again_change_nothing_and_a_new_solution_does(course, tmp_path):
    def again():
        marking.assignments(tmp_path / "solutions", course)
        return pupils.prints(course / "source", course / "release")

    before = pupils.prints(course / "source", course / "release")
    assert again() == before
    (course / "gradebook.db").unlink()  # with which nothing can be graded
    assert again() == before and (course / "gradebook.db").exists()
    changed = pupils.solution()
    changed.cells[0].source = "# Two small exercises, new"
    nbformat.write(changed, tmp_path / "solutions" / f"{pupils.NAME}.ipynb")
    assert again() != before
