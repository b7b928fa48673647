"""A table as one .csv file, for people and their spreadsheets: going on understands it, also after a spreadsheet saved it.

In: rows. Out: the file, with UTF-8's mark, separated by commas, each row in one line; and a pandas table.
"""

import csv
import io
import os
import pathlib
import sys

from helpers.folder.frames import STATE, check, frame_of, holds, in_order, say_earlier
from helpers.machine import disk, spreadsheet

SEPARATORS = ",;\t"  # what spreadsheets write in one country or another
LONGEST_HEAD = 2**17  # bytes: a thousand guesses have three names each


class Csv:
    """Appends whole batches; what no longer holds is taken out at the end, so that a break loses nothing."""

    def __init__(self, path, columns, network, now):
        self.path, self.columns, self.now = path, [*columns, STATE], now
        self.separator, self.done, self.worn, networks = ",", set(), False, set()
        head, own = self._head()
        torn = _is_torn(path)
        count, there = 0, set()
        for row in self._rows():
            count, networks = count + 1, networks | {row[-2]}
            there.add(row[0])
            (self.done.add if row[0] in now and holds(row, now) and not row[-3] else self.done.discard)(row[0])
        check(path, True, networks, network)
        if head and STATE not in head:
            say_earlier(path)
        if not own or torn:
            self._rewrite(lambda row: True)
        self.worn = count > len(there) or any(file in now and file not in self.done for file in there)
        self.file = path.open("ab")

    def _head(self):
        """The names of the columns there, and whether they are written as here; raises ValueError for another table."""
        if not self.path.exists():
            return [], False
        with self.path.open("rb") as file:
            begins = file.read(LONGEST_HEAD)
        mine = _lines([self.columns]).encode(spreadsheet.MARK)
        if begins.startswith(mine):
            return self.columns, True
        if any(head.startswith(begins) for head in (mine, mine[3:])):  # torn in its first line, or empty
            return [], False
        wide = begins.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16, as a spreadsheet's "Unicode text"
        text = begins.decode("utf-16" if wide else spreadsheet.MARK, "replace")
        for self.separator in SEPARATORS:
            if (head := _first(text, self.separator)) in (self.columns, self.columns[:-1]):
                if wide:
                    raise _not_utf8(self.path)
                return head, False
        check(self.path, False, set(), "")

    def _rows(self):
        """The rows there that are whole, with true names and numbers; raises ValueError for one that cannot be understood."""
        if not self.path.exists():
            return
        torn = _is_torn(self.path)
        with self.path.open(encoding=spreadsheet.MARK, errors="surrogateescape", newline="") as file:
            lines, row = csv.reader(file, delimiter=self.separator), None
            try:
                next(lines, None)
                for cells in lines:
                    if row:
                        yield self._row(row, lines.line_num)
                    row = cells if any(cells) else None
            except csv.Error:
                raise _not_understood(self.path, lines.line_num) from None
            if row and not torn:
                yield self._row(row, lines.line_num + 1)

    def _row(self, cells, line):
        wanted = len(self.columns)
        row, more = [*cells[:wanted], *[""] * (wanted - len(cells))], cells[wanted:]
        try:
            "".join(row).encode()
            for i, name in enumerate(self.columns):
                row[i] = _number(row[i]) if name.startswith("probability_") else spreadsheet.text_of(row[i])
                if 0 < i < wanted - 1 and row[i] is not None and isinstance(row[i], str):
                    row[i] = sys.intern(row[i])  # a class' name is kept once
        except UnicodeEncodeError:
            raise _not_utf8(self.path) from None
        except ValueError:
            raise _not_understood(self.path, line - 1) from None
        if any(more) or not row[0]:
            raise _not_understood(self.path, line - 1)
        return row

    def _rewrite(self, stays):
        """Writes the file anew, as here, with the last row of each file, where it stays: whole or not at all."""
        last = {row[0]: number for number, row in enumerate(self._rows())}

        def write(target):
            target.write(_lines([self.columns]).encode(spreadsheet.MARK))
            for number, row in enumerate(self._rows()):
                if last[row[0]] == number and stays(row):
                    target.write(_lines([row]).encode())

        disk.write(pathlib.Path(os.path.realpath(self.path)), write)
        self.separator = ","

    def add(self, rows):
        """Takes the rows of one batch."""
        self.file.write(_lines([*row, self.now.get(row[0], "")] for row in rows).encode())
        self.file.flush()
        os.fsync(self.file.fileno())

    def read(self, files):
        """The table of these files, in their order."""
        wanted = set(files)
        rows = [row[:-1] for row in self._rows() if row[0] in wanted and holds(row, self.now)]
        return in_order(frame_of(rows, self.columns[:-1]), files)

    def close(self):
        """Ends the writing, and takes out the rows that no longer hold."""
        self.file.close()
        if self.worn:
            self._rewrite(lambda row: holds(row, self.now))


def _lines(rows):
    text = io.StringIO(newline="")
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    table.writerows([spreadsheet.cell(one) if isinstance(one, str) else one for one in row] for row in rows)
    return text.getvalue()


def _first(text, separator):
    """The cells of the first line, without empty ones at its end; none where it is no such line."""
    try:
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return []
    while cells and not cells[-1].strip():
        cells.pop()
    return [cell.strip() for cell in cells]


def _number(cell):
    """A probability, also with a comma for the point; None where there is none."""
    if not cell.strip():
        return None
    number = float(cell.replace(",", "."))
    if not 0 <= number <= 1:
        raise ValueError
    return number


def _is_torn(path):
    """Whether a break has torn the last line: it does not end, or ends within quotes."""
    quotes, last = 0, b"\n"
    if path.exists():
        with path.open("rb") as file:
            while part := file.read(2**20):
                quotes, last = quotes + part.count(b'"'), part[-1:]
    return quotes % 2 == 1 or last not in b"\r\n"


def _not_utf8(path):
    return ValueError(f'{path} is not written in UTF-8: save it in the spreadsheet as "CSV UTF-8", or give another out.')


def _not_understood(path, line):
    return ValueError(f"Line {line} of {path} cannot be understood: mend it or take it out, or give another out.")
