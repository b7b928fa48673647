"""Every lesson has the shape that a reader can rely on. Nothing is run here."""

import json
import re
import urllib.parse

import lessons
import nbformat
import pytest

EMPTY_WORDS = {"image", "img", "picture", "photo", "figure", "badge", "logo", "screenshot", "alt", "alt text"}


@pytest.fixture(params=lessons.LESSONS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def lesson(path):
    return lessons.read(path)


def lesson_links(text):
    """The file names of the lessons that a text links to."""
    return [target.split("#")[0] for target in lessons.links(text) if re.match(r"\d\d_\w+\.ipynb", target)]


def test_every_lesson_has_a_number_of_its_own_from_00_on():
    numbers = [path.name[:2] for path in lessons.LESSONS]
    assert numbers[0] == "00" and len(set(numbers)) == len(numbers)


def test_a_lesson_is_a_valid_notebook_for_the_kernel_python3(path, lesson):
    nbformat.validate(lesson)
    assert (lesson.nbformat, lesson.nbformat_minor) == (4, 5)
    assert lesson.metadata.kernelspec.name == "python3"
    ids = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]  # nbformat mends them as it reads
    assert len(set(ids)) == len(ids)


def test_a_lesson_holds_no_output(lesson):
    assert "widgets" not in lesson.metadata
    for cell in lessons.code_cells(lesson):
        assert not cell.outputs and cell.execution_count is None, cell.source
    assert not any("attachments" in cell for cell in lesson.cells), "pictures belong in notebooks/figures"


def test_the_first_cell_has_the_only_title_with_the_number_of_the_file(path, lesson):
    titles = [text for level, text in lessons.headings(lesson) if level == 1]
    assert len(titles) == 1 and titles[0].startswith(f"{path.name[:2]} · ")
    assert lesson.cells[0].source.startswith(f"# {titles[0]}")


def test_headings_come_in_order(lesson):
    levels = [level for level, _ in lessons.headings(lesson)]
    for above, below in zip(levels, levels[1:]):
        assert below <= above + 1, f"a heading of level {below} under one of level {above}"


def test_the_opening_says_what_a_reader_must_know(path, lesson):
    opening = lessons.opening(lesson)
    assert re.search(r"[.?]$", opening["promise"]), "one line of promise under the title"
    assert re.match(r"\d+ minutes", opening["Time"])
    assert opening["You need"]
    assert 3 <= len(opening["You will be able to"].split(" · ")) <= 6
    for number in re.findall(r"\b\d\d\b", opening["You need"]):
        assert number < path.name[:2], "a lesson needs only earlier ones"


def test_the_end_says_what_was_learned(lesson):
    assert (2, "What you learned") in lessons.headings(lesson)
    assert any("Further reading" in text for text in lessons.words(lesson)[-2:])


def test_every_image_and_badge_has_a_text_alternative(lesson):
    for text in lessons.words(lesson):
        for alternative, source in lessons.images(text):
            assert alternative and len(alternative) > 5 and alternative.strip().lower() not in EMPTY_WORDS, source


def test_code_cells_are_short_enough_to_read_at_once(lesson):
    for cell in lessons.code_cells(lesson):
        lines = cell.source.splitlines()
        assert len(lines) <= 12, f"{len(lines)} lines:\n{cell.source}"


def test_every_link_to_a_file_resolves(path, lesson):
    for text in lessons.words(lesson):
        for target in lessons.links(text):
            if not re.match(r"[a-z]+:|#", target):
                file = path.parent / urllib.parse.unquote(target.split("#")[0])
                assert file.exists(), target
                assert lessons.ROOT in file.resolve().parents, f"{target} leads out of the course"


def test_the_last_cell_leads_to_the_next_lesson_there_is(path, lesson):
    last = lesson.cells[-1]
    assert last.cell_type == "markdown"
    later = [name for name in lesson_links(last.source) if name > path.name]
    following = lessons.LESSONS[lessons.LESSONS.index(path) + 1 :]
    wanted = [file.name for file in following[:1]]
    assert later == wanted, f"the last cell of {path.name} links to {later} and should link to {wanted}: Next: [NN · Name](…)"


def test_the_setup_cell_is_the_first_code_cell_and_the_same_in_every_lesson(lesson):
    first, *others = lessons.code_cells(lesson)
    assert "setup" in first.metadata.get("tags", ())
    assert first.source == lessons.code_cells(lessons.read(lessons.LESSONS[0]))[0].source
    assert not any("setup" in cell.metadata.get("tags", ()) for cell in others)


def test_the_badge_opens_this_lesson_in_the_repository_that_the_setup_cell_fetches(path, lesson):
    (repository, file), *others = lessons.COLAB.findall(lesson.cells[0].source)
    assert not others and lessons.ROOT / file == path
    source = lessons.code_cells(lesson)[0].source
    assert lessons.GITHUB.findall(source) == [repository]


def test_callouts_begin_with_a_bold_word(lesson):
    for text in lessons.words(lesson):
        for callout in re.findall(r"(?:^|\n\n)> *(.*)", text):
            assert re.match(r"\*\*[A-Z]", callout), callout


def test_the_text_is_calm_and_finished(lesson):
    for text in lessons.words(lesson):
        prose = re.sub(r"!\[", "[", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
        assert "!" not in prose, prose
    for cell in lesson.cells:
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", cell.source), cell.source


def test_a_prediction_is_asked_for_before_most_pictures(lesson):
    asked = sum("Before you run it:" in text for text in lessons.words(lesson))
    assert asked >= 3, "each step begins with a question: what do you expect?"


def test_something_is_broken_on_purpose(lesson):
    assert any(text.startswith("Break it on purpose") for _, text in lessons.headings(lesson))


def test_readme_has_a_row_for_the_lesson_with_its_minutes(path, lesson):
    opening = lessons.opening(lesson)
    title = opening["title"].split(":")[0].replace(" · ", " ")
    row = f"| [{title}](notebooks/{path.name}) | {opening['Time'].split()[0]} | "
    rows = (lessons.ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith(row) for line in rows) == 1, f'README.md, "The lessons", lacks a row that begins with  {row}'
