"""Runs a command and writes what it took:  python tests/support/measure.py RESULT.json SECONDS COMMAND…

A small process of its own, so that the memory it reports is the command's alone: the peak of the largest of its processes.
After SECONDS it ends the command and all that this started.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time


def main(result, limit, *command):
    start = time.monotonic()
    posix = os.name == "posix"
    process = subprocess.Popen(command, start_new_session=posix)
    try:
        code = process.wait(float(limit))
    except subprocess.TimeoutExpired:
        print(f"Stopped after {limit} s.", flush=True)
        os.killpg(process.pid, signal.SIGKILL) if posix else process.kill()
        code = process.wait() or 1
    took = {"seconds": round(time.monotonic() - start, 1), "gigabytes": peak()}
    pathlib.Path(result).write_text(json.dumps(took), encoding="utf-8")
    return code


def peak():
    """The memory that the largest process of those that have ended took at its peak, in GB; None on Windows."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e9, 2)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
