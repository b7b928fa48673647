"""What people open in a spreadsheet: nothing runs there, umlauts are right, and the true text comes back."""

import csv
import random
import re
import shutil
import subprocess

import pytest

from helpers.machine import spreadsheet

# From a text to its cell.
CELLS = {
    "=1+1.jpg": "'=1+1.jpg",
    "+1.jpg": "'+1.jpg",
    "-1.jpg": "'-1.jpg",
    "@SUM(1).jpg": "'@SUM(1).jpg",
    "\t=1.jpg": r"\t=1.jpg",
    "\r=1.jpg": r"\r=1.jpg",
    "＝1+1.jpg": "'＝1+1.jpg",
    "＋1.jpg": "'＋1.jpg",
    "－1.jpg": "'－1.jpg",
    "＠SUM(1).jpg": "'＠SUM(1).jpg",
    "a;=1+1": "a;'=1+1",
    "a,  -1": "a,  '-1",
    'a"=1+1': "a\"'=1+1",
    "line\n=1+1": r"line\n=1+1",
    "  =1+1": "  '=1+1",
    "'=1": "''=1",
    "\\": r"\\",
    "caf\udce9.jpg": r"caf\udce9.jpg",
    "\x1b[31m\u202e.jpg": r"\x1b[31m\u202e.jpg",
    "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
    # These stay as they are.
    "ünï, 1.jpg": "ünï, 1.jpg",
    "Holiday - 3 = 4 @ home.jpg": "Holiday - 3 = 4 @ home.jpg",
    "it's": "it's",
    "": "",
}


@pytest.mark.parametrize("text", CELLS, ids=ascii)
def test_a_text_becomes_a_cell_and_comes_back(text):
    cell = spreadsheet.cell(text)
    assert cell == CELLS[text] and spreadsheet.text_of(cell) == text
    assert cell.isprintable() and cell.encode() is not None


def test_any_text_comes_back():
    chance = random.Random(0)
    signs = "''=+-@＝,;\t\r\n \"a|\\nxu0é\udcff\x1b:"
    for _ in range(20_000):
        text = "".join(chance.choice(signs) for _ in range(chance.randrange(9)))
        cell = spreadsheet.cell(text)
        assert spreadsheet.text_of(cell) == text and cell.isprintable()
        assert not re.search(r"(^|[,;|:\"\t\r\n])\s*[=+\-@＝＋－＠]", cell), cell


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """LibreOffice without a window: (a .csv file, its separator) to the same as LibreOffice's own XML."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        pytest.skip("LibreOffice, which opens the table as people do, is not installed")
    home = tmp_path_factory.mktemp("office")

    def opened(file, separator, form="fods"):
        options = [f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless"]
        options += [f"--infilter=CSV:{ord(separator)},34,76,1", "--convert-to", form, "--outdir", str(home)]
        subprocess.run([program, *options, str(file)], check=True, capture_output=True, timeout=180)
        return (home / file.with_suffix(f".{form.split(':')[0]}").name).read_text(encoding="utf-8")

    return opened


@pytest.mark.slow
@pytest.mark.parametrize("separator", [",", ";"], ids=["as it is written", "as another country reads it"])
@pytest.mark.parametrize("safe", [True, False], ids=["made cells", "left as they are"])
def test_in_libreoffice_no_name_runs_and_umlauts_are_right(office, tmp_path, separator, safe):
    file = tmp_path / f"names-{safe}-{ord(separator)}.csv"
    texts = [text for text in CELLS if "\udce9" not in text and "\x1b" not in text]
    with file.open("w", encoding=spreadsheet.MARK, newline="") as target:
        rows = [[spreadsheet.cell(text) if safe else text, 0.97] for text in texts]
        csv.writer(target, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerows([["file", "p"], *rows])
    xml = office(file, separator)
    assert ("table:formula" in xml) != safe, "and without the apostrophe they do run"
    assert "ünï" in xml
