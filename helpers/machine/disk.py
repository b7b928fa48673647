"""A file, or a folder, is written whole or not at all.

In: a path, and what writes. Out: the file under its name, or an OSError with one plain sentence, and nothing half-written.
"""

import os
import pathlib
import shutil
import tempfile


def write(path, write):
    """Calls `write` with an open binary file, which takes the name of `path` once it is whole.

    Of two who write the same file at the same time, both leave a whole one. Raises OSError as the system did.
    """
    path = pathlib.Path(path)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    os.close(handle)
    try:
        with open(part, "wb") as target:
            write(target)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:  # the stop button too
        pathlib.Path(part).unlink(missing_ok=True)
        raise


def why(problem):
    """The system's reason in an OSError, as part of a sentence: "permission denied"."""
    return (problem.strerror or "an error").lower()


def write_folder(path, fill, is_right):
    """Calls `fill` with the path of a new folder, which takes the name of `path` once it is whole.

    is_right: says of a path whether what stands there is as it should be; then it stays, since another process was faster.
    Raises OSError as the system did, and what `fill` raises.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = pathlib.Path(tempfile.mkdtemp(dir=path.parent, suffix=".part"))
    try:
        fill(part)
        try:
            os.rename(part, path)
        except OSError:
            if not is_right(path):  # what is there is damaged
                shutil.rmtree(path, ignore_errors=True)
                os.rename(part, path)
    finally:
        shutil.rmtree(part, ignore_errors=True)
