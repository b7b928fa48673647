"""Code that a learner can read by then: each lesson uses only forms of Python and NumPy that it, or an earlier one, explains.

To use a new one, explain it where it first stands, in words, and add it to the line of that lesson in FIRST.
"""

import ast
import collections

import lessons
import pytest

# Forms that a beginner's course of Python has: names, calls, lists, tuples, dicts, arithmetic, comparing, if, for, import,
# def, return, f"…", assert, [0], [1:5], keyword arguments, one comprehension over one list. The others, by the lesson that
# explains them:
FIRST = {
    "00": {"a if b else c"},
    "01": {"[rows, columns]: a part of a table", "try"},
    "02": {"enumerate"},
    "03": {"zip", "[::-1]: backwards"},
    "04": {"[…]: all axes before"},
    "05": {"a comprehension with if"},
    "07": {"**: a dict as arguments"},
    "09": {"a comprehension of a dict"},
    "10": {"with", "@: a matrix product"},
    "11": {"a comprehension of a set", "[condition]: where it is true", "a comprehension in a comprehension"},
    "13": {"lambda", "sorted by a key"},
    "14": {"[::n]: every n-th"},
}
LAST = "Checks of this lesson"  # what stands below is for whoever changes the lesson


def forms(tree):
    """The forms in a piece of code that a beginner has to be told of, by name, each with how often it is there."""
    found = collections.Counter()
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for node in ast.walk(tree):
        inside = [below for below in ast.walk(node) if below is not node]
        if isinstance(node, comprehensions):
            found["a comprehension of a set"] += isinstance(node, ast.SetComp)
            found["a comprehension of a dict"] += isinstance(node, ast.DictComp)
            nested = len(node.generators) > 1 or any(isinstance(below, comprehensions) for below in inside)
            found["a comprehension in a comprehension"] += nested
            found["a comprehension with if"] += any(part.ifs for part in node.generators)
        if isinstance(node, ast.Subscript):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            found["[None]: a new axis"] += any(isinstance(part, ast.Constant) and part.value is None for part in parts)
            found["[…]: all axes before"] += any(isinstance(part, ast.Constant) and part.value is ... for part in parts)
            found["[::-1]: backwards"] += any(
                isinstance(part, ast.Slice) and isinstance(part.step, ast.UnaryOp) for part in parts
            )
            found["[::n]: every n-th"] += any(
                isinstance(part, ast.Slice) and isinstance(part.step, (ast.Constant, ast.Name)) for part in parts
            )
            found["[rows, columns]: a part of a table"] += len(parts) > 1
            found["[condition]: where it is true"] += any(isinstance(part, ast.Compare) for part in parts)
        if isinstance(node, ast.BinOp):
            found["@: a matrix product"] += isinstance(node.op, ast.MatMult)
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            found["zip"] += called == "zip"
            found["enumerate"] += called == "enumerate"
            found["sorted by a key"] += any(keyword.arg == "key" for keyword in node.keywords)
            found["*: a list as arguments"] += any(isinstance(part, ast.Starred) for part in node.args)
            found["**: a dict as arguments"] += any(keyword.arg is None for keyword in node.keywords)
        found["lambda"] += isinstance(node, ast.Lambda)
        found["a if b else c"] += isinstance(node, ast.IfExp)
        found[":="] += isinstance(node, ast.NamedExpr)
        found["try"] += isinstance(node, ast.Try)
        found["with"] += isinstance(node, ast.With)
        found["class"] += isinstance(node, ast.ClassDef)
        found["a, *b = c"] += isinstance(node, ast.Assign) and any(isinstance(part, ast.Starred) for part in inside)
        found["while"] += isinstance(node, ast.While)
        found["yield"] += isinstance(node, ast.Yield)
    return +found


def used(path):
    """The forms in the code cells of a lesson that a learner reads: all but the setup cell and the checks at the end."""
    found = collections.Counter()
    cells = lessons.read(path).cells
    ends = next((number for number, cell in enumerate(cells) if cell.source.startswith(LAST)), len(cells))
    read = [cell.source for cell in cells[:ends] if cell.cell_type == "code"][1:]
    for source in read:
        found += forms(ast.parse("\n".join(line for line in source.splitlines() if line[:1] not in "%!")))
    return found


@pytest.mark.parametrize("path", lessons.LESSONS, ids=lambda path: path.stem)
def test_a_lesson_uses_only_forms_that_it_or_an_earlier_one_explains(path):
    allowed = set().union(*(forms for number, forms in FIRST.items() if number <= path.name[:2]))
    unexplained = {form: count for form, count in used(path).items() if form not in allowed}
    assert not unexplained, f"{path.name} uses, and no lesson up to it explains: {unexplained}"


def test_no_form_stands_in_the_list_that_its_lesson_does_not_use():
    for path in lessons.LESSONS:
        assert FIRST.get(path.name[:2], set()) <= set(used(path)), path.name


def test_the_forms_are_found():
    code = "a = [b for b in c if b]\nd = {k: v for k, v in zip(c, a)}\ne = p[..., None, ::-1]\nf = max(c, key=lambda x: x @ x)"
    found = set(forms(ast.parse(code)))
    assert found >= {"a comprehension with if", "a comprehension of a dict", "zip", "[None]: a new axis", "[::-1]: backwards"}
    assert found >= {"[…]: all axes before", "lambda", "sorted by a key", "@: a matrix product"}
