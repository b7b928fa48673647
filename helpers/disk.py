"""Beside the pipe: a file is written whole or not at all.

In: a path, and what writes. Out: the file under its name, or an OSError with one plain sentence, and nothing half-written.
"""

import os
import pathlib
import tempfile


def write(path, write):
    """Calls `write` with an open binary file, which takes the name of `path` once it is whole.

    Of two who write the same file at the same time, both leave a whole one. Raises OSError as the system did.
    """
    path = pathlib.Path(path)
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as target:
            write(target)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:  # the stop button too
        pathlib.Path(part).unlink(missing_ok=True)
        raise


def why(problem):
    """The system's reason in an OSError, as part of a sentence: "permission denied"."""
    return (problem.strerror or "an error").lower()
