"""The house stands as `helpers/__init__.py` draws it: the imports are read, and none runs in a circle, back up, or past a face.

To add a file at the front, or a wing, put it into FLOORS, on the floor above the highest that it needs, and into the map.
"""

import ast
import importlib
import pathlib
import re

import lessons
import pytest
from checkout import ROOT

HELPERS = ROOT / "helpers"
# From the ground up. What stands on one floor imports only from floors below its own, or from its own wing.
FLOORS = [
    {"machine"},
    {"files", "normalizing", "labels", "networks"},
    {"images", "cards"},
    {"weights"},
    {"models"},
    {"plots", "transfer"},
    {"folder"},
    {"widgets", "check", "grading", "doctor"},
]
MOST_ROOMS, MOST_LINES, MOST_TEST_LINES = 18, 200, 400
FRONT = sorted(path.stem for path in HELPERS.glob("*.py") if path.stem != "__init__")
WINGS = sorted(path.parent.name for path in HELPERS.glob("*/__init__.py"))
FILES = sorted(HELPERS.rglob("*.py"))


def dotted(path):
    """A file of the helpers as Python names it: helpers.plots.charts; a face by its wing, helpers.plots."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path) for path in FILES}


def room(module):
    """The front file or the wing that a module belongs to."""
    return module.split(".")[1] if "." in module else "helpers"


def imports(source, module=""):
    """What a source imports of the helpers: pairs of a module and a name in it, or None for the module itself."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names if alias.name.split(".")[0] == "helpers"]
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: `from .` hides which wing is meant: write it out"
            if (node.module or "").split(".")[0] == "helpers":
                found += [(node.module, alias.name) for alias in node.names]
    return found


def meant(module, name):
    """The file that an import needs: `from helpers.plots import charts` needs helpers.plots.charts."""
    return f"{module}.{name}" if f"{module}.{name}" in MODULES else module


def face(wing):
    """The names that a wing hands on."""
    tree = ast.parse((HELPERS / wing / "__init__.py").read_text(encoding="utf-8"))
    (names,) = [node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"]
    return set(ast.literal_eval(names))


def past_a_face(module, name):
    """Why an import from outside a wing goes past its face, or None. A module that a face hands on is part of the face."""
    _, wing, *inside = [*module.split("."), ""][:3]
    if wing not in WINGS or (not inside[0] and name is None):
        return None
    if (inside[0] or name) not in face(wing):
        return f"{inside[0] or name} is not among the names that helpers/{wing}/__init__.py hands on"


def circle(arrows):
    """A circle in a dict from node to the nodes that it needs, as a list; empty where there is none."""
    done, way = set(), []

    def walk(node):
        if node in way:
            return way[way.index(node) :] + [node]
        if node in done:
            return []
        way.append(node)
        found = next(filter(None, map(walk, sorted(arrows.get(node, ())))), [])
        way.pop()
        done.add(node)
        return found

    return next(filter(None, map(walk, sorted(arrows))), [])


def test_the_front_is_the_pipe_the_catalogue_and_the_doctor_and_the_map_names_every_room():
    assert len(FRONT) + len(WINGS) <= MOST_ROOMS
    drawn = re.findall(
        r"^    (\w+)(/?)  ", ast.get_docstring(ast.parse((HELPERS / "__init__.py").read_text("utf-8")), False), re.M
    )
    assert sorted(name for name, wing in drawn if not wing) == FRONT and sorted(name for name, wing in drawn if wing) == WINGS
    assert sorted(set().union(*FLOORS)) == sorted([*FRONT, *WINGS]), "FLOORS, in this file, lacks a room or names one too many"


def test_no_files_import_each_other_in_a_circle():
    arrows = {dotted(path): {meant(*pair) for pair in imports(path.read_text("utf-8"), path)} for path in FILES}
    assert len(arrows) > 40 and not circle(arrows), " → ".join(circle(arrows))


def test_a_circle_would_be_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"] and circle({"a": {"b", "c"}, "b": {"c"}}) == []


@pytest.mark.parametrize("path", FILES, ids=dotted)
def test_a_file_imports_from_floors_below_and_only_through_faces(path):
    floor = {name: number for number, names in enumerate(FLOORS) for name in names}
    own, wrong = room(dotted(path)), []
    for module, name in imports(path.read_text(encoding="utf-8"), path):
        other = room(meant(module, name))
        if other in (own, "helpers"):
            continue
        if floor[other] >= floor[own]:
            wrong.append(f"{own} imports {other}, which stands no lower")
        wrong += filter(None, [past_a_face(module, name)])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("wing", WINGS)
def test_a_face_says_what_the_wing_is_for_and_hands_on_what_there_is(wing):
    tree = ast.parse((HELPERS / wing / "__init__.py").read_text(encoding="utf-8"))
    files = {path.stem for path in (HELPERS / wing).glob("*.py") if not path.stem.startswith("__")}
    assert len(ast.get_docstring(tree)) > 100
    module = importlib.import_module(f"helpers.{wing}")
    for name in face(wing):
        handed_on = getattr(module, name)
        assert name not in files or hasattr(handed_on, "__path__") or hasattr(handed_on, "__file__"), f"{name} hides a file"


def outside():
    """Code outside the helpers, as (where, which wing's own tests it is, source): lessons, exercises, tests, scripts."""
    for path in sorted(lessons.NOTEBOOKS.rglob("[0-9][0-9]_*.ipynb")):
        source = "\n".join(cell.source for cell in lessons.code_cells(lessons.read(path)) if "%" not in cell.source[:1])
        yield path, None, source
    for path in sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "data").rglob("*.py")]):
        if not {"answers", "support"} & {*path.parts}:  # learners' answers; what the tests of single wings share
            folder = path.relative_to(ROOT).parts[1]
            yield path, folder if folder in WINGS else None, path.read_text(encoding="utf-8")


def test_lessons_scripts_and_tests_use_a_wing_through_its_face_but_for_its_own_tests():
    wrong, seen = [], 0
    for path, own, source in outside():
        for module, name in imports(source, path):
            seen += 1
            if room(module) != own and (why := past_a_face(module, name)):
                wrong.append(f"{path.relative_to(ROOT)}: {why}")
    assert seen > 150 and not wrong, "\n".join(wrong)


def test_a_way_past_a_face_would_be_found():
    assert past_a_face("helpers.plots.style", "new") and past_a_face("helpers.weights", "store")
    assert not past_a_face("helpers.plots", "charts") and not past_a_face("helpers.plots.charts", "scores")
    assert not past_a_face("helpers.weights", None) and not past_a_face("helpers.models", "load")


def lines(path):
    return len(pathlib.Path(path).read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("folder, most", [("helpers", MOST_LINES), ("tests", MOST_TEST_LINES)])
def test_no_module_is_so_long_that_it_does_two_jobs(folder, most):
    long = {str(path.relative_to(ROOT)): lines(path) for path in (ROOT / folder).rglob("*.py") if lines(path) > most}
    assert not long, f"more than {most} lines: split by job {long}"


def test_the_tests_mirror_the_house():
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("test_*.py"))}
    assert set(WINGS) <= folders, f"no tests for {sorted(set(WINGS) - folders)}"
    assert folders <= {*WINGS, "pipe", "lessons", "page", "project"}
