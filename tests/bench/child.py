"""Every part of the bench is a process of its own: what it breaks or fills with memory is gone with it.

In: a module of this folder and what to give to its `measure`. Out: what that gave back, or an error with its last words.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

LIMIT = 6000  # seconds of one part
TESTS = pathlib.Path(__file__).resolve().parent.parent


def run(module, /, **arguments):
    """Runs bench/`module`.py's `measure` with these arguments, which JSON can hold, and gives back its answer."""
    with tempfile.TemporaryDirectory() as desk:
        goal, said = pathlib.Path(desk) / "answer.json", pathlib.Path(desk) / "said.txt"
        command = [sys.executable, "-m", f"bench.{module}", json.dumps(arguments), str(goal)]
        with said.open("wb") as file:
            try:
                code = subprocess.run(command, cwd=TESTS, stdout=file, stderr=file, timeout=LIMIT).returncode
            except subprocess.TimeoutExpired:
                raise RuntimeError(f"{module} was stopped after {LIMIT} s") from None
        if code:
            last = said.read_text(errors="replace").strip().splitlines()[-1:]
            raise RuntimeError(f"{module} ended with {code}: {' '.join(last)[-300:]}")
        return json.loads(goal.read_text())


def answer(measure):
    """What the last line of such a module calls."""
    given, goal = sys.argv[1:]
    pathlib.Path(goal).write_text(json.dumps(measure(**json.loads(given))))
