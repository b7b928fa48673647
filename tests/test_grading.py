"""A class is graded unattended: every grade as a fair teacher would give it, whatever the pupils hand in."""

import csv
import dataclasses
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import pupils
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import gradebook, grading, guarded, sandbox, submissions

pytest.importorskip("nbgrader", reason='nbgrader is not installed: pip install -e ".[class]"')
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kernels are reached by socket files, which Windows has not")
LIMITS = guarded.Limits(cell=30, notebook=400, memory=2e9, output=1e6)
SHORT = dataclasses.replace(LIMITS, cell=20)


@pytest.fixture
def course(tmp_path):
    """A course folder with the small assignment, in a folder with a space in its name."""
    folder = tmp_path / "the course"
    (tmp_path / "solutions").mkdir()
    nbformat.write(pupils.solution(), tmp_path / "solutions" / f"{pupils.NAME}.ipynb")
    assert grading.assignments(tmp_path / "solutions", folder) == [pupils.NAME]
    return folder


@pytest.fixture
def released(course):
    """The notebook that the pupils got."""
    return nbformat.read(course / "release" / pupils.NAME / f"{pupils.NAME}.ipynb", as_version=4)


@pytest.fixture
def hand_in(course, released, tmp_path, serve):
    """hand_in(names): the folder with what these pupils handed in."""
    port = int(serve(lambda request: None).rsplit(":", 1)[1])
    secret = str(course / "source" / pupils.NAME / f"{pupils.NAME}.ipynb")

    def write(names):
        pupils.hand_in(tmp_path / "in", released, names, port=port, secret=secret, places=[str(course), str(tmp_path / "in")])
        return tmp_path / "in"

    return write


