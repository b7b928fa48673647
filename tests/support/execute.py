"""Runs a notebook from top to bottom, some rounds in one kernel:  python tests/support/execute.py FROM.ipynb TO.ipynb ROUNDS

A cell that spoils what an earlier one needs shows on the second round. nbval does not do that, and keeps no output.
"""

import copy
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def main(path, result, rounds):
    notebook = nbformat.read(path, as_version=4)
    once = copy.deepcopy(notebook.cells)
    for number in range(2, int(rounds) + 1):
        again = copy.deepcopy(once)
        for cell in again:
            cell.id += f"-{number}"
        notebook.cells += again
    try:
        NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    except CellExecutionError as problem:
        return str(problem)
    finally:
        nbformat.write(notebook, result)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
