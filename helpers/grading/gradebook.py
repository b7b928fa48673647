"""What of grading is nbgrader's: its course folder and its gradebook.

In: notebooks of solutions, and executed notebooks of pupils. Out: points, and a page of feedback. Runs no pupil's code.
"""

import json
import logging
import pathlib
import shutil
import warnings

import nbformat

from helpers.grading import feedback
from helpers.grading.cells import name_of, notice
from helpers.machine import disk

CONFIG = """# A course folder of nbgrader: source/ → release/, and from `make grade` autograded/, feedback/ and grades.csv.
c = get_config()
c.CourseDirectory.course_id = "image_prediction"
"""


def _nbgrader():
    """nbgrader, ready to use: with no need for its helper program `alembic` on the PATH."""
    try:
        import nbgrader.api
    except ImportError:
        raise ValueError('nbgrader is not installed: pip install -e ".[class]"') from None
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    warnings.filterwarnings("ignore", message=".*not in session, add operation along", module="nbgrader")
    nbgrader.api.get_alembic_version = ScriptDirectory(ALEMBIC_DIR).get_current_head
    return nbgrader


def hand_out(source, course):
    """Puts one notebook of solutions into a course folder, as source/NAME/NAME.ipynb, and lets nbgrader make release/.

    Nothing is done where that has been done. Raises ValueError where nbgrader refuses.
    """
    _nbgrader()
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    course = pathlib.Path(course).resolve()
    target, done = (course / kind / source.stem / source.name for kind in ("source", "release"))
    all_there = done.exists() and target.exists() and (course / "gradebook.db").exists()
    if all_there and target.read_bytes() == source.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    (course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    shutil.copy(source, target)
    config = Config({"CourseDirectory": {"root": str(course), "course_id": "image_prediction"}})
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    api.log.setLevel(logging.CRITICAL)
    result = api.generate_assignment(source.stem)
    if not result["success"]:
        target.unlink()  # so that the next try is one
        reason = (result.get("error") or result.get("log") or "").strip().splitlines()[-1:]
        raise ValueError(f"nbgrader refuses {source.name}: {' '.join(reason)}")


class Book:
    """The gradebook of a course folder, and the notebooks that are graded against it."""

    def __init__(self, course):
        self.course = pathlib.Path(course).resolve()
        self.url = f"sqlite:///{self.course / 'gradebook.db'}"
        self.api = _nbgrader().api
        paths = sorted(self.course.glob("release/*/*.ipynb"))
        if not paths:
            raise ValueError(f"{course} has no assignments: run `make assignments` first.")
        self.released = {path.stem: nbformat.read(path, as_version=4) for path in paths}
        self.base = {name: self._with_checks(name) for name in self.released}

    def exercises(self, name):
        """(name, most points) of each graded cell of an assignment, in order."""
        graded = [cell for cell in self.base[name].cells if name_of(cell) and cell.metadata.nbgrader.get("grade")]
        return [(name_of(cell), float(cell.metadata.nbgrader.points)) for cell in graded]

    def stamp(self, pupil, name):
        """What the grade that there is was made from, as `save` was told; None where there is none."""
        return self._info(pupil, name).get("stamp")

    def save(self, pupil, name, notebook, remarks, stamp):
        """Takes an executed notebook into the gradebook and writes its feedback. Returns "3 of 5 points", with remarks."""
        from nbgrader.preprocessors import SaveAutoGrades

        with self.api.Gradebook(self.url) as book:
            book.update_or_create_student(pupil)
            book.update_or_create_submission(name, pupil)
            for grade in book.find_submission_notebook(name, name, pupil).grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
            book.db.commit()
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.execution_count = None  # which comes from the pupil's kernel, and need not be a number
            for output in cell.get("outputs", []):
                if not cell.metadata.get("pupil") and output.get("name") == "stderr":
                    output.name = "stdout"  # nbgrader takes a warning of Keras in a check for a failure
        try:
            SaveAutoGrades().preprocess(notebook, self._resources(pupil, name))
        except Exception as problem:  # a pupil's code may put anything into an output
            remarks = [*remarks, f"could not be graded ({type(problem).__name__})"]
            notebook = notice(remarks[-1])
        self._write(pupil, name, "feedback", ".html", feedback.page(notebook, self._resources(pupil, name)))
        notebook.metadata["graded"] = {"stamp": stamp, "remarks": remarks}
        self._write(pupil, name, "autograded", ".ipynb", nbformat.writes(notebook))
        scores, remarks = self.result(pupil, name)
        most = sum(points for _, points in self.exercises(name))
        return "; ".join([f"{sum(score or 0 for score in scores.values()):g} of {most:g} points", *remarks])

    def result(self, pupil, name):
        """(dict of exercise -> points, None where the teacher gives them, and a list of remarks).

        ({}, ["not graded yet"]) where there is no grade.
        """
        info = self._info(pupil, name)
        if not info:
            return {}, ["not graded yet"]
        with self.api.Gradebook(self.url) as book:
            grades = list(book.find_submission_notebook(name, name, pupil).grades)
            open_still = [grade.name for grade in grades if grade.auto_score is None and grade.manual_score is None]
            scores = {grade.name: None if grade.name in open_still else grade.score for grade in grades}
            to_read = sum(bool(grade.needs_manual_grade) for grade in grades)
        return scores, info["remarks"] + ([f"{to_read} answers to read by hand"] if to_read else [])

    def _path(self, pupil, name, kind, suffix):
        return self.course / kind / pupil / name / f"{name}{suffix}"

    def _info(self, pupil, name):
        try:
            text = self._path(pupil, name, "autograded", ".ipynb").read_text(encoding="utf-8")
            return dict(json.loads(text)["metadata"]["graded"])
        except (OSError, ValueError, KeyError, TypeError):  # none, or one that was cut off
            return {}

    def _write(self, pupil, name, kind, suffix, text):
        path = self._path(pupil, name, kind, suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        disk.write(path, lambda file: file.write(text.encode("utf-8", "replace")))

    def _resources(self, pupil, name):
        known = {"student": pupil, "assignment": name, "notebook": name, "db_url": self.url}
        return {"nbgrader": known, "unique_key": name, "metadata": {"name": name}}

    def _with_checks(self, name):
        """The notebook as released, with the hidden tests, if it has some, back in it."""
        from nbgrader.preprocessors import OverwriteCells

        notebook = nbformat.read(self.course / "release" / name / f"{name}.ipynb", as_version=4)
        return OverwriteCells().preprocess(notebook, self._resources("", name))[0]
