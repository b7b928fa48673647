"""Text for the cells of a table that people open in a spreadsheet: no name runs as a formula, and the true name comes back.

In: any text. Out of `cell`: the text to write into a .csv file; of `text_of`: the text that it was.
"""

import re

from helpers.machine import sentences

MARK = "utf-8-sig"  # the encoding of such a file: without the mark at its beginning, Excel garbles ü and é
# A spreadsheet computes a cell that begins so, also with the full-width signs. Where it takes another separator than the
# file's, or no notice of quotes, a cell begins after any separator, too.
_BEGINS = r"""((?:^|[,;|:"])\s*)"""
_SIGNS = "(?='*[=+\\-@＝＋－＠﹦﹢﹣﹫])"
_ESCAPED = re.compile(r"\\(?:[\\nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def cell(text):
    """Any text as a cell: what cannot be seen as Python would write it, and an apostrophe where a formula would begin."""
    if "\\" in text or not text.isprintable():
        text = "".join("\\\\" if sign == "\\" else sentences.fit(sign) for sign in text)
    return re.sub(_BEGINS + _SIGNS, r"\1'", text)


def text_of(cell):
    """The text that was made a cell: `text_of(cell(text))` is `text`, whatever it holds."""
    text = re.sub(_BEGINS + "'" + _SIGNS, r"\1", cell) if "'" in cell else cell
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: found[0].encode().decode("unicode_escape"), text)
