"""Hands out the exercises, and grades a class, with nbgrader.

In: folders. Out: nbgrader's gradebook, a page of feedback for each notebook, and one table of points for all.
What a pupil hands in is code that nobody has read: guarded.py runs it, two notebooks at a time. The command is in __main__.py.
"""

import concurrent.futures
import csv
import hashlib
import io
import os
import re

import nbformat

from helpers.grading import gradebook, guarded, sandbox
from helpers.grading.cells import name_of, notice
from helpers.grading.submissions import LARGEST, beside, copy_files, find, merged, read
from helpers.machine import disk, places, spreadsheet

A_FOLDER = "the name of a folder"


def assignments(solutions, course):
    """Makes nbgrader's course folder from a folder of solutions, or brings it up to date. Returns the names of them."""
    solutions, course = places.given("solutions", solutions, A_FOLDER), places.given("course", course, A_FOLDER)
    sources = sorted(solutions.glob("*.ipynb"))
    if not sources:
        raise ValueError(f"There is no notebook in {solutions}: wanted are solutions in nbgrader's form.")
    for source in sources:
        gradebook.hand_out(source, course)
    return [source.stem for source in sources]


def attempt(path, base, released, limits):
    """Runs one pupil's notebook. Returns it with outputs, or one that says why there is none, and remarks."""
    try:
        notebook, remarks = merged(base, released, read(path))
        if left_out := beside(path.parent)[1]:
            remarks.append(f"too large to be taken along: {', '.join(left_out[:3])}")
        stopped = guarded.run(notebook, lambda folder: copy_files(path.parent, folder), limits)
        for at, why in stopped.items():
            above = next(filter(None, map(name_of, notebook.cells[at::-1])), "the first cell")
            remarks.append(f"{above}: {why}")
        return notebook, remarks
    except guarded.NoKernel:
        raise
    except ValueError as problem:
        return missing(str(problem))
    except Exception as problem:  # one bad notebook never stops the class
        return missing(f"could not be graded ({type(problem).__name__}: {problem})")


def grade(submissions, course, limits=guarded.Limits(), at_once=2, again=False):  # noqa: B008
    """Grades a folder of submissions, those anew that have changed, or with `again` all. Returns the path of the table.

    Raises ValueError where there is nothing to grade. The stop button keeps what has been graded.
    """
    if os.name != "posix":
        raise ValueError("Grading needs Linux or a Mac: on Windows, run it in WSL.")
    submissions, course = places.given("submissions", submissions, A_FOLDER), places.given("course", course, A_FOLDER)
    if not submissions.is_dir():
        raise ValueError(f"{submissions} is not a folder: wanted is one with a folder for each pupil in it.")
    pupils = sorted(path for path in submissions.iterdir() if path.is_dir() and not path.name.startswith("."))
    book = gradebook.Book(course)
    found = {os.fsencode(pupil.name).decode("utf-8", "replace"): find(pupil, book.released) for pupil in pupils}
    given = [name for name in book.released if any(files[name][0] for files in found.values())]
    if not given:
        raise ValueError(f"In {submissions} is no notebook of {', '.join(book.released)}: wanted is PUPIL/NN_exercises.ipynb.")
    todo = [(pupil, name, *found[pupil][name]) for pupil in found for name in given]
    guarded.halt(False)
    pool = concurrent.futures.ThreadPoolExecutor(at_once)
    jobs = {}
    try:
        for pupil, name, path, remark in todo:
            stamp = stamp_of(path, book.base[name], limits)
            if again or book.stamp(pupil, name) != stamp:
                work = (
                    pool.submit(attempt, path, book.base[name], book.released[name], limits)
                    if path
                    else pool.submit(missing, remark)
                )
                jobs[work] = pupil, name, remark if path else "", stamp
        print(sandbox.abilities())
        print(f"{len(todo)} notebooks, {len(jobs)} to grade.", flush=True)
        for count, job in enumerate(concurrent.futures.as_completed(jobs), start=1):
            pupil, name, remark, stamp = jobs[job]
            notebook, remarks = job.result()
            points = book.save(pupil, name, notebook, [remark] * bool(remark) + remarks, stamp)
            print(f"[{count}/{len(jobs)}] {pupil}, {name}: {points}", flush=True)
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        guarded.halt()
        print("Stopped. What is graded is kept; the same command goes on from there.", flush=True)
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        write_table(book, found, given)
    return book.course / "grades.csv"


def missing(remark):
    """As `attempt`, where there is nothing to run."""
    return notice(remark), [remark]


def stamp_of(path, base, limits):
    """What a grade depends on, the checks that lie in helpers among it, as one short text."""
    checks = [file.read_bytes() for file in sorted((places.HELPERS / "check").rglob("*.py"))]
    parts = [*_handed_in(path), nbformat.writes(base).encode(), repr(limits).encode(), *checks]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _handed_in(path):
    """What tells one state of a notebook, and of the files beside it, from another: a list of bytes."""
    if not path:
        return [b""]
    try:
        now = path.stat()
        text = path.read_bytes() if now.st_size <= LARGEST else f"{now.st_size} {now.st_mtime_ns}".encode()
        return [text, repr(beside(path.parent)).encode()]
    except OSError:
        return [b"unreadable"]  # `attempt` says why


def write_table(book, found, given):
    """Writes grades.csv: a row for each pupil, a column for each exercise, the total, and a remark in plain words."""
    columns = [(name, exercise, most) for name in given for exercise, most in book.exercises(name)]
    titles = [f"{name.split('_')[0]} {re.sub('^check-', '', exercise)} ({most:g})" for name, exercise, most in columns]
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["student", *map(spreadsheet.cell, titles), f"total ({sum(most for *_, most in columns):g})", "remark"])
    for pupil in found:
        points, remarks = {}, []
        for name in given:
            scores, said = book.result(pupil, name)
            points |= {(name, exercise): score for exercise, score in scores.items()}
            remarks += [f"{name.split('_')[0]}: {remark}" if len(given) > 1 else remark for remark in said]
        row = [points.get((name, exercise)) for name, exercise, _ in columns]
        total = sum(score for score in row if score is not None)
        points = ["" if score is None else f"{score:g}" for score in row]
        table.writerow([spreadsheet.cell(pupil), *points, f"{total:g}", spreadsheet.cell("; ".join(remarks))])
    disk.write(book.course / "grades.csv", lambda file: file.write(text.getvalue().encode(spreadsheet.MARK)))
