"""The kernel of one notebook: started in the sandbox, in folders that are removed afterwards, with an environment of its own.

In: a notebook, the files beside it, and limits. Out: a client to run cells with, which counts what is printed and can end the
kernel at any time. Nothing of a pupil's runs in this process.
"""

import contextlib
import json
import os
import pathlib
import signal
import site
import subprocess
import sys
import tempfile

import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_output

from helpers.grading import sandbox
from helpers.machine import places

KEPT = ("PATH", "LANG", "LC_", "TZ", "TF_", "OMP_", "LD_LIBRARY_PATH", "DYLD_", "CUDA", "SYSTEMROOT")  # of the environment
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys", "/opt", "/nix")
SYSTEM += ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")  # but no terminal: the teacher types there
SCRIPT = places.HELPERS / "grading" / "pupil_kernel.py"
DIED = "it ended its own kernel (too much memory, or an exit)"
FULL = "it ran out of memory"


class NoKernel(OSError):
    """No kernel starts on this machine, whatever the notebook."""


@contextlib.contextmanager
def started(notebook, fill, limits):
    """The client of a new kernel, in a new folder that fill(path) has put files into. Raises NoKernel where none starts."""
    with new_folder("kernel-") as wires, new_folder("grading-") as work, contextlib.ExitStack() as stack:
        if len(os.fsencode(wires)) > 90:  # a socket's path has at most 103 bytes
            raise NoKernel(f"No kernel starts on this machine: the path of the folder TMPDIR is too long ({wires}).")
        fill(pathlib.Path(work))
        client = Client(notebook, limits, wires, work)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # what does not come as a message
        try:
            stack.enter_context(client.setup_kernel(cwd=work, env=environment(wires), **quiet))
        except Exception as problem:  # nothing of the pupil's has run yet
            raise NoKernel(f"No kernel starts on this machine: {problem}.") from None
        client.cuts = client.kc.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        yield client


@contextlib.contextmanager
def new_folder(prefix):
    """A temporary folder that is removed whatever is in it: nested without end, say, or closed to its owner."""
    path = tempfile.mkdtemp(prefix=prefix)
    try:
        yield path
    finally:
        for command in (["rm", "-rf"], ["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            if os.path.lexists(path):  # in a session of its own, where Ctrl-C does not end it
                subprocess.run([*command, path], stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: S603


class Client(NotebookClient):
    """A notebook client that counts what is printed, and whose kernel is in the sandbox, reached by files in `wires`."""

    def __init__(self, notebook, limits, wires, work):
        own = {"allow_errors": True, "raise_on_iopub_timeout": True, "iopub_timeout": 10, "startup_timeout": 120}
        super().__init__(notebook, km=_manager(limits, wires, work), **own)
        self.store_widget_state = False  # which would pile up here
        self.owns_km, self.shutdown_kernel, self.on_cell_executed = True, "immediate", self._after  # it ends the kernel itself
        self.most = limits.output
        self.printed, self.ended = 0, ""  # bytes of this cell; why its kernel is of no more use

    def process_message(self, message, cell, cell_index):
        """What nbclient does with a message of the kernel, as long as they are not too many."""
        self.printed += len(json.dumps(message["content"], default=str)) + sum(map(len, message.get("buffers", ())))
        if self.printed > self.most:
            self.kill()
            return None
        return super().process_message(message, cell, cell_index)

    def _after(self, cell, execute_reply, **_):
        reply = execute_reply["content"]
        if reply.get("ename") == "MemoryError":
            self.ended = FULL  # what is left in such a kernel does not work as it should
        elif any(payload.get("source") == "ask_exit" for payload in reply.get("payload", [])):
            self.ended = DIED
        if reply["status"] == "error" and not any(output.output_type == "error" for output in cell.outputs):
            cell.outputs.append(error(f"it ended with {reply.get('ename')}"))  # of which nothing was shown

    def is_cut(self):
        """Whether the wire of what is printed was cut: a message was too large for it."""
        return bool(self.cuts.get(zmq.EVENTS) & zmq.POLLIN)

    def kill(self):
        """Ends the kernel, and all that it has started, at once."""
        try:
            os.killpg(self.km.provisioner.pid, signal.SIGKILL)
        except (AttributeError, ProcessLookupError, PermissionError):
            pass


def _manager(limits, wires, work):
    """What starts the kernel."""
    context = zmq.asyncio.Context()
    context.linger = 0  # what was sent to a kernel that never came is not waited for
    context.maxmsgsize = int(limits.output * 4)  # one larger message is refused, and cuts the wire, which is noticed
    manager = AsyncKernelManager(transport="ipc", ip=f"{wires}/k", connection_file=f"{wires}/k.json", context=context)
    files = {"read": readable(), "write": [work, wires], "names": [str(places.COURSE)]}
    words = [sys.executable, str(SCRIPT), "-f", "{connection_file}", "--HistoryManager.enabled=False"]
    argv = sandbox.command(files | {"memory": limits.memory, "file": limits.file}, words)
    manager._kernel_spec = KernelSpec(argv=argv, language="python", display_name="Python 3")
    return manager


def readable():
    """What a kernel needs to read: the system, this Python, its packages, our helpers and data, and the weights."""
    packages = {path for path in sys.path if pathlib.Path(path).name in ("site-packages", "dist-packages")}
    ours = [places.HELPERS, places.DATA, places.keras(), places.COURSE / "pyproject.toml"]  # which says what the course needs
    here = [sys.prefix, sys.base_prefix, *site.getsitepackages(), *packages, *ours]
    return [*SYSTEM, *map(str, here)]


def environment(home):
    """The environment of a kernel: nothing of the teacher's but languages and libraries, and `home`, with nothing of a pupil's
    in it that would run before the notebook does."""
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(KEPT)}
    own = dict.fromkeys(("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_RUNTIME_DIR"), home)
    ours = {
        "PYTHONPATH": str(places.COURSE),
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }
    return kept | own | ours | {"KERAS_HOME": str(places.keras()), "WEIGHTS_OFFLINE": "1", "NBGRADER_EXECUTION": "autograde"}


def error(why):
    """An output that costs the points of a cell, and says why."""
    return new_output("error", ename="Stopped", evalue=why, traceback=[f"Stopped: {why}."])
