"""One web page with a small copy of every picture of a folder, grouped by the everyday word for what it is named.

In: the table of a folder. Out: a page that holds all that it shows, needs no script and no network, and opens anywhere.
"""

import base64
import concurrent.futures
import html
import io
import os
import tempfile

from helpers import images, labels
from helpers.folder import summary
from helpers.folder.pipe import NoPicture
from helpers.machine import disk, places, sentences

SIDE, QUALITY = 128, 70  # pixels, and of a JPEG: some 5 kB a picture, so that a thousand are 7 MB
UNSURE = 0.5  # below it a guess is by the network's own account more likely wrong than right
AT_ONCE = 64  # small copies in memory
LONGEST = 1000  # characters of a name or a reason
UNREAD = "Could not be read"
ELSE = "Something else"  # what WordNet has no everyday word for
WANTED = "the name of a file that ends in .html"

# No script runs, whatever a name holds; nothing is fetched. The colours are the reader's own, light or dark.
HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Contact sheet: {title}</title>
<style>
:root {{ color-scheme: light dark; background: Canvas; color: CanvasText; }}
body {{ font: 1rem/1.4 system-ui, sans-serif; margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem; }}
li {{ overflow-wrap: anywhere; }}
ul {{ list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }}
nav ul {{ gap: 0.25rem 1rem; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); }}
ul.reasons {{ display: block; }}
figure {{ margin: 0; }}
img {{ display: block; border-radius: 0.25rem; }}
</style>
</head>
<body>
<main>
<h1>Contact sheet: {title}</h1>
<p>{about}</p>
"""
FOOT = "</main>\n</body>\n</html>\n"


def place(path):
    """Where the page goes, as a path; raises TypeError, ValueError or OSError, one plain sentence, where none can be."""
    path = places.given("--contact-sheet", path, WANTED)
    if path.suffix.lower() not in (".html", ".htm") or path.is_dir():
        raise ValueError(f"--contact-sheet was {sentences.fit(repr(str(path)))}: wanted is {WANTED}.")
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as problem:
        raise _not_written(path, problem) from None
    return path


def write(path, table, folder):
    """Writes the page, whole or not at all. table: what `predict` gave of the folder. Raises OSError, one plain sentence."""
    try:
        disk.write(path, lambda target: target.writelines(part.encode() for part in _page(table, places.given("", folder, ""))))
    except OSError as problem:
        raise _not_written(path, problem) from None


def _not_written(path, problem):
    said = sentences.fit(str(path))
    return type(problem)(f"{said} cannot be written ({disk.why(problem)}): check the folder and the room on the disk.")


def _page(table, folder):
    """The parts of the page, one after the other, so that not all are in memory."""
    from tqdm.auto import tqdm

    named, bad = table[table.error == ""], table[table.error != ""]
    reasons = [summary.reason(*pair) for pair in zip(bad.file, bad.error)]
    groups = _groups(named)
    yield HEAD.format(title=_safe(folder.resolve().name), about=_about(table))
    links = [(f"group-{i}", word, len(rows)) for i, (word, rows) in enumerate(groups)]
    links += [("unread", UNREAD, len(reasons))] if reasons else []
    yield '<nav aria-label="Groups">\n<ul role="list">\n'
    yield from (f'<li><a href="#{name}">{_safe(word)}: {count}</a></li>\n' for name, word, count in links)
    yield "</ul>\n</nav>\n"
    with tqdm(total=len(named), unit=" thumbnails") as bar:
        for i, (word, rows) in enumerate(groups):
            yield f'<h2 id="group-{i}">{_safe(word)}: {summary.pictures(len(rows))}</h2>\n<ul role="list">\n'
            for row, small in _small_copies(folder, rows):
                if isinstance(small, NoPicture):  # it was there when it was named
                    reasons.append(summary.reason(row.file, small.because))
                else:
                    yield _figure(row, small)
                bar.update()
            yield "</ul>\n"
    if reasons:
        yield f'<h2 id="unread">{UNREAD}: {summary.pictures(len(reasons))}</h2>\n<ul role="list" class="reasons">\n'
        yield from (f"<li>{_safe(reason)}</li>\n" for reason in reasons)
        yield "</ul>\n"
    yield FOOT


def _about(table):
    return (
        f"{summary.pictures(len(table))}, named by {_safe(table.network.iloc[0])}. Each is cropped to a square, as the network "
        f"sees it, and under it stands the first guess, which may be wrong: with less than {sentences.percent(UNSURE)} it is "
        "marked as not sure."
    )


def _groups(named):
    """Pairs of a heading and the rows below it, the surest first; the largest group first, what has no word last."""
    if "wnid_1" in named:
        words = {wnid: labels.everyday(wnid) or ELSE for wnid in named.wnid_1.unique()}
        words = named.wnid_1.map({wnid: word[0].upper() + word[1:] for wnid, word in words.items()})
    else:  # classes of one's own
        words = named.name_1.map(sentences.plain)
    groups = [(word, rows.sort_values("probability_1", ascending=False, kind="stable")) for word, rows in named.groupby(words)]
    return sorted(groups, key=lambda group: (group[0] == ELSE, -len(group[1]), group[0]))


def _small_copies(folder, rows):
    """Pairs of a row and its picture as a small JPEG, or `NoPicture`."""
    rows = [*rows.itertuples()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as readers:
        for begin in range(0, len(rows), AT_ONCE):
            some = rows[begin : begin + AT_ONCE]
            yield from zip(some, readers.map(_small, [folder / row.file for row in some]))


def _small(file):
    from PIL import Image

    try:
        picture = Image.fromarray(images.load_square(file, SIDE, reading="auto"))
    except (OSError, ValueError) as problem:
        return NoPicture(str(problem))
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=QUALITY)
    return content.getvalue()


def _figure(row, small):
    data = base64.b64encode(small).decode()
    mark = "<br>\n<strong>not sure</strong>" if row.probability_1 < UNSURE else ""
    file, guess = _safe(row.file), _safe(summary.guess(row.name_1, row.probability_1)).replace(" %", "&nbsp;%")
    return (
        f'<li><figure><img src="data:image/jpeg;base64,{data}" alt="The picture {file}" width="{SIDE}" height="{SIDE}">\n'
        f"<figcaption>{guess}{mark}<br>\n"
        f"<small>{file}</small></figcaption></figure></li>\n"
    )


def _safe(text):
    """Any text for the page: nothing in it is a tag."""
    return html.escape(sentences.fit(text, LONGEST))
