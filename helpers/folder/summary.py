"""What the table of a folder says, for a terminal: how many of what, the least sure guesses, and what could not be read.

In: the table. Out: some lines of text.
"""

import posixpath

from helpers.machine import sentences

MOST = 15  # lines of a kind: together less than two screens full


def of(table, out=None):
    """The summary of a table of `folder.predict`, as text. out: where the table is, if anywhere."""
    named, errors = table[table.error == ""], table[table.error != ""]
    lines = [f"{pictures(len(table))}: {len(named)} named by {table.network.iloc[0]}, {len(errors)} could not be read"]
    if len(named):
        lines += ["", "The most frequent first guesses:", *_counts(named)]
        lines += ["", "The least sure ones:", *_least_sure(named)]
        if "said" in named:
            silent = (named.said == "").sum()
            lines += ["", f"Said of {pictures(len(named) - silent)}, and nothing of {silent}: see the column said"]
    if len(errors):
        lines += ["", "Could not be read:", *(f"  {reason(*pair)}" for pair in zip(errors.file[:MOST], errors.error))]
        lines += _more(len(errors) - MOST, f"more: see the column error in {_shown(out)}" if out else "more")
    lines += ["", f"The table is in {_shown(out)}"] if out else []
    return "\n".join(lines)


def reason(file, error):
    """Why a file could not be read, with its whole name, as one sentence."""
    name = sentences.fit(posixpath.basename(file))
    whole = sentences.fit(file)
    return whole + error.removeprefix(name) if error.startswith(f"{name} ") else f"{whole}: {error}"


def guess(name, probability):
    """A guess as people write it: German shepherd, 97 %."""
    return f"{sentences.fit(sentences.plain(name))}, {sentences.sure(probability)}"


def _counts(named):
    counts = named.name_1.value_counts()
    counts = counts.sort_index().sort_values(ascending=False, kind="stable")
    shown = [f"  {count:6}  {sentences.fit(sentences.plain(name))}" for name, count in counts[:MOST].items()]
    return shown + _more(len(counts) - MOST, f"other names, for {pictures(counts[MOST:].sum())}")


def _least_sure(named):
    rows = named.nsmallest(min(MOST // 3, len(named)), "probability_1")
    return [f"  {sentences.fit(row.file)}: {guess(row.name_1, row.probability_1)}" for row in rows.itertuples()]


def _more(count, what):
    return [f"  and {count} {what}"] if count > 0 else []


def pictures(count):
    """So many pictures, in words."""
    return "1 picture" if count == 1 else f"{count} pictures"


def _shown(path):
    return sentences.fit(str(path))
