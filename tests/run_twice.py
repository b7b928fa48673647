"""Runs a notebook twice from top to bottom in one kernel:  python tests/run_twice.py NOTEBOOK.ipynb RESULT.ipynb

nbval does not do that. A cell that spoils what an earlier one needs shows on the second round.
"""

import copy
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def main(path, result):
    notebook = nbformat.read(path, as_version=4)
    again = copy.deepcopy(notebook.cells)
    for cell in again:
        cell.id += "-again"
    notebook.cells += again
    try:
        NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    except CellExecutionError as problem:
        return str(problem)
    finally:
        nbformat.write(notebook, result)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
