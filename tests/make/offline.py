"""Runs a command with the network cut off:  python tests/make/offline.py COMMAND…

On Linux, where it is allowed, in a network of its own with nothing in it but this machine (127.0.0.1). Elsewhere every Python
that the command starts refuses to connect to other machines (helpers/grading/no_network). Says on stderr which it was.
"""

import os
import subprocess
import sys

from checkout import ROOT

sys.path.insert(0, str(ROOT))

from helpers.grading import sandbox  # noqa: E402


def run(command, block_sockets=False):
    """Does what the module says. block_sockets: take the second way even where the first is allowed."""
    print("offline:", sandbox.cut_off(block_sockets=block_sockets), file=sys.stderr, flush=True)
    if os.name == "posix":
        os.execvp(command[0], command)
    sys.exit(subprocess.call(command))  # on Windows exec would return to the shell at once


if __name__ == "__main__":
    arguments = sys.argv[1:]
    block = arguments[:1] == ["--block-sockets"]
    if not arguments[block:]:
        sys.exit(__doc__)
    run(arguments[block:], block)
