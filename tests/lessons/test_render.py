"""The web pages of `make html`: one lesson rendered for real, and the index of all."""

import re

import lessons
import nbformat
import pytest
import render


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("html")


@pytest.fixture(scope="module")
def page(folder):
    """Lesson 00 as a web page, with its outputs."""
    render.main(folder, lessons.LESSONS[0])
    return (folder / render.page_of(lessons.LESSONS[0])).read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_has_its_language_and_the_title_of_the_lesson(page):
    title = lessons.opening(lessons.read(lessons.LESSONS[0]))["title"]
    assert '<html lang="en">' in page and f"<title>{title}</title>" in page


@pytest.mark.slow
def test_every_picture_on_the_page_has_a_text_alternative_and_is_inside_it(page):
    found = lessons.images(page)
    assert len(found) >= 4
    for alternative, source in found:
        assert alternative and lessons.FILLER not in alternative
        assert source.startswith("data:")


@pytest.mark.slow
def test_the_page_leads_to_the_page_of_the_next_lesson(page):
    assert f'href="{render.page_of(lessons.LESSONS[1])}"' in page
    assert not re.search(r'href="[^":]*\.ipynb"', page)


@pytest.mark.slow
def test_the_page_shows_what_the_code_printed(page):
    assert "[ OK ]" in page and "German_shepherd" in page


def test_the_index_names_each_lesson_with_its_promise_and_time_and_links_to_it():
    text = render.index(lessons.LESSONS)
    assert '<html lang="en">' in text
    assert re.findall(r'<a href="([^"]+)"', text) == [path.stem + ".html" for path in lessons.LESSONS]
    assert text.count("Time: ") == len(lessons.LESSONS) > 0


def test_the_index_shows_a_title_with_markup_in_it_as_it_was_written(monkeypatch):
    opening = {"title": "00 · <b> & co", "promise": "a < b", "Time": "1 minute"}
    monkeypatch.setattr(lessons, "opening", lambda notebook: opening)
    text = render.index(lessons.LESSONS[:1])
    assert "00 · &lt;b&gt; &amp; co" in text and "a &lt; b" in text


def test_links_fit_their_new_place(tmp_path):
    name = lessons.LESSONS[0].stem
    text = f"[a]({name}.ipynb#part) ![b](figures/dog.png) [c](https://example.com/x.ipynb) [d](#here)"
    folder = lessons.ROOT / "build" / "html"
    expected = f"[a]({name}.html#part) ![b](../../notebooks/figures/dog.png) [c](https://example.com/x.ipynb) [d](#here)"
    assert render.link_to_pages(text, folder) == expected


def with_panel(**fallback):
    """A notebook whose one output is a panel of widgets: words, and a picture two boxes deep."""
    picture = {"_model_name": "HTMLModel", "value": '<img alt="a dog" src="data:,">'}
    states = {"a": {"children": ["IPY_MODEL_b", "IPY_MODEL_c"]}, "b": {"_model_name": "HTMLModel", "value": "<p>words</p>"}}
    states |= {"c": {"children": ["IPY_MODEL_d"]}, "d": picture}
    output = nbformat.v4.new_output("display_data", {render.WIDGET: {"model_id": "a"}, **fallback})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])
    notebook.metadata.widgets = {render.STATE: {"state": {name: {"state": state} for name, state in states.items()}}}
    return notebook


def test_of_a_panel_the_page_keeps_the_picture_and_says_that_controls_need_a_kernel():
    notebook = with_panel()
    render.stand_still(notebook)
    (output,) = notebook.cells[0].outputs
    assert set(output.data) == {"text/html"} and "widgets" not in notebook.metadata
    assert lessons.images(output.data["text/html"]) == [("a dog", "data:,")]
    assert "need a kernel" in output.data["text/html"] and "words" not in output.data["text/html"]


def test_of_a_panel_without_a_picture_the_page_keeps_what_it_says_in_its_place():
    notebook = with_panel(**{"text/plain": "the same as text"})
    del notebook.metadata.widgets[render.STATE]["state"]["d"]
    render.stand_still(notebook)
    assert dict(notebook.cells[0].outputs[0].data) == {"text/plain": "the same as text"}


def test_a_page_asks_nothing_of_other_machines(tmp_path):
    notebook = lessons.read(lessons.LESSONS[0])
    text = render.page(notebook, tmp_path)
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.?https?:", text) and "mathjax" not in text.lower()
    assert re.search(r'<a href="https://colab[^"]+"[^>]*>Open this lesson in Google Colab</a>', text)
