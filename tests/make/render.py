"""Runs the lessons and writes them, with outputs, as web pages:  python tests/make/render.py FOLDER [LESSON.ipynb…]

With an index page of all of them. A page holds its pictures in itself, so the folder can be copied anywhere.
"""

import html
import os
import pathlib
import re
import subprocess
import sys

import jinja2
import lessons
from nbclient import NotebookClient
from nbconvert import HTMLExporter

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Image prediction with pre-trained models</title>
<style>
body {{ font: 18px/1.5 sans-serif; max-width: 42em; margin: 2em auto; padding: 0 1em; color: #222; background: #fff; }}
li {{ margin-bottom: 1em; list-style: none; }}
ol {{ padding: 0; }}
</style>
</head>
<body>
<main>
<h1>Image prediction with pre-trained models</h1>
<p>A course in notebooks. These pages show each lesson with its outputs; to run one yourself, open it in Jupyter or Colab.</p>
{playground}
<ol>
{entries}
</ol>
</main>
</body>
</html>
"""
# nbconvert's page without what it would fetch from elsewhere, and with text that is dark enough and links that are underlined.
PAGE = """{%- extends 'lab/index.html.j2' -%}
{% block html_head_js %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block html_head_css %}
<style>
.jp-RenderedHTMLCommon :is(p, li, td) a { text-decoration: underline !important; }
div.jp-InputPrompt, div.jp-OutputPrompt { color: #595959 !important; opacity: 1 !important; }
div.highlight span[class^="c"] { color: #2f6060; }
div.highlight span[class^="m"] { color: #007000; }
div.highlight :is(.ow, .o) { color: #8a00c2; }
</style>
{% endblock %}
"""
WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
STILL = "<p>Here are controls. They need a kernel that runs: open this lesson in Jupyter or Colab. At first they show this:</p>"
ENTRY = '<li><a href="{page}">{title}</a><br>{promise}<br>Time: {time}</li>'


def page_of(lesson):
    return lesson.with_suffix(".html").name


PLAYGROUND = '<p><a href="image-prediction.html">One page to play with</a>: the network at work, with nothing installed.</p>'


def index(paths, playground=False):
    """The index page, as text: title, promise, time of each lesson. playground: whether the page of `make page` is beside."""
    entries = []
    for path in paths:
        opening = lessons.opening(lessons.read(path))
        words = {"title": opening["title"], "promise": opening["promise"], "time": opening["Time"]}
        entries.append(ENTRY.format(page=page_of(path), **{name: html.escape(text) for name, text in words.items()}))
    return INDEX.format(playground=PLAYGROUND if playground else "", entries="\n".join(entries))


def link_to_pages(text, folder):
    """A markdown text whose links fit its new place: to a lesson's page; to any other file of the course where that is."""

    def fit(match):
        target, _, part = match[1].partition("#")
        if not target or re.match(r"[a-z]+:", target):
            return match[0]
        file = lessons.NOTEBOOKS / target
        there = page_of(file) if file in lessons.LESSONS else pathlib.Path(os.path.relpath(file, folder)).as_posix()
        return match[0].replace(match[1], there + ("#" + part if part else ""))

    return lessons.LINK.sub(fit, text)


def stand_still(notebook):
    """Puts what a panel of widgets shows first in place of the panel: its pictures and what stands beside them."""
    widgets = notebook.metadata.pop("widgets", {}).get(STATE, {}).get("state", {})

    def shown(reference):
        state = widgets.get(reference.removeprefix("IPY_MODEL_"), {}).get("state", {})
        own = state["value"] if state.get("_model_name") == "HTMLModel" and "<img" in state["value"] else ""
        return own + "".join(map(shown, state.get("children", ())))

    for output in [
        output for cell in lessons.code_cells(notebook) for output in cell.outputs if WIDGET in output.get("data", {})
    ]:
        pictures = shown(output.data.pop(WIDGET)["model_id"])
        if pictures:
            output.data["text/html"] = STILL + pictures


def run(path):
    """A lesson, run from top to bottom in its own folder: a notebook with outputs."""
    notebook = lessons.read(path)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
    client.execute(stderr=subprocess.DEVNULL)  # where the kernel talks of itself; what a cell writes comes another way
    return notebook


def page(notebook, folder):
    """The page of a lesson that was run, as text, for a place in that folder. It fetches nothing from anywhere."""
    stand_still(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            badges_to_words = re.sub(r"\[!\[([^\]]*)\]\(https?:[^)]*\)\]", r"[\1]", cell.source)
            cell.source = link_to_pages(badges_to_words, folder)
    exporter = HTMLExporter(
        embed_images=True, extra_loaders=[jinja2.DictLoader({"page.html.j2": PAGE})], template_file="page.html.j2"
    )
    resources = {"metadata": {"name": lessons.opening(notebook)["title"], "path": str(folder)}}
    return exporter.from_notebook_node(notebook, resources)[0]


def main(folder, *paths):
    folder = pathlib.Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for path in [pathlib.Path(path).resolve() for path in paths] or lessons.LESSONS:
        print(path.name, "…", flush=True)
        (folder / page_of(path)).write_text(page(run(path), folder), encoding="utf-8")
    beside = (folder / "image-prediction.html").is_file()
    (folder / "index.html").write_text(index(lessons.LESSONS, beside), encoding="utf-8")
    print(f"Open {folder / 'index.html'}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
