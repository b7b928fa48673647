"""A page of feedback can be opened by anybody, whatever the pupil wrote into it."""

import pupils
import pytest
from nbformat.v4 import new_output

from helpers.grading import gradebook

pytestmark = pupils.with_nbgrader


@pytest.mark.parametrize(
    "failures, words", [(0, "as it was"), (1, "This output could not be shown."), (2, "Nothing can be shown of this notebook")]
)
def test_what_cannot_be_shown_is_left_out_of_the_page(course, released, monkeypatch, failures, words):
    exporters = pytest.importorskip("nbconvert.exporters")
    left = [ValueError("nbconvert")] * failures
    shows = exporters.HTMLExporter.from_notebook_node

    def refuses(*arguments, **keywords):
        if left:
            raise left.pop()
        return shows(*arguments, **keywords)

    monkeypatch.setattr(exporters.HTMLExporter, "from_notebook_node", refuses)
    pupils.named(released, "mean").outputs = [new_output("stream", text="as it was")]
    gradebook.Book(course).save("Ada", pupils.NAME, released, [], "stamp")
    assert words in pupils.page(course, "Ada") and not left


def test_a_link_that_would_run_is_shown_and_does_nothing(course, released):
    book = gradebook.Book(course)
    pupils.holds_script(released)
    book.save("Ada", pupils.NAME, released, [], "stamp")
    text = pupils.page(course, "Ada")
    assert "javascript:alert(7)" in text
    head = text.split("<head>")[1].lstrip()
    assert head.startswith('<meta http-equiv="Content-Security-Policy" content="default-src \'none\'')
    assert "script-src" not in head.split(">")[0], "nor is there an exception for scripts"
