"""Beside the pipe: the part of grading that is nbgrader's: its course folder, its gradebook, its pages of feedback.

In: notebooks of solutions, and executed notebooks of pupils. Out: points, and feedback as HTML. Runs no pupil's code.
"""

import json
import logging
import pathlib
import shutil
import warnings

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook, new_output

from helpers import disk

CONFIG = """# A course folder of nbgrader: source/ → release/, and from `make grade` autograded/, feedback/ and grades.csv.
c = get_config()
c.CourseDirectory.course_id = "image_prediction"
"""
NOTHING_RUNS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'"
)


def name_of(cell):
    """The name by which nbgrader knows a cell (grade_id), or None."""
    role = cell.metadata.get("nbgrader")
    name = role.get("grade_id") if isinstance(role, dict) else None
    return name if isinstance(name, str) else None


def is_answer(cell):
    """Whether a cell is one for the pupil to write in."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def differs(cell, ours):
    """Whether the text, the kind or the points of a cell are not those of ours."""
    points = [c.metadata.nbgrader.get("points") for c in (cell, ours)]
    return (cell.source.strip(), cell.cell_type, points[0]) != (ours.source.strip(), ours.cell_type, points[1])


def notice(sentence):
    """A notebook that says why there is nothing to grade."""
    return new_notebook(cells=[new_markdown_cell(f"Nothing was graded: {sentence}", metadata={"pupil": True})])


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
        self._exporter = None

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
        feedback = self._shown(pupil, name, notebook)
        self._write(pupil, name, "feedback", ".html", feedback)
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

    def _shown(self, pupil, name, notebook):
        """The page of feedback, with less and less in it where a pupil's outputs cannot be shown."""
        try:
            return self._feedback(pupil, name, notebook)
        except Exception:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs = [new_output("stream", text="This output could not be shown.")] * bool(cell.outputs)
        try:
            return self._feedback(pupil, name, notebook)
        except Exception:
            return self._feedback(
                pupil, name, new_notebook(cells=[new_markdown_cell("Nothing can be shown of this notebook; its points count.")])
            )

    def _feedback(self, pupil, name, notebook):
        """The page for a pupil, with nothing in it that a browser would run or fetch, links of pupils included."""
        import nbgrader
        from nbconvert.exporters import HTMLExporter
        from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
        from nbconvert.preprocessors.sanitize import SanitizeHTML
        from nbgrader.preprocessors import GetGrades
        from traitlets.config import Config

        clean = SanitizeHTML(enabled=True)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                if "image/png" in output.get("data", {}):
                    output.data.pop("text/html", None)
            if cell.cell_type == "code" or cell.metadata.get("pupil"):
                clean.preprocess_cell(cell, {}, 0)
        if self._exporter is None:
            formgrader = pathlib.Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
            bootstrap = formgrader / "static" / "node_modules" / "bootstrap" / "dist" / "css"
            html = {"template_name": "feedback", "extra_template_basedirs": [str(formgrader / "templates")]}
            html |= {"extra_template_paths": [str(bootstrap)]}
            self._exporter = HTMLExporter(config=Config({"HTMLExporter": html, "Exporter": {"default_preprocessors": []}}))
            self._exporter.register_preprocessor(GetGrades, enabled=True)
            self._exporter.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
        page = self._exporter.from_notebook_node(notebook, resources=self._resources(pupil, name))[0]
        return page.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{NOTHING_RUNS}">', 1)
