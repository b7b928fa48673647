"""Runs a pupil's notebook to its end, whatever is in it.

In: a notebook, the files beside it, and limits. Out: the notebook with outputs, and a sentence for each cell that was stopped.
The kernel runs in the sandbox (kernel.py); this process only listens. A cell that takes too long, prints too much or ends its
kernel is left out, and the notebook is run again without it, so that one bad answer costs only its own points.
"""

import dataclasses
import math
import threading
import time

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

from helpers.grading import kernel
from helpers.grading.kernel import NoKernel, error


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one notebook may take: seconds a cell and in all; bytes of memory a process, of printing a cell, and a file."""

    cell: float = 120
    notebook: float = 900
    memory: float = 6e9  # VGG16 does not run with 4
    output: float = 10e6
    file: float = 1e9


class Stopped(Exception):
    """A cell was stopped: its place in the notebook, and why."""


_running, _halted = set(), threading.Event()


def halt(now=True):
    """Ends all runs, which raise KeyboardInterrupt in their threads; halt(False) lets new ones begin."""
    _halted.set() if now else _halted.clear()
    for client in list(_running) if now else ():
        client.kill()


def run(notebook, fill, limits):
    """Runs the code cells of `notebook`, changing their outputs, in a new folder that fill(path) has put files into.

    Returns cell index -> why it was stopped, in the order in which it happened. Every cell that was stopped or not run gets
    an error as its output. Never raises for what the notebook does; raises NoKernel where none starts here at all, and
    KeyboardInterrupt after `halt`.
    """
    stopped, end, tries = {}, time.monotonic() + limits.notebook, iter([2])
    while True:
        try:
            _once(notebook, fill, limits, stopped, end)
            return stopped
        except NoKernel:
            if _halted.is_set() or not next(tries, None):  # the first failure may be chance, on a busy machine
                raise
            continue
        except Stopped as stop:
            at, why = stop.args
            stopped[at] = why
        if time.monotonic() > end or len(stopped) > 3:
            for later in range(at + 1, len(notebook.cells)):
                if notebook.cells[later].cell_type == "code" and later not in stopped:
                    notebook.cells[later].outputs = [error("it was not run, since a cell above was stopped")]
            return stopped


def _once(notebook, fill, limits, stopped, end):
    """One round, in a new kernel and new folders, without the cells in `stopped`. Raises Stopped at the first to be stopped."""
    with kernel.started(notebook, fill, limits) as client:
        for at, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            if at in stopped:
                cell.outputs = [error(stopped[at])]
                continue
            why = _run_cell(client, cell, at, limits, left=end - time.monotonic())
            if why:
                client.kill()
                cell.outputs = [*_short(cell.outputs), error(why)]
                raise Stopped(at, why)


def _run_cell(client, cell, at, limits, left):
    """Runs one cell, with so many seconds left for the notebook. Returns why it was stopped, or ""."""
    client.printed = 0
    client.timeout = max(1, math.ceil(min(limits.cell, left)))
    hard_end = threading.Timer(client.timeout + 15, client.kill)  # should nothing else stop it
    hard_end.start()
    _running.add(client)
    if _halted.is_set():  # between two cells, where `halt` found nothing to end
        client.kill()
    try:
        client.execute_cell(cell, at)
        why = client.ended
    except CellTimeoutError:
        why = f"it ran out of its {limits.cell:.0f} s"
        if left < limits.cell:
            why = f"{limits.notebook:.0f} s were over for the whole notebook"
    except DeadKernelError:
        why = kernel.DIED
    except Exception as problem:  # what came from the kernel is the pupil's
        why = f"its output could not be read ({type(problem).__name__})"
    finally:
        hard_end.cancel()
        _running.discard(client)
    if _halted.is_set():
        client.kill()
        raise KeyboardInterrupt
    if client.printed > limits.output or (why != kernel.DIED and client.is_cut()):
        why = f"it printed more than {limits.output / 1e6:g} MB"
    return why


def _short(outputs, most=2000):
    """The beginnings of what a stopped cell had printed."""
    return [new_output("stream", name=o.name, text=o.text[:most] + " …") for o in outputs[:5] if o.output_type == "stream"]
