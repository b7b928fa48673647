"""The command of the wing: python -m helpers.grading assignments | grade SUBMISSIONS; --help says the rest."""

import argparse
import dataclasses
import logging
import sys
import warnings

from helpers.grading import guarded, marking
from helpers.machine import places


def main(arguments=None):
    """Does what the command says. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="helpers.grading", description="Hands out exercises and grades them.")
    parser.add_argument("--course", default=places.COURSE / "build" / "course", help="nbgrader's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("assignments").add_argument("--solutions", default=places.NOTEBOOKS / "solutions")
    grading = commands.add_parser("grade")
    grading.add_argument("submissions")
    grading.add_argument("--at-once", type=int, default=2, help="notebooks at a time; each may take the memory below")
    grading.add_argument("--again", action="store_true", help="also those that have not changed")
    for field in dataclasses.fields(guarded.Limits):
        grading.add_argument(f"--{field.name}", type=float, default=field.default, help="see helpers/grading/guarded.py")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "assignments":
            names = marking.assignments(chosen.solutions, chosen.course)
            print(f"{len(names)} assignments are in {chosen.course}: hand out what is in release.")
        else:
            limits = guarded.Limits(**{field.name: getattr(chosen, field.name) for field in dataclasses.fields(guarded.Limits)})
            table = marking.grade(chosen.submissions, chosen.course, limits, chosen.at_once, chosen.again)
            print(f"Points: {table}. Feedback: {table.parent / 'feedback'}.")
    except (ValueError, TypeError, OSError) as problem:
        print(problem)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # what nbformat, nbclient and nbgrader say of pupils' notebooks is in the remarks
    logging.disable()
    sys.exit(main())
