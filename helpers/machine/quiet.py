"""Holds back what libraries print past Python: TensorFlow's and Ray's C++ code writes to file descriptor 2."""

import contextlib
import logging
import os
import sys
import tempfile
import threading

ONE_AT_A_TIME = threading.RLock()  # of two that turn the same stream aside, the first to end would take the other's for its own


@contextlib.contextmanager
def standard_error():
    """Keeps what is written to standard error for a while, by C++ code too; gives a function that reads what was kept."""
    with ONE_AT_A_TIME, tempfile.TemporaryFile() as kept:
        sys.stderr.flush()
        before = os.dup(2)

        def read():
            kept.seek(0)
            return kept.read().decode(errors="replace")

        try:
            os.dup2(kept.fileno(), 2)
            yield read
        finally:
            os.dup2(before, 2)
            os.close(before)


def loggers(*names, level="ERROR"):
    """Lets these loggers report errors only, or what is of another level."""
    for name in names:
        logging.getLogger(name).setLevel(level)
