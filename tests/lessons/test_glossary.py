"""GLOSSARY.md holds every term of the lessons, and no other: in order, one sentence each, with the lesson it first appears in.

A term is what stands in bold where a lesson explains it. Not every bold word is one: see `terms_of`. A word that is never in
bold may have an entry too, if a lesson's text holds it.
"""

import re

import lessons

GLOSSARY = lessons.NOTEBOOKS / "GLOSSARY.md"
ENTRY = re.compile(r"^\| \*\*(.+?)\*\*(.*?) \| (.+?) \| \[(\d\d)\]\((\S+)\) \|$")
LEARNED = "## What you learned"

# In bold to stress them, and no terms. A new bold word in a lesson belongs here, or into the glossary.
EMPHASIS = """
also on the pictures it was trained on · always · average · batches · by author · by construction · chosen · coarse · compete
counted · crop is the usual choice · destroy what was learned · fresh process · guesses · new name · not · one
one class · one photo · polar bear · published · reading · real · rim · ring-tailed lemur · several names · shift + enter
the first name · the other four · the same money · trained · why
0 to 1 · inceptionv3's · none · tab · twice · vgg16's · your own photos
"""
EMPHASIS = {phrase.strip() for phrase in re.split(r"[·\n]", EMPHASIS) if phrase.strip()}


def body(notebook):
    """The text of a lesson's markdown cells after the first, up to "What you learned"."""
    texts = [cell.source for cell in notebook.cells[1:] if cell.cell_type == "markdown"]
    end = next((i for i, text in enumerate(texts) if text.startswith(LEARNED)), len(texts))
    return "\n\n".join(texts[:end])


def bold(notebook):
    """What stands in bold in a lesson, in small letters, without: callouts ("Careful:"), sentences, the a, b, c of a choice."""
    found = re.findall(r"\*\*(.+?)\*\*", lessons.CODE.sub("…", body(notebook)), re.DOTALL)
    callout = re.compile(r"[A-Z].*:|.*[.?]|.", re.DOTALL)
    return {re.sub(r"\s+", " ", text).rstrip(":").lower() for text in found if not callout.fullmatch(text)}


def terms_of(notebook):
    """The terms that a lesson explains: what is in bold, but for what is only stressed: EMPHASIS, or more than four words."""
    return {text.removeprefix("an ") for text in bold(notebook) - EMPHASIS if len(text.split()) <= 4}


LESSONS = {path: lessons.read(path) for path in lessons.LESSONS}
TERMS = {path.name: terms_of(notebook) for path, notebook in LESSONS.items()}


def entries():
    """(term, forms, sentence, file name of the lesson) of each row; the forms are in small letters, the term's own first."""
    found = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("| **"):
            row = ENTRY.match(line)
            assert row, f"not a row of the glossary: {line}"
            term, more, sentence, number, file = row.groups()
            assert file.startswith(number), line
            forms = [form.strip() for form in re.sub(r"\(.*?\)", "", f"{term}{more}").lower().split(",")]
            found.append((f"{term}{more}", forms, sentence, file))
    return found


def holds(file, form):
    """Whether a lesson's text holds a word; code in it counts where it is one word, as `assert`."""
    notebook = LESSONS[lessons.NOTEBOOKS / file]
    text = lessons.CODE.sub(lambda code: code[0] if code[0].strip("`").isidentifier() else "…", body(notebook))
    title = notebook.cells[0].source.split("\n[!")[0]
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", f"{title}\n{text}".lower())


def test_every_term_of_the_lessons_has_an_entry():
    known = {form for _, forms, _, _ in entries() for form in forms}
    missing = {file: sorted(terms - known) for file, terms in TERMS.items() if terms - known}
    assert not missing, f"in bold, and not in GLOSSARY.md (or, where it is no term, in EMPHASIS of this test): {missing}"


def test_every_entry_names_the_lesson_where_its_term_first_appears():
    """A term with its sense in brackets need only stand in the lesson named: the same word may mean something else before."""
    for term, forms, _, file in entries():
        explained = [name for name, terms in TERMS.items() if terms & {*forms}]
        said = [name for name in TERMS if any(holds(name, form) for form in forms)]
        if "(" in term:
            assert file in (explained or said), f"{term}: {file} does not explain it"
        else:
            first = (explained or said or ["no lesson"])[0]
            assert file == first, f"{term} first appears in {first}, not in {file}"


def test_the_entries_are_in_the_order_of_the_alphabet_and_none_is_there_twice():
    order = [re.sub(r"[^a-z0-9 ]", "", term.split(",")[0].lower()) for term, _, _, _ in entries()]
    assert order == sorted(order) and len(set(order)) == len(order) > 70


def test_every_entry_is_one_plain_sentence():
    for term, _, sentence, _ in entries():
        assert sentence.endswith(".") and not re.search(r"[.?] [A-Z]|!", sentence) and len(sentence) <= 200, (term, sentence)


def test_what_is_stressed_in_the_lessons_is_kept_up_to_date():
    everything = set().union(*(bold(notebook) for notebook in LESSONS.values()))
    assert EMPHASIS - everything == set(), "no longer in bold in any lesson: take it out of EMPHASIS"
