"""What the tests and the web pages read in a lesson: its first words, its cells, its images and links."""

import html.parser
import re

import nbformat
from checkout import ROOT

NOTEBOOKS = ROOT / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
FILLER = "No description has been provided"  # nbconvert writes this where a picture has no alternative text

CODE = re.compile(r"^ {0,3}```.*?^ {0,3}```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
COLAB = re.compile(r"https://colab\.research\.google\.com/github/([\w.-]+/[\w.-]+)/blob/main/([\w./-]+)")
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)")  # of a link and of an image; also around a badge


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def setup(path):
    """The source of a lesson's setup cell, its first code cell."""
    return code_cells(read(path))[0].source


def words(notebook):
    """The text of each markdown cell, without the code in it, where # and ! mean something else."""
    return [CODE.sub("…", cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]


def headings(notebook):
    """(level, text) of each heading, in order."""
    return [(len(marks), text) for text in words(notebook) for marks, text in HEADING.findall(text)]


def links(text):
    """The targets of all links and images in a markdown text, also of those written as HTML."""
    return LINK.findall(text) + [value for tag in tags(text) for name, value in tag[1].items() if name in ("href", "src")]


def images(text):
    """(alternative text or None, source) of each image in a text, written in markdown or as HTML."""
    found = IMAGE.findall(text)
    return found + [(tag[1].get("alt"), tag[1].get("src", "")) for tag in tags(text) if tag[0] == "img"]


def tags(text):
    """(name, attributes) of each HTML tag in a text."""
    found = []
    parser = html.parser.HTMLParser()
    parser.handle_starttag = lambda name, attributes: found.append((name, dict(attributes)))
    parser.feed(text)
    return found


def opening(notebook):
    """What stands at the top of a lesson: a dict of title, promise, Time, You need, You will be able to."""
    lines = [line for cell in notebook.cells[:2] if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    found = {}
    for line in lines:
        if field := re.match(r"(?:[-*] )?\*\*(.+?):\*\* *(.+)", line):
            found.setdefault(field[1], field[2].strip())
        elif line.startswith("# "):
            found.setdefault("title", line[2:].strip())
        elif line.strip() and "title" in found and not line.startswith(("#", "[!")) and len(found) == 1:
            found["promise"] = line.strip()
    return found


def shown(output):
    """(alternative text, source) of each picture in an output."""
    return images(output.get("data", {}).get("text/html", ""))


def unfit(output):
    """What is wrong with an output, or None: errors, words on stderr, pictures that say nothing to who cannot see them."""
    if output.output_type == "error":
        return output.evalue
    if output.output_type == "stream":
        # TensorFlow's start-up lines and warnings come this way; a progress bar, with its per cent, may.
        return output.text if output.name == "stderr" and "%|" not in output.text else None
    alternatives = [alternative for alternative, _ in shown(output)]
    if any(kind.startswith("image/") for kind in output.data) and not alternatives:
        return "a picture without a text alternative"
    if any(not (text or "").strip() or FILLER in text for text in alternatives):
        return f"an empty text alternative: {alternatives}"
    return None
