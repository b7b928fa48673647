"""The command: the weights of a learner or a whole classroom.

    python -m helpers.weights status | fetch [NAME …] | verify | export FOLDER | import FOLDER | serve FOLDER

A mirror is a folder with the official files under their official names: on a stick, on a share, or behind a web server.
"""

import argparse
import json
import pathlib
import sys

from helpers import weights
from helpers.cards import CARDS
from helpers.cards import names as shortened
from helpers.labels import CLASS_INDEX
from helpers.machine import disk, places, sentences
from helpers.weights import server
from helpers.weights.download import md5_of
from helpers.weights.refusals import not_written
from helpers.weights.store import NotOfficial, copy, is_official

NEEDED = ("VGG16", "ResNet50", "InceptionV3")  # the lessons' three networks; others are fetched by name
SUMS, NOTE = "MD5SUMS", "READ ME.txt"


def wanted(names=NEEDED):
    """The files of some networks: a list of (what it is, WeightFile), the class index last."""
    unknown = [name for name in names if name not in CARDS or not CARDS[name].weights]
    if unknown:
        sys.exit(f"There are no weights to fetch for {', '.join(unknown)}: the names are {shortened(_all())}.")
    files = []
    for name in names:
        card = CARDS[name]
        files += [(name, card.weights)] + ([(f"{name}, no top", card.weights_no_top)] if card.weights_no_top else [])
    return files + [("class index", weights.CLASS_INDEX)]


def status(names=NEEDED):
    """What is here, file by file: a list of dicts (network, file, needed and have in bytes, checked, where)."""
    rows = []
    for what, file in wanted(names):
        path = weights.folder() / file.name
        part = path.with_name(path.name + ".part")
        there = path if path.is_file() else part
        rows.append({
            "network": what,
            "file": file.name,
            "needed": file.bytes,
            "have": there.stat().st_size if there.is_file() else 0,
            "checked": is_official(path, file),
            "where": str(path.parent) if path.is_file() else "",
        })  # fmt: skip
    return rows


def show_status(as_json=False):
    """Prints the table and the verdict, or JSON. Returns the exit code: 0 where all is here."""
    rows = status()
    missing = [row["network"] for row in rows if not row["checked"]]
    if as_json:
        print(json.dumps({"ready": not missing, "files": rows}, indent=2))
        return int(bool(missing))
    print(f"{'network':22} {'needed':>9} {'have':>9}  {'checked':8} where")
    for row in rows:
        checked = "yes" if row["checked"] else "wrong" if row["where"] else "-"
        needed, have = (f"{row[size] / 2**20:6.1f} MB" for size in ("needed", "have"))
        print(f"{row['network']:22} {needed} {have}  {checked:8} {row['where'] or 'not here'}")
    print(f"ready: no, missing: {'; '.join(missing)}" if missing else "ready: yes")
    return int(bool(missing))


def fetch_all(names):
    """Fetches what is missing. Returns the exit code: 1 where something could not be had."""
    code = 0
    for what, file in wanted(names or NEEDED):
        if file == weights.CLASS_INDEX:
            weights.place_class_index(CLASS_INDEX)
            code |= not weights.find(file)
            continue
        try:
            print(f"{what}: {weights.obtain(file)}")
        except OSError as problem:
            print(f"{what}: {problem}")
            code = 1
    return int(code)


def verify():
    """Checks every file that is here against its checksum. Returns the exit code: 1 where one is not the official file."""
    code = 0
    for row in status(_all()):
        if row["where"]:
            print(f"{'right' if row['checked'] else 'WRONG'}  {row['file']}")
            code |= not row["checked"]
    return int(code)


def export(folder):
    """Copies the checked files into a folder, with their sums and a note. Returns the exit code: 1 where one is missing."""
    folder, needed = places.given("FOLDER", folder, "the path of a folder"), wanted()
    folder.mkdir(parents=True, exist_ok=True)
    sums, missing = [], []
    for what, file in needed + [pair for pair in wanted(_all()) if pair not in needed]:
        source = CLASS_INDEX if file == weights.CLASS_INDEX else weights.find(file)
        if source:
            copied = _copy(source, folder / file.name, file)
            sums.append(f"{file.md5 or md5_of(copied)}  {file.name}\n")
        elif (what, file) in needed:
            missing.append(what)
    _write(folder / SUMS, "".join(sums))
    _write(
        folder / NOTE,
        "The trained values of the course's networks, under their official names.\n"
        f"Check them:   md5sum -c {SUMS}   (in this folder)\n"
        "Use them:     set WEIGHTS_MIRROR to this folder, or to the address under which a web server shows it,\n"
        "              or copy them:   python -m helpers.weights import FOLDER   (in the course's folder)\n",
    )
    lacking = f" Missing, since not here: {'; '.join(missing)}." if missing else ""
    print(f"{len(sums)} files are in {sentences.fit(str(folder))}.{lacking}")
    return int(bool(missing))


def import_from(folder):
    """Copies the official files of a folder into Keras' own. Returns the exit code: 1 where there is none, or a wrong one."""
    folder, code, found = places.given("FOLDER", folder, "the path of a folder"), 0, 0
    shown = sentences.fit(str(folder))
    if not folder.is_dir():
        sys.exit(f"{shown} is not a folder: give the one that `python -m helpers.weights export FOLDER` made.")
    for _, file in wanted(_all()):
        source, target = folder / file.name, weights.folder() / file.name
        if not source.is_file():
            continue
        if not weights.find(file):
            try:
                _copy(source, target, file)
            except NotOfficial as problem:
                print(f"{problem}")
                code = 1
                continue
        found += 1
    print(f"{found} files of {shown} are in {weights.folder()}.")
    return code or int(not found)


def _all():
    return [name for name, card in CARDS.items() if card.weights]


def _write(path, text):
    disk.write(path, lambda part: part.write(text.encode()))


def _copy(source, target, file):
    try:
        return copy(source, target, file)
    except OSError as problem:
        if problem.errno is None:
            raise
        raise OSError(not_written(problem, target, file.bytes, "take another folder")) from None


def main():
    """Does what the command line asks, and ends the process with the exit code."""
    parser = argparse.ArgumentParser(prog="python -m helpers.weights", description="The trained values of the big networks.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status", help="what is here").add_argument("--json", action="store_true", help="for scripts")
    commands.add_parser("fetch", help="fetch what is missing").add_argument("names", nargs="*", metavar="NAME")
    commands.add_parser("verify", help="check what is here")
    texts = {"export": "copy what is here", "import": "copy from a folder", "serve": "be a mirror for a classroom"}
    for name, text in texts.items():
        command = commands.add_parser(name, help=text)
        command.add_argument(
            "folder",
            metavar="FOLDER",
        )
    command.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    actions = {
        "status": lambda: show_status(asked.json),
        "fetch": lambda: fetch_all(asked.names),
        "verify": verify,
        "export": lambda: export(asked.folder),
        "import": lambda: import_from(asked.folder),
        "serve": lambda: server.serve(asked.folder, asked.port),
    }
    try:
        sys.exit(actions[asked.command]())
    except TypeError as problem:  # a folder called ""
        sys.exit(str(problem))
    except OSError as problem:
        place = pathlib.Path(getattr(asked, "folder", weights.folder())) / SUMS
        sys.exit(str(problem) if problem.errno is None else not_written(problem, place, instead="take another folder"))
    except KeyboardInterrupt:
        sys.exit("Stopped. What has come is kept: give the same command again to go on.")


if __name__ == "__main__":
    main()