def table(course):
    """The rows of grades.csv, by the name of the pupil: dict of column -> text."""
    with open(course / "grades.csv", newline="", encoding="utf-8-sig") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def prints(*folders):
    """A sum of every file below these folders."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def expect(rows, names):
    """Asserts that these pupils have what a fair teacher would give them, and nobody else is there."""
    wrong = {}
    for name in names:
        pupil, row = pupils.CLASS[name], rows["'" + name if name.startswith("=") else name]
        points = tuple(float(row[title]) for title in ("90 mean (2)", "90 largest (3)", "total (5)"))
        if (
            points != (*pupil.points, sum(pupil.points))
            or pupil.remark not in row["remark"]
            or bool(pupil.remark) != bool(row["remark"])
        ):
            wrong[name] = (points, row["remark"])
    assert not wrong
    assert len(rows) == len(names)


def page(course, name):
    return (course / "feedback" / name / pupils.NAME / f"{pupils.NAME}.html").read_text(encoding="utf-8")


def test_four_pupils_are_graded_and_a_second_time_only_who_has_changed(course, hand_in, released, capsys, number):
    folder = hand_in(pupils.FEW)
    before, start = prints(folder, course / "source", course / "release"), time.monotonic()
    assert grading.grade(folder, course, SHORT) == course / "grades.csv"
    number(f"grading: {len(pupils.FEW)} pupils, NumPy only, in {time.monotonic() - start:.0f} s, two at a time")
    expect(table(course), pupils.FEW)
    assert prints(folder, course / "source", course / "release") == before
    assert "Score: 5.0 / 5.0" in page(course, "Ada") and "it ran out of its 20 s" in page(course, "Looper")
    assert max(path.stat().st_size for path in course.rglob("*.*")) < 1e6, "what was printed without end is not kept"
    assert "4 notebooks, 4 to grade" in capsys.readouterr().out

    shutil.copy(folder / "Ada" / f"{pupils.NAME}.ipynb", folder / "Looper")
    grading.grade(folder, course, SHORT)
    assert "4 notebooks, 1 to grade" in capsys.readouterr().out
    rows = table(course)
    assert [rows[name]["total (5)"] for name in pupils.FEW] == ["5", "0", "5", "2"]
    assert rows["Looper"]["remark"] == ""


@pytest.mark.slow
def test_a_whole_class_is_graded_unattended(course, hand_in, number):
    names = set(pupils.CLASS)
    names -= set() if sandbox.guards_files() else pupils.NEED_A_GUARD
    names -= set() if sandbox.sets_apart() else pupils.NEED_A_NETWORK_OF_THEIR_OWN
    assert len(names) >= 30
    folder = hand_in(sorted(names))
    before, start = prints(folder, course / "source", course / "release"), time.monotonic()
    grading.grade(folder, course, LIMITS)
    number(f"grading: {len(names)} pupils, NumPy only, in {time.monotonic() - start:.0f} s, two at a time")
    expect(table(course), names)
    assert prints(folder, course / "source", course / "release") == before
    assert sorted(path.name for path in course.iterdir()) == sorted(
        ["source", "release", "autograded", "feedback", "gradebook.db", "grades.csv", "nbgrader_config.py"]
    )
    book = gradebook.Book(course)
    with book.api.Gradebook(book.url) as known:
        assert {student.id for student in known.students} == names

    scripted = page(course, pupils.NO_SCRIPT)
    assert "<script>alert" not in scripted and "alert(1)" in scripted and "onclick=alert(2)>" not in scripted
    assert "words" in scripted and "<script>alert('words')" not in scripted
    assert 'src="data:image/png' in page(course, "Images")
    assert "could not be shown" not in page(course, "Odd count")


@pytest.mark.slow
def test_a_real_exercise_with_keras_is_graded(tmp_path, number):
    name = "02_reading_the_answer"
    solution, exercise = (ROOT / "notebooks" / kind / f"{name}.ipynb" for kind in ("solutions", "exercises"))
    only = tmp_path / "only"
    only.mkdir()
    shutil.copy(solution, only)
    grading.assignments(only, tmp_path / "course")
    for pupil, source in {"right": solution, "empty": exercise, "wrong": solution}.items():
        (tmp_path / "in" / pupil).mkdir(parents=True)
        shutil.copy(source, tmp_path / "in" / pupil)
    wrong = nbformat.read(solution, as_version=4)
    pupils.named(wrong, "softmax").source = "def softmax(scores):\n    return scores / scores.sum()"
    nbformat.write(wrong, tmp_path / "in" / "wrong" / f"{name}.ipynb")
    start = time.monotonic()
    grading.grade(tmp_path / "in", tmp_path / "course", guarded.Limits(cell=300, notebook=1200))
    number(f"grading: 3 pupils, lesson 02 with Keras, in {time.monotonic() - start:.0f} s, two at a time")
    rows, most = table(tmp_path / "course"), sum(points for _, points in gradebook.Book(tmp_path / "course").exercises(name))
    softmax = next(title for title in rows["right"] if "softmax" in title)
    assert {pupil: float(row[f"total ({most:g})"]) for pupil, row in rows.items()} == {
        "right": most,
        "empty": 0,
        "wrong": most - float(softmax.split("(")[1].rstrip(")")),
    }
    assert float(rows["wrong"][softmax]) == 0
    assert {pupil: row["remark"] for pupil, row in rows.items()} == {"right": "", "empty": "no answer written", "wrong": ""}


def test_the_stop_button_keeps_what_is_graded_and_leaves_no_kernel(course, hand_in, tmp_path):
    folder = hand_in(["Ada", "Looper"])
    command = [sys.executable, "-m", "helpers.grading", "--course", course, "grade", folder, "--cell", "500"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    lines = iter(running.stdout.readline, "")
    assert any(line.startswith("[1/2] Ada") for line in lines)
    time.sleep(2)
    os.killpg(running.pid, signal.SIGINT)
    rest = running.communicate(timeout=60)[0]
    assert running.returncode == 130 and "Stopped." in rest and "Traceback" not in rest
    rows = table(course)
    assert rows["Ada"]["total (5)"] == "5" and rows["Looper"]["remark"] == "not graded yet"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(("kernel-", "grading-"))]


def test_a_notebook_that_takes_too_long_in_all_is_ended():
    notebook = new_notebook(cells=[new_code_cell(source) for source in ("a = 1", "import time; time.sleep(100)", "print(a)")])
    stopped = guarded.run(notebook, lambda folder: None, guarded.Limits(cell=50, notebook=25, memory=2e9))
    assert stopped == {1: "25 s were over for the whole notebook"}
    assert [cell.outputs[0].ename if cell.outputs else "" for cell in notebook.cells] == ["", "Stopped", "Stopped"]


def test_a_kernel_that_does_not_start_is_tried_twice_and_is_no_fault_of_the_pupils(tmp_path, monkeypatch):
    notebook, tries = new_notebook(cells=[new_code_cell("1")]), []
    long = tmp_path / ("x" * 120)  # too long for a socket file
    long.mkdir()
    monkeypatch.setattr(guarded.tempfile, "tempdir", str(long))
    with pytest.raises(guarded.NoKernel, match="No kernel starts on this machine"):
        guarded.run(notebook, None, LIMITS)
    assert not list(long.iterdir())
    monkeypatch.undo()

    def once(*_):
        tries.append(0)
        if len(tries) < most:
            raise guarded.NoKernel("busy")

    monkeypatch.setattr(guarded, "_once", once)
    most = 2
    assert guarded.run(notebook, None, LIMITS) == {} and len(tries) == 2
    most = 9
    with pytest.raises(guarded.NoKernel, match="busy"):
        guarded.run(notebook, None, LIMITS)
    assert len(tries) == 4


def test_a_run_that_begins_a_cell_after_the_stop_is_stopped_too():
    notebook, start = new_notebook(cells=[new_code_cell("while True: pass")]), time.monotonic()
    guarded.halt()
    try:
        with pytest.raises(KeyboardInterrupt):
            guarded.run(notebook, lambda folder: None, guarded.Limits(cell=300, memory=2e9))
    finally:
        guarded.halt(False)
    assert time.monotonic() - start < 200


def test_a_folder_nested_without_end_and_closed_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(guarded.tempfile, "tempdir", str(tmp_path))
    with guarded._new_folder("a-") as path:
        subprocess.run([sys.executable, "-c", pupils.DEEP], cwd=path, check=True)
        assert os.listdir(path) == ["d"]
    assert not os.path.exists(path)


# ---- What is used of a notebook, without running it


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


def test_files_beside_are_taken_up_to_a_limit_and_tell_one_state_from_another(tmp_path, released, monkeypatch):
    path = tmp_path / "mine" / f"{pupils.NAME}.ipynb"
    path.parent.mkdir()
    nbformat.write(released, path)
    stamps = [grading._stamp(path, released, LIMITS)]
    for name, size in {"a.jpg": 10, "b.jpg": 20, "c.jpg": 5, "mine.py": 100}.items():
        (path.parent / name).write_bytes(bytes(size))
        stamps.append(grading._stamp(path, released, LIMITS))
    assert len(set(stamps)) == 4 and stamps[3] == stamps[4], "a photo that is handed in late counts; a program does not"
    monkeypatch.setattr(submissions, "BESIDE", 15)
    submissions.copy_files(path.parent, tmp_path / "work")
    assert sorted(copy.name for copy in (tmp_path / "work").iterdir()) == ["a.jpg", "c.jpg"]
    monkeypatch.setattr(guarded, "run", lambda *_: {})
    assert grading.attempt(path, released, released, LIMITS)[1][-1] == "too large to be taken along: b.jpg"


def test_a_file_that_cannot_be_read_or_is_huge_is_only_a_remark(tmp_path, released, monkeypatch):
    huge = tmp_path / "huge.ipynb"
    huge.touch()
    os.truncate(huge, 10**12)  # with nothing in it, so that it takes no room
    assert grading._stamp(huge, released, LIMITS) != grading._stamp(tmp_path / "gone", released, LIMITS)
    assert grading.attempt(huge, released, released, LIMITS)[1] == ["the file has 1000000 MB: save it without outputs"]
    huge.write_text("{}")
    monkeypatch.setattr(type(huge), "read_text", lambda *_, **__: open(tmp_path))
    assert grading.attempt(huge, released, released, LIMITS)[1] == ["the file cannot be read: is a directory"]


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


# ---- What the gradebook makes of a notebook that was run


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


def test_what_cannot_be_shown_is_left_out_of_the_page(course, monkeypatch):
    book, shown = gradebook.Book(course), []

    def refuses(pupil, name, notebook):
        shown.append(notebook)
        if len(shown) < 3:
            raise ValueError("nbconvert")
        return notebook.cells[0].source

    monkeypatch.setattr(book, "_feedback", refuses)
    assert book._shown("Ada", pupils.NAME, book.base[pupils.NAME]).startswith("Nothing can be shown")


def test_a_grade_that_was_cut_off_is_made_again(course):
    book = gradebook.Book(course)
    path = book._path("Ada", pupils.NAME, "autograded", ".ipynb")
    path.parent.mkdir(parents=True)
    for text in ("", '{"metadata": {', '{"metadata": {}}', "[]"):
        path.write_text(text)
        assert book.stamp("Ada", pupils.NAME) is None and book.result("Ada", pupils.NAME) == ({}, ["not graded yet"])


def test_a_link_that_would_run_is_shown_and_does_nothing(course, released):
    book = gradebook.Book(course)
    pupils.holds_script(released)
    book.save("Ada", pupils.NAME, released, [], "stamp")
    text = page(course, "Ada")
    assert "javascript:alert(7)" in text
    head = text.split("<head>")[1].lstrip()
    assert head.startswith('<meta http-equiv="Content-Security-Policy" content="default-src \'none\'')
    assert "script-src" not in head.split(">")[0], "nor is there an exception for scripts"


def test_a_check_that_claims_more_points_than_there_are_gives_none(saved):
    claims = new_output("execute_result", data={"text/plain": "1000000"}, execution_count=1)
    scores, remarks = saved(output("check-mean", claims))
    assert scores["check-mean"] == 0 and remarks == ["could not be graded (ValueError)"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has folders whose names are no text")
def test_a_name_in_another_encoding_is_no_obstacle(course, tmp_path, released):
    folder = os.fsencode(tmp_path / "in") + b"/Jos\xe9"
    os.makedirs(folder)
    with open(folder + f"/{pupils.NAME}.ipynb".encode(), "w"):
        pass
    grading.grade(tmp_path / "in", course, SHORT)
    assert table(course)["Jos\ufffd"]["remark"] == "the file is empty"


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
    grading.assignments(tmp_path / "solutions", tmp_path / "course")
    book = gradebook.Book(tmp_path / "course")
    notebook = nbformat.from_dict(json.loads(json.dumps(book.base["91_words"])))
    notebook.cells[0].source = "I think so."
    assert book.save("Ada", "91_words", notebook, [], "stamp") == "0 of 4 points; 1 answers to read by hand"
    assert book.result("Ada", "91_words") == ({"why": None}, ["1 answers to read by hand"])
    grading.write_table(book, ["Ada"], ["91_words"])
    assert table(tmp_path / "course")["Ada"]["91 why (4)"] == ""

    with book.api.Gradebook(book.url) as opened:  # as nbgrader's formgrader does when the teacher has read it
        (grade,) = opened.find_submission_notebook("91_words", "91_words", "Ada").grades
        grade.manual_score, grade.needs_manual_grade = 3, False
        opened.db.commit()
    assert book.result("Ada", "91_words") == ({"why": 3}, [])


# ---- The course folder, and what is said when something is missing


def test_the_course_folder_is_one_of_nbgraders_and_holds_no_solution_but_in_source(course, released):
    assert (course / "nbgrader_config.py").exists() and (course / "gradebook.db").exists()
    text = nbformat.writes(released)
    assert "np.argmax" not in text and "HIDDEN" not in text and "raise NotImplementedError" in text
    base = gradebook.Book(course).base[pupils.NAME]
    assert "assert largest([5, 1]) == 0" in pupils.named(base, "check-largest").source, "hidden tests are back for grading"


@pytest.mark.skipif(not shutil.which("make"), reason="make is not on this machine")
def test_cleaning_up_keeps_what_people_put_there(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("html", "rehearsal", "course", "handed-in", "of my own"):
        (tmp_path / "build" / name).mkdir(parents=True)
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert sorted(path.name for path in (tmp_path / "build").iterdir()) == ["course", "handed-in", "of my own"]


def test_assignments_again_change_nothing_and_a_new_solution_does(course, tmp_path):
    def again():
        grading.assignments(tmp_path / "solutions", course)
        return prints(course / "source", course / "release")

    before = prints(course / "source", course / "release")
    assert again() == before
    (course / "gradebook.db").unlink()  # with which nothing can be graded
    assert again() == before and (course / "gradebook.db").exists()
    changed = pupils.solution()
    changed.cells[0].source = "# Two small exercises, new"
    nbformat.write(changed, tmp_path / "solutions" / f"{pupils.NAME}.ipynb")
    assert again() != before


@pytest.fixture
def said(capsys):
    """said(arguments…): the exit code of the command and the only line that it says."""
    return lambda *arguments: (grading.main([str(argument) for argument in arguments]), capsys.readouterr().out.strip())


def test_the_command_says_plainly_what_is_missing(said, course, tmp_path, capsys, monkeypatch):
    capsys.readouterr()
    assert said("--course", course, "grade", tmp_path / "none") == (
        1,
        f"{tmp_path / 'none'} is not a folder: wanted is one with a folder for each pupil in it.",
    )
    (tmp_path / "in" / "Ada").mkdir(parents=True)
    code, line = said("--course", course, "grade", tmp_path / "in")
    assert code == 1 and "PUPIL/NN_name.ipynb" in line and pupils.NAME in line
    monkeypatch.setenv("HOME", str(tmp_path))
    assert said("--course", course, "grade", "~/in") == (1, line), "make hands the ~ on as it is"
    code, line = said("--course", tmp_path / "no course", "grade", tmp_path / "in")
    assert code == 1 and "make assignments" in line
