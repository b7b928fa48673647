"""The command: names what is in every picture of a folder. Lesson 13.

    python -m helpers.folder PHOTOS --out table.csv [--model NAME or FILE] [--contact-sheet sheet.html]; --help says the rest

The exit code is 0 where every picture got a name, 1 where some could not be read, and 2 where it could not be done. A run that
was stopped has 2 as well: its table is no whole one, and a script that takes 1 for good enough must not go on with it.
"""

import argparse
import sys

from helpers.folder import contact_sheet, run, summary
from helpers.machine import disk, sentences


def main(arguments=None):
    """Does what the command line asks. Returns the exit code."""
    asked = _asked(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack the letters of a file's name
    try:
        sheet = None if asked.contact_sheet is None else contact_sheet.place(asked.contact_sheet)
        options = {name: getattr(asked, name) for name in ("top", "out", "precision", "reading", "decide")}
        table, total = run.named(asked.photos, asked.model, **options)
        if len(table) < total:
            return _stopped(f"Stopped after {len(table)} of {total} pictures.", asked.out)
        print(summary.of(table, asked.out))
        if sheet:
            contact_sheet.write(sheet, table, asked.photos)
            print(f"The contact sheet is in {sentences.fit(str(sheet))}.")
    except KeyboardInterrupt:
        return _stopped("Stopped.", asked.out)
    except (ValueError, TypeError, OSError, ImportError) as problem:
        print(_sentence(problem), file=sys.stderr)
        return 2
    return int((table.error != "").any())


def _asked(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m helpers.folder", description="Names what is in every picture of a folder, and of the folders in it."
    )
    parser.add_argument("photos", metavar="PHOTOS", help="the folder")
    parser.add_argument(
        "--out", help="the table: a file that ends in .csv, or a folder for Parquet; goes on with one that is there"
    )
    parser.add_argument(
        "--model",
        default="EfficientNet-Lite0",
        help="a network's name, or the file of a model with classes of your own, that transfer.save wrote (%(default)s)",
    )
    parser.add_argument("--top", type=int, default=5, help="guesses for a picture (%(default)s)")
    parser.add_argument(
        "--precision", default="float32", help="float32, or fast: less exact where that is faster (%(default)s)"
    )
    parser.add_argument("--reading", default="auto", help="auto, or exact: large pictures are decoded in full (%(default)s)")
    parser.add_argument(
        "--decide",
        type=float,
        metavar="SHARE",
        help="say a class, a wider word or nothing, from this probability on, such as 0.9",
    )
    parser.add_argument("--contact-sheet", metavar="HTML", help="a web page to write, with a small copy of every picture")
    return parser.parse_args(arguments)


def _stopped(said, out):
    kept = (
        "What is done is kept: give the same command again to go on." if out else "Nothing is kept: give --out a name for that."
    )
    print(said, kept, file=sys.stderr)
    return 2


def _sentence(problem):
    if getattr(problem, "errno", None) is None:
        return str(problem)
    return f"The folder could not be named ({disk.why(problem)}): check the folder, and the room on the disk."


if __name__ == "__main__":
    sys.exit(main())
