"""TROUBLESHOOTING.md has a cure for every message of the helpers, word for word, and quotes none that they no longer give.

The messages are read from the helpers' source; what a message fills in, a name or a number, is "…" in both. To add one: put the
line that the failing test prints under the heading that it belongs to, or under a new one with **It means:** and **Do:**.
"""

import ast
import re

import lessons
import pytest
from checkout import ROOT

PAGE = lessons.NOTEBOOKS / "TROUBLESHOOTING.md"
OTHERS = "## What Keras, Jupyter and Colab say"  # from here on the messages are not ours
QUOTED = re.compile(r"^- (`+) ?(.+?) ?\1$", re.MULTILINE)
# Wings and files whose sentences, but for errors, are captions, text alternatives and what is shown.
DRAWING = {"plots", "quiz", "summary", "contact_sheet"}
SAYING = {"print", "sys.exit", "warnings.warn"}
LEAST = 12  # letters of a quoted beginning, so that it can be told from others


def template(node):
    """The text of a string in the source, with … for what is filled in, on one line; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        text = "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    else:
        return None
    return re.sub(r"…(\s*…)+", "…", re.sub(r"\s+", " ", text)).strip()


def strings(tree):
    """All strings of a source with more than a name in them, as (template, whether it is raised or printed)."""
    parts, said = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts |= {
                id(part) for part in ast.walk(node) if part is not node and isinstance(part, (ast.Constant, ast.JoinedStr))
            }
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(node.body[0], ast.Expr):
            parts.add(id(node.body[0].value))  # a docstring
        if isinstance(node, ast.keyword) and node.arg in ("help", "description"):
            parts.add(id(node.value))  # of a command or a button
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and ast.unparse(node.func) in SAYING):
            said |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        text = None if id(node) in parts else template(node)
        if text and " " in text and len(re.findall(r"[A-Za-z]{2,}", text)) >= 3:
            yield text, id(node) in said


def messages():
    """Template -> where it is said: what is raised or printed, other sentences (made to be), and the doctor's lines."""
    setup = lessons.code_cells(lessons.read(lessons.LESSONS[0]))[0].source
    found = {text: "the setup cell" for text, said in strings(ast.parse(setup)) if said}
    for path in sorted((ROOT / "helpers").rglob("*.py")):
        if re.match(r"lesson_\d", path.name) or path.parent.name == "no_network":
            continue  # what an exercise says names the mistake and the lesson by itself; what a test's empty network says
        for text, said in strings(ast.parse(path.read_text(encoding="utf-8"))):
            sentence = text[-1] in ".?" and not DRAWING & {path.stem, path.parent.name}
            if said or sentence or path.stem == "doctor":
                found.setdefault(text, path.relative_to(ROOT).as_posix())
    return found


def quoted():
    """The messages of ours that the page quotes, in order."""
    return [text for _, text in QUOTED.findall(PAGE.read_text(encoding="utf-8").split(OTHERS)[0])]


def stands_for(quote, message):
    """Whether a quote is a message, or with … at its end the beginning of one."""
    return message == quote or (quote.endswith("…") and message.startswith(quote[:-1]))


def as_line(message):
    fence = "``" if "`" in message else "`"
    return f"- {fence}{' ' if fence != '`' else ''}{message}{' ' if fence != '`' else ''}{fence}"


def test_every_message_of_the_helpers_is_there():
    here = quoted()
    missing = {text: file for text, file in messages().items() if not any(stands_for(quote, text) for quote in here)}
    lines = "\n".join(f"{as_line(text)}    ({file})" for text, file in missing.items())
    assert not missing, f"{len(missing)} messages are not in TROUBLESHOOTING.md; add these lines where they belong:\n{lines}"


def test_no_message_is_quoted_that_the_helpers_do_not_give():
    ours = messages()
    gone = [quote for quote in quoted() if not any(stands_for(quote, message) for message in ours)]
    assert not gone, "no helper says this any longer:\n" + "\n".join(gone)
    assert len(set(quoted())) == len(quoted()) > 100
    short = [quote for quote in quoted() if quote.endswith("…") and len(quote) < LEAST and quote not in ours]
    assert short == [], "too short to tell it from others"


def test_every_group_says_what_it_means_and_what_to_do():
    groups = re.split(r"^###+ ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(groups) > 20
    for group in groups:
        title = group.splitlines()[0]
        assert len(re.findall(r"^\*\*It means:\*\* ", group, re.MULTILINE)) == 1, title
        assert len(re.findall(r"^\*\*Do:\*\* ", group, re.MULTILINE)) == 1, title
        assert QUOTED.search(group), f"{title}: no message"


def test_every_link_of_the_page_resolves():
    for target in lessons.links(PAGE.read_text(encoding="utf-8")):
        assert re.match(r"[a-z]+:|#", target) or (PAGE.parent / target.split("#")[0]).exists(), target


def test_keras_says_what_the_page_quotes():
    """On a network that ends as InceptionV3 does, with an average; and small."""
    import keras
    import numpy as np

    pixels = keras.Input((8, 8, 3))
    model = keras.Sequential([pixels, keras.layers.Conv2D(2, 3), keras.layers.GlobalAveragePooling2D()])
    outer = keras.Input((8, 8, 3))
    x = np.zeros((1, 8, 8, 3), "float32")

    def error(call):
        with pytest.raises(Exception) as caught:  # noqa: B017: of which kind is part of what is compared
            call()
        return f"{caught.type.__name__}: {caught.value}"

    shapes = "expected shape=(None, {0}, {0}, 3), found shape=({0}, {0}, 3)"
    page = PAGE.read_text(encoding="utf-8")
    flat = keras.Model(model.inputs, model.outputs)
    assert shapes.format(8) in error(lambda: flat(x[0])) and shapes.format(224) in page
    assert flat.predict(x, verbose=0).shape == flat.predict(x[:, :5, :6], verbose=0).shape, "no error at all, and a wrong size"
    calls = {
        "ValueError: as_list() is not defined on an unknown TensorShape.": lambda: flat.predict(x[0], verbose=0),
        "AttributeError: 'Functional' object has no attribute 'predict_classes'": lambda: flat.predict_classes(x),
        "ValueError: Unrecognized data type: x=[[": lambda: flat.predict([[1, 2]], verbose=0),
        "ModuleNotFoundError: No module named 'keras.layers.core'": lambda: __import__("keras.layers.core"),
        "is not connected to": lambda: keras.Model(outer, [flat(outer), flat.layers[1].output]),
    }
    for words, call in calls.items():
        assert words in error(call) and words in page, words


@pytest.mark.parametrize(
    "source, found",
    [
        ('raise ValueError(f"No {name!r} is here: {a}{b}.")', [("No … is here: ….", True)]),
        ('raise E("one word two" "words more") from None', [("one word twowords more", True)]),
        ('def f():\n    """Not this one."""\n    return "The key is gone."', [("The key is gone.", False)]),
        ('print("short")\nx = "a/b/c"', []),
        (
            'sys.exit("Stopped: give it again." if a else f"It is {b} now.")',
            [("Stopped: give it again.", True), ("It is … now.", True)],
        ),
    ],
)
def test_messages_are_found_in_source(source, found):
    assert list(strings(ast.parse(source))) == found


def test_a_quote_stands_for_its_message_only():
    assert stands_for("No … is here: …", "No … is here: use b.") and stands_for("Gone.", "Gone.")
    assert not stands_for("No … is", "No … is here") and not stands_for("Gone: …", "Going: far")
