"""The contact sheet: every picture once, under its everyday word, on one page that needs nothing else and runs nothing."""

import base64
import collections
import html.parser
import io
import os
import shutil
import threading

import numpy as np
import pytest
from refused import plain_sentence
from tiny_networks import any_head

from helpers import folder, images, labels, models, transfer
from helpers.folder import contact_sheet

VOID = {"meta", "img", "br"}


class Page(html.parser.HTMLParser):
    """What stands on a page: its tags, those of each kind with their attributes, and the texts of headings and list items."""

    def __init__(self, file):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.texts = collections.defaultdict(list), [], []
        self.feed(file.read_text(encoding="utf-8"))
        self.close()
        assert self.open == [], "a tag is not closed"

    def handle_starttag(self, tag, attributes):
        self.tags[tag].append(dict(attributes))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "li"):
            self.texts.append([tag, ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.texts and {"h1", "h2", "li"} & {*self.open}:
            self.texts[-1][1] += data

    def groups(self):
        """Heading -> the texts of the items below it."""
        found = {}
        for tag, text in self.texts:
            if tag == "h2":
                found[text] = items = []
            elif tag == "li" and found:
                items.append(" ".join(text.split()))
        return found


@pytest.fixture(scope="module")
def sheet(album, table, tmp_path_factory):
    file = tmp_path_factory.mktemp("sheet") / "sheet.html"
    contact_sheet.write(file, table, album)
    return file


def everyday(wnid):
    """By another way than `labels.everyday`: the word that has the fewest of the 1000 classes below it."""
    words = [word for word, noun in labels.EVERYDAY.items() if noun in labels.ancestors(wnid)]
    sizes = {word: sum(labels.EVERYDAY[word] in labels.ancestors(one) for one, _ in labels.classes()) for word in words}
    return min(words, key=lambda word: sizes[word]) if words else None


@pytest.mark.parametrize(
    "wnid", ["n02106662", "n02123045", "n06874185", "n04467665", "n01443537", "n10148035", "n01795545", "n02091032"]
)
def test_the_everyday_word_of_a_class_is_the_narrowest(wnid):
    assert labels.everyday(wnid) == everyday(wnid)


def test_what_is_no_wnid_has_no_everyday_word_but_a_sentence():
    plain_sentence("is neither one of the 1000 classes nor a noun above them", labels.everyday, "dog")


def test_every_picture_stands_once_under_its_word_and_every_file_that_cannot_be_read_with_the_reason(sheet, table):
    groups = Page(sheet).groups()
    *named, unread = groups
    counts = collections.Counter()
    for row in table[table.error == ""].itertuples():
        word = everyday(row.wnid_1) or "something else"
        word = word[0].upper() + word[1:]
        counts[word] += 1
        (items,) = [items for heading, items in groups.items() if heading.startswith(f"{word}: ")]
        file = row.file.replace("\n", "\\n")
        (item,) = [item for item in items if item.endswith(file)]
        share = f"{100 * row.probability_1:.0f} %" if row.probability_1 < 0.995 else "over 99 %"
        unsure = " not sure" if row.probability_1 < 0.5 else ""
        assert item == f"{row.name_1.replace('_', ' ')}, {share}{unsure} {file}"
    assert named == [
        f"{word}: {count} picture{'s' if count > 1 else ''}"
        for word, count in sorted(counts.items(), key=lambda pair: (pair[0] == "Something else", -pair[1], pair[0]))
    ]
    assert [len(groups[heading]) for heading in named] == [int(heading.split()[-2]) for heading in named]
    assert unread == "Could not be read: 4 pictures" and len(groups[unread]) == 4
    assert any(item.startswith("below/noise.gif is not a picture") for item in groups[unread])


def test_within_a_group_the_surest_is_first(sheet):
    for heading, items in Page(sheet).groups().items():
        shares = [item.split(" %")[0].split(", ")[-1] for item in items if not heading.startswith("Could not")]
        shares = [99.6 if share == "over 99" else float(share) for share in shares]
        assert shares == sorted(shares, reverse=True)


def test_the_page_holds_all_that_it_shows_and_nothing_in_a_name_is_a_tag(sheet, table):
    from PIL import Image

    page = Page(sheet)
    assert not {"script", "link", "iframe", "object", "form"} & {*page.tags} and page.tags["html"] == [{"lang": "en"}]
    assert len(page.tags["img"]) == 12 and len({picture["src"] for picture in page.tags["img"]}) == 12
    files = {f"The picture {file}".replace("\n", "\\n") for file in table.file[table.error == ""]}
    assert {picture["alt"] for picture in page.tags["img"]} == files and "The picture tag<script>.jpg" in files
    for picture in page.tags["img"]:
        kind, content = picture["src"].split(",", 1)
        assert kind == "data:image/jpeg;base64" and Image.open(io.BytesIO(base64.b64decode(content))).size == (128, 128)
    assert {link["href"][1:] for link in page.tags["a"]} == {heading["id"] for heading in page.tags["h2"]}
    assert not any(name.startswith("on") for tags in page.tags.values() for tag in tags for name in tag)
    text = sheet.read_text(encoding="utf-8")
    assert "http://" not in text and "https://" not in text and "\n=1" not in text
    assert [tag for tag, _ in page.texts if tag == "h1"] == ["h1"]


def test_a_picture_is_shown_as_the_network_sees_it(sheet):
    from PIL import Image

    pictures = {picture["alt"]: picture["src"] for picture in Page(sheet).tags["img"]}
    first = sorted(images.PHOTOS.glob("*.jpg"))[0]  # which the album has as a,b.jpg
    shown = np.array(Image.open(io.BytesIO(base64.b64decode(pictures["The picture a,b.jpg"].split(",")[1]))), float)
    differs = {how: abs(shown - images.resize(images.load(first), 128, how)).mean() for how in images.FITS}
    assert differs["crop"] < 8 and min(differs["squash"], differs["pad"]) > 2 * differs["crop"], differs


def test_ones_own_classes_are_the_groups(album, model, tmp_path):
    mine = transfer.join(models.load("Tiny", include_top=False), any_head())
    names = ["mug", "<b>glass</b>", "a_plate\n"]
    table = folder.predict(album, (mine, names), engine="keras")
    contact_sheet.write(tmp_path / "sheet.html", table, album)
    groups = Page(tmp_path / "sheet.html").groups()
    shown = {"mug": "mug", "<b>glass</b>": "<b>glass</b>", "a_plate\\n": "a plate\\n"}
    counts = table[table.error == ""].name_1.map(shown).value_counts()
    assert {heading.rsplit(": ", 1)[0]: len(items) for heading, items in groups.items() if "read" not in heading} == dict(
        counts
    )
    assert "named by Tiny for 3 classes of your own" in (tmp_path / "sheet.html").read_text(encoding="utf-8")


def test_what_is_gone_since_it_was_named_is_said_and_where_none_can_be_read_there_is_a_page(table, album, tmp_path):
    gone = shutil.copytree(album, tmp_path / "album")
    (gone / "ünï.jpg").unlink()
    contact_sheet.write(tmp_path / "sheet.html", table, gone)
    groups = Page(tmp_path / "sheet.html").groups()
    (reasons,) = [items for heading, items in groups.items() if heading.startswith("Could not be read: 5 pictures")]
    assert any("ünï.jpg" in reason for reason in reasons)
    contact_sheet.write(tmp_path / "sheet.html", table[table.error != ""], gone)
    page = Page(tmp_path / "sheet.html")
    assert [*page.groups()] == ["Could not be read: 4 pictures"] and not page.tags["img"]


def test_only_so_many_small_copies_are_in_memory(table, album, tmp_path, monkeypatch):
    """As many as are read ahead, however many pictures a group has."""
    import pandas as pd

    monkeypatch.setattr(contact_sheet, "AT_ONCE", 3)
    now, most, lock, small = [0], [0], threading.Lock(), contact_sheet._small

    def counted(file):
        with lock:
            now[0] += 1
            most[0] = max(now)
        return small(file)

    figure = contact_sheet._figure
    monkeypatch.setattr(contact_sheet, "_small", counted)
    monkeypatch.setattr(contact_sheet, "_figure", lambda row, data: (now.__setitem__(0, now[0] - 1), figure(row, data))[1])
    row = table[table.error == ""].iloc[0]
    contact_sheet.write(tmp_path / "sheet.html", pd.DataFrame([row] * 40), album)
    assert most[0] <= 3 and now[0] == 0 and len(Page(tmp_path / "sheet.html").tags["img"]) == 40


@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stopped"])
def test_a_page_that_is_not_finished_leaves_the_old_one(table, album, tmp_path, monkeypatch, problem):
    (tmp_path / "sheet.html").write_text("old")

    def figure(*_):
        raise problem

    monkeypatch.setattr(contact_sheet, "_figure", figure)
    write = contact_sheet.write, tmp_path / "sheet.html", table, album
    if isinstance(problem, OSError):
        plain_sentence("sheet.html cannot be written (no space left on device): check the folder and the room", *write)
    else:
        with pytest.raises(KeyboardInterrupt):
            write[0](*write[1:])
    assert os.listdir(tmp_path) == ["sheet.html"] and (tmp_path / "sheet.html").read_text() == "old"


def test_a_disk_that_is_full_is_one_sentence(table, album, small_disk):
    disk = small_disk("16k")
    plain_sentence("sheet.html cannot be written (no space", contact_sheet.write, disk / "sheet.html", table, album)
    assert os.listdir(disk) == []


@pytest.mark.slow
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_in_a_browser_it_shows_all_runs_nothing_and_has_no_fault_of_access(sheet, colours):
    pytest.importorskip("playwright", reason="Playwright, of the extra [dev], is not installed")
    import browser

    if not browser.CHROMIUM or not browser.AXE.is_file():
        pytest.skip("Chromium, or axe-core in build/node_modules, is not installed")
    with browser.chromium() as chromium:
        page = browser.opened(chromium, color_scheme=colours, bypass_csp=True)  # the page lets no script in, axe neither
        page.goto(sheet.as_uri())
        assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth == 128)")
        assert browser.faults(page) == [] and page.said == []
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#group-0"
        page.set_viewport_size({"width": 320, "height": 600})  # or as enlarged four times
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        browser.screenshot(page, f"contact_sheet_{colours}")
