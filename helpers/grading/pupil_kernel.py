"""The kernel of a notebook that nobody has read, started as a script by kernel.py, in the sandbox.

In: what Jupyter gives every kernel. Out: a kernel in which `helpers` is ours, imported before any other can be, and which sends
what is printed at once and in pieces, so that the one who listens can count it and end it.
"""

import runpy

from ipykernel.iostream import OutStream

import helpers  # noqa: F401

PIECE = 1 << 20  # characters


def in_pieces(stream, text, write=OutStream.write):
    """Writes text to a stream of the kernel, and waits after each piece until it is sent. Returns how many characters."""
    for at in range(0, len(text), PIECE):
        write(stream, text[at : at + PIECE])
        stream.waiting = getattr(stream, "waiting", 0) + len(text[at : at + PIECE])
        if stream.waiting >= PIECE:
            stream.flush()
            stream.waiting = 0
    return len(text)


if __name__ == "__main__":
    OutStream.write = in_pieces
    runpy.run_module("ipykernel_launcher", run_name="__main__")
