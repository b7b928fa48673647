"""Puts the address of a fork into every badge and setup cell:  python tests/make/publish.py OWNER/NAME   (make publish REPO=…)

Only bytes of the address change: of the one, or the several, that the badges and setup cells name now, also where README and
the other texts name it. Needs nothing but Python. Another folder than this course may follow as a second argument.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPOSITORY = re.compile(r"(?![-.])[\w-]{1,39}/(?!\.{1,2}$)[\w.-]{1,100}(?<!\.git)", re.ASCII)
BADGE = re.compile(rb"https://colab\.research\.google\.com/github/([\w.-]+/[\w.-]+)/blob/main/([\w./-]+)")
SETUP = re.compile(rb'COURSE = \\"https://github\.com/([\w.-]+/[\w.-]+)\\"')


def texts(root):
    """The files that may name the address: the notebooks, and the texts beside them."""
    found = [*root.glob("notebooks/**/*.ipynb"), *root.glob("notebooks/**/*.md"), root / "README.md"]
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def addresses(root):
    """The addresses that the badges and setup cells name, as owner/name; after `publish` it is one."""
    contents = [path.read_bytes() for path in texts(root)]
    named = [address for content in contents for address, _ in BADGE.findall(content)]
    named += [address for content in contents for address in SETUP.findall(content)]
    return sorted({address.decode() for address in named})


def faults(root, repository):
    """What keeps a lesson from opening in Colab, a sentence each: its own badge and setup cell must name the repository."""
    for path in sorted(root.glob("notebooks/[0-9][0-9]_*.ipynb")):
        content, file = path.read_bytes(), path.relative_to(root).as_posix()
        if BADGE.findall(content) != [(repository.encode(), file.encode())]:
            yield f"{file} has no badge that opens it from {repository}."
        if SETUP.findall(content) != [repository.encode()]:
            yield f"{file} has no setup cell that fetches {repository}."


def main(repository="", root=ROOT):
    if not REPOSITORY.fullmatch(repository):
        wrong = f"{repository} names no repository" if repository else "The repository is missing"
        return f"{wrong}: give its owner and name, as in make publish REPO=ada/my-course."
    root = pathlib.Path(root)
    old = b"|".join(re.escape(address.encode()).replace(b"/", b"(?P=slash)") for address in addresses(root))
    # %2F is the "/" of an address inside another one
    host = rb"((?:(?<![\w.-])|%2F)github\.com|colab\.research\.google\.com/github)(?P<slash>/|%2F)"
    named = re.compile(host + rb"(?:" + old + rb")(?![\w-]|\.(?!git\b)\w)")
    new = rb"\g<1>\g<slash>" + repository.encode().replace(b"/", rb"\g<slash>")
    changed = 0
    for path in texts(root):
        before = path.read_bytes()
        after = named.sub(new, before) if old else before
        if after != before:
            path.write_bytes(after)
            changed += 1
    if wrong := list(faults(root, repository)):
        return "\n".join(wrong)
    print(f"{changed} files changed: every lesson opens from {repository} now. Commit and push them.")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
