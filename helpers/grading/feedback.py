"""The page of feedback that a pupil gets back, with nothing in it that a browser would run or fetch, links of pupils included.

In: a notebook whose points stand in nbgrader's gradebook. Out: HTML.
"""

import functools
import pathlib

from nbformat.v4 import new_markdown_cell, new_notebook, new_output

NOTHING_RUNS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'"
)


def page(notebook, resources):
    """The page for a notebook, with less and less in it where a pupil's outputs cannot be shown; they are then removed.

    resources: what nbgrader's own steps are told of it: the pupil, the assignment and the gradebook.
    """
    try:
        return _page(notebook, resources)
    except Exception:  # a pupil's code may put anything into an output
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [new_output("stream", text="This output could not be shown.")] * bool(cell.outputs)
    try:
        return _page(notebook, resources)
    except Exception:
        nothing = new_markdown_cell("Nothing can be shown of this notebook; its points count.")
        return _page(new_notebook(cells=[nothing]), resources)


def _page(notebook, resources):
    from nbconvert.preprocessors.sanitize import SanitizeHTML

    clean = SanitizeHTML(enabled=True)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data.pop("text/html", None)
        if cell.cell_type == "code" or cell.metadata.get("pupil"):
            clean.preprocess_cell(cell, {}, 0)
    html = _exporter().from_notebook_node(notebook, resources=resources)[0]
    return html.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{NOTHING_RUNS}">', 1)


@functools.cache
def _exporter():
    """What writes nbgrader's form of the page."""
    import nbgrader
    from nbconvert.exporters import HTMLExporter
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader.preprocessors import GetGrades
    from traitlets.config import Config

    formgrader = pathlib.Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
    bootstrap = formgrader / "static" / "node_modules" / "bootstrap" / "dist" / "css"
    html = {"template_name": "feedback", "extra_template_basedirs": [str(formgrader / "templates")]}
    html |= {"extra_template_paths": [str(bootstrap)]}
    exporter = HTMLExporter(config=Config({"HTMLExporter": html, "Exporter": {"default_preprocessors": []}}))
    exporter.register_preprocessor(GetGrades, enabled=True)
    exporter.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
    return exporter
