"""Beside the pipe: runs a pupil's notebook to its end, whatever is in it.

In: a notebook, the files beside it, and limits. Out: the notebook with outputs, and a sentence for each cell that was stopped.
The kernel runs in the sandbox; this process only listens. A cell that takes too long, prints too much or ends its kernel is
left out, and the notebook is run again without it, so that one bad answer costs only its own points.
"""

import contextlib
import dataclasses
import json
import math
import os
import pathlib
import signal
import site
import subprocess
import sys
import tempfile
import threading
import time

from nbformat.v4 import new_output

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ("PATH", "LANG", "LC_", "TZ", "TF_", "OMP_", "LD_LIBRARY_PATH", "DYLD_", "CUDA", "SYSTEMROOT")  # of the environment
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys", "/opt", "/nix")
SYSTEM += ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")  # but no terminal: the teacher types there
DIED = "it ended its own kernel (too much memory, or an exit)"
FULL = "it ran out of memory"


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one notebook may take: seconds a cell and in all; bytes of memory a process, of printing a cell, and a file."""

    cell: float = 120
    notebook: float = 900
    memory: float = 6e9  # VGG16 does not run with 4
    output: float = 10e6
    file: float = 1e9


class NoKernel(OSError):
    """No kernel starts on this machine, whatever the notebook."""


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
                    notebook.cells[later].outputs = [_error("it was not run, since a cell above was stopped")]
            return stopped


def _once(notebook, fill, limits, stopped, end):
    """One round, in a new kernel and new folders, without the cells in `stopped`. Raises Stopped at the first to be stopped."""
    import zmq
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    with contextlib.ExitStack() as stack:
        wires, work = (stack.enter_context(_new_folder(prefix)) for prefix in ("kernel-", "grading-"))
        if len(os.fsencode(wires)) > 90:  # a socket's path has at most 103 bytes
            raise NoKernel(f"No kernel starts on this machine: the path of the folder TMPDIR is too long ({wires}).")
        fill(pathlib.Path(work))
        client = _client(notebook, limits, wires, work)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # what does not come as a message
        try:
            stack.enter_context(client.setup_kernel(cwd=work, env=environment(wires), **quiet))
        except Exception as problem:  # nothing of the pupil's has run yet
            raise NoKernel(f"No kernel starts on this machine: {problem}.") from None
        cuts = client.kc.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        for at, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            if at in stopped:
                cell.outputs = [_error(stopped[at])]
                continue
            client.printed, left = 0, end - time.monotonic()
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
                in_all = left < limits.cell
                why = (
                    f"{limits.notebook:.0f} s were over for the whole notebook"
                    if in_all
                    else f"it ran out of its {limits.cell:.0f} s"
                )
            except DeadKernelError:
                why = DIED
            except Exception as problem:  # what came from the kernel is the pupil's
                why = f"its output could not be read ({type(problem).__name__})"
            finally:
                hard_end.cancel()
                _running.discard(client)
            if _halted.is_set():
                client.kill()
                raise KeyboardInterrupt
            if client.printed > limits.output or (why != DIED and cuts.get(zmq.EVENTS) & zmq.POLLIN):
                why = f"it printed more than {limits.output / 1e6:g} MB"
            if why:
                client.kill()
                cell.outputs = [*_short(cell.outputs), _error(why)]
                raise Stopped(at, why)


@contextlib.contextmanager
def _new_folder(prefix):
    """A temporary folder that is removed whatever is in it: nested without end, say, or closed to its owner."""
    path = tempfile.mkdtemp(prefix=prefix)
    try:
        yield path
    finally:
        for command in (["rm", "-rf"], ["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            if os.path.lexists(path):  # in a session of its own, where Ctrl-C does not end it
                subprocess.run([*command, path], stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: S603


def _client(notebook, limits, wires, work):
    """A notebook client that counts what is printed, and whose kernel is in the sandbox, reached by files in `wires`."""
    import zmq.asyncio
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class Client(NotebookClient):
        printed, ended = 0, ""  # bytes of this cell; why its kernel is of no more use

        def process_message(self, message, cell, cell_index):
            self.printed += len(json.dumps(message["content"], default=str)) + sum(map(len, message.get("buffers", ())))
            if self.printed > limits.output:
                self.kill()
                return None
            return super().process_message(message, cell, cell_index)

        def kill(self):
            try:
                os.killpg(self.km.provisioner.pid, signal.SIGKILL)
            except (AttributeError, ProcessLookupError, PermissionError):
                pass

    def after(cell, execute_reply, **_):
        reply = execute_reply["content"]
        if reply.get("ename") == "MemoryError":
            client.ended = FULL  # what is left in such a kernel does not work as it should
        elif any(payload.get("source") == "ask_exit" for payload in reply.get("payload", [])):
            client.ended = DIED
        if reply["status"] == "error" and not any(output.output_type == "error" for output in cell.outputs):
            cell.outputs.append(_error(f"it ended with {reply.get('ename')}"))  # of which nothing was shown

    context = zmq.asyncio.Context()
    context.linger = 0  # what was sent to a kernel that never came is not waited for
    context.maxmsgsize = int(limits.output * 4)  # one larger message is refused, and cuts the wire, which is noticed
    manager = AsyncKernelManager(transport="ipc", ip=f"{wires}/k", connection_file=f"{wires}/k.json", context=context)
    files = {"read": readable(), "write": [work, wires], "names": [str(ROOT)]}
    options = files | {"memory": limits.memory, "file": limits.file}
    sandbox = [sys.executable, "-I", str(ROOT / "helpers" / "sandbox.py"), json.dumps(options)]
    kernel = [sys.executable, str(ROOT / "helpers" / "pupil_kernel.py"), "-f", "{connection_file}"]
    kernel.append("--HistoryManager.enabled=False")
    manager._kernel_spec = KernelSpec(argv=sandbox + kernel, language="python", display_name="Python 3")
    client = Client(notebook, km=manager, allow_errors=True, raise_on_iopub_timeout=True, iopub_timeout=10, startup_timeout=120)
    client.store_widget_state = False  # which would pile up here
    client.owns_km, client.shutdown_kernel, client.on_cell_executed = True, "immediate", after  # it ends the kernel itself
    return client


def readable():
    """What a kernel needs to read: the system, this Python, its packages, our helpers and data, and the weights."""
    packages = {path for path in sys.path if pathlib.Path(path).name in ("site-packages", "dist-packages")}
    here = [sys.prefix, sys.base_prefix, *site.getsitepackages(), *packages, ROOT / "helpers", ROOT / "data", weights()]
    return [*SYSTEM, *map(str, here)]


def weights():
    """The folder that holds Keras' weights."""
    return os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras")


def environment(home):
    """The environment of a kernel: nothing of the teacher's but languages and libraries, and `home`, with nothing of a pupil's
    in it that would run before the notebook does."""
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(KEPT)}
    own = dict.fromkeys(("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_RUNTIME_DIR"), home)
    ours = {
        "PYTHONPATH": str(ROOT),
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }
    return kept | own | ours | {"KERAS_HOME": weights(), "WEIGHTS_OFFLINE": "1", "NBGRADER_EXECUTION": "autograde"}


def _error(why):
    """An output that costs the points of a cell, and says why."""
    return new_output("error", ename="Stopped", evalue=why, traceback=[f"Stopped: {why}."])


def _short(outputs, most=2000):
    """The beginnings of what a stopped cell had printed."""
    return [new_output("stream", name=o.name, text=o.text[:most] + " …") for o in outputs[:5] if o.output_type == "stream"]
