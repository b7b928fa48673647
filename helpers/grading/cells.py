"""What a cell of a notebook is to nbgrader, and a notebook that takes the place of one that cannot be graded."""

from nbformat.v4 import new_markdown_cell, new_notebook


def name_of(cell):
    """The name by which nbgrader knows a cell (grade_id), or None."""
    role = cell.metadata.get("nbgrader")
    name = role.get("grade_id") if isinstance(role, dict) else None
    return name if isinstance(name, str) else None


def is_answer(cell):
    """Whether a cell is one for the pupil to write in."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def differs(cell, ours):
    """Whether the text, the kind or the points of a cell are not those of ours."""
    points = [c.metadata.nbgrader.get("points") for c in (cell, ours)]
    return (cell.source.strip(), cell.cell_type, points[0]) != (ours.source.strip(), ours.cell_type, points[1])


def notice(sentence):
    """A notebook that says why there is nothing to grade."""
    return new_notebook(cells=[new_markdown_cell(f"Nothing was graded: {sentence}", metadata={"pupil": True})])
