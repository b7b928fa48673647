"""Links and other things that somebody laid where a file is to be written: never written through; and no secret is shown."""

import os

import pytest
from large_file import CONTENT, FLIPPED, MD5, SIZE, fetch, is_right, part_of
from misbehaving import Answer
from refused import plain_sentence
from servers import send
from small_files import CONTENT as SMALL
from small_files import CONTENTS, official

from helpers import weights
from helpers.cards import WeightFile
from helpers.weights import download


def link(place, target):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def hard_link(place, target):
    place.parent.mkdir(parents=True, exist_ok=True)
    os.link(target, place)


@pytest.fixture
def mine(tmp_path):
    """A file of somebody's, which is to stay as it is."""
    file = tmp_path / "mine.txt"
    file.write_bytes(CONTENT[:1000])  # as the part of the very file would be
    return file


# Where something lies, and how it was laid there.
LAID = {
    "a link at the part": ("official.h5.part", link),
    "a second name at the part": ("official.h5.part", hard_link),
    "a link at the lock": ("official.h5.lock", link),
    "a second name at the lock": ("official.h5.lock", hard_link),
    "a link at the file": ("official.h5", link),
    "a second name at the file": ("official.h5", hard_link),
    "a link at what is set aside": ("official.h5.wrong", link),
    "a link in a circle": ("official.h5.part", lambda place, target: link(place, place)),
    "a link to nothing": ("official.h5.part", lambda place, target: link(place, target.with_name("new.txt"))),
    "a pipe at the part": ("official.h5.part", lambda place, target: (place.parent.mkdir(), os.mkfifo(place))),
}


@pytest.mark.parametrize("name, lay", LAID.values(), ids=LAID)
def test_a_download_writes_through_nothing_that_was_laid_in_its_way(name, lay, site, goal, mine):
    lay(goal.with_name(name), mine)
    fetch(site, goal)
    assert is_right(goal) and not goal.is_symlink() and goal.stat().st_nlink == 1
    assert mine.read_bytes() == CONTENT[:1000] and not mine.with_name("new.txt").exists()


def test_a_link_that_is_laid_while_a_download_waits_is_not_written_through(site, goal, mine):
    def lay(n, first):
        if n == 0:
            part_of(goal).unlink(missing_ok=True)
            link(part_of(goal), mine)
        return site.good(first)

    site.behave = lay
    with pytest.raises(OSError, match="cannot be written"):
        fetch(site, goal)
    assert mine.read_bytes() == CONTENT[:1000] and not goal.exists()


@pytest.mark.parametrize("name", ["VGG16.h5", "MD5SUMS", "READ ME.txt"])
@pytest.mark.parametrize("lay", [link, hard_link])
def test_an_export_writes_through_no_link(name, lay, cards, command, put, mine, tmp_path):
    put(*CONTENTS)
    lay(tmp_path / "stick" / name, mine)
    code, said = command("export", tmp_path / "stick")
    assert code == 0 and "10 files" in said and mine.read_bytes() == CONTENT[:1000]
    assert not (tmp_path / "stick" / name).is_symlink() and (tmp_path / "stick" / name).stat().st_nlink == 1


def test_an_import_writes_through_no_link_and_waits_for_no_pipe(stick, command, mine):
    link(weights.folder() / "VGG16.h5", mine)
    (stick / "ResNet50.h5").unlink()
    os.mkfifo(stick / "ResNet50.h5")
    code, said = command("import", stick)
    assert code == 0 and mine.read_bytes() == CONTENT[:1000]
    assert (weights.folder() / "VGG16.h5").read_bytes() == CONTENTS["VGG16.h5"] and not (
        weights.folder() / "ResNet50.h5"
    ).exists()


def test_a_pipe_on_a_mirror_is_not_waited_for(keras_folder, tmp_path, monkeypatch, serve, capsys):
    os.mkfifo(tmp_path / "official.h5")
    monkeypatch.setenv("WEIGHTS_MIRROR", str(tmp_path))
    assert weights.obtain(official(serve(lambda request: send(request, SMALL)))).read_bytes() == SMALL
    assert "has no official official.h5" in capsys.readouterr().out


# ---- Paths as people write them


def test_home_is_found_by_its_sign_in_every_command(stick, command, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert command("import", "~/stick")[0] == 0
    assert command("export", "~/again")[0] == 0 and (tmp_path / "again" / "MD5SUMS").is_file()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "a third home"))
    monkeypatch.setenv("WEIGHTS_MIRROR", "~/stick")
    monkeypatch.setenv("WEIGHTS_OFFLINE", "1")
    assert command("fetch")[0] == 0 and (weights.folder() / "VGG16.h5").is_file()


@pytest.mark.parametrize("name", ["export", "import", "serve"])
def test_no_folder_at_all_is_said(name, command):
    assert command(name, "") == (1, "FOLDER was '': wanted is the path of a folder.\n")


# ---- What is secret in an address

ANSWERS = {
    "right": lambda site, n, first: site.good(first),
    "another file": lambda site, n, first: Answer(200, FLIPPED),
    "forbidden": lambda site, n, first: Answer(403),
    "not there": lambda site, n, first: Answer(404),
    "broken": lambda site, n, first: Answer(500),
    "a circle": lambda site, n, first: Answer(302, headers={"Location": site.url + "?token=secret"}),
    "a file here": lambda site, n, first: Answer(302, headers={"Location": "file:///secret"}),
    "a page": lambda site, n, first: Answer(200, b"<html>", {"Content-Type": "text/html"}),
    "no end": lambda site, n, first: Answer(416),
}


@pytest.mark.parametrize("behave", ANSWERS.values(), ids=ANSWERS)
def test_no_word_of_a_download_shows_a_password_or_a_key(behave, site, keras_folder, monkeypatch, capfd):
    site.behave = lambda n, first: behave(site, n, first)
    address = site.url.replace("127", "user:secret@127", 1)
    file = WeightFile(address + "?token=secret", MD5, SIZE)
    assert file.name == "official.h5"
    monkeypatch.setenv("WEIGHTS_MIRROR", address.rsplit("/", 1)[0] + "/?token=secret")
    said = ""
    try:
        weights.obtain(file)
    except OSError as problem:
        said = str(problem)
    shown = capfd.readouterr()
    assert "secret" not in said + shown.out + shown.err and all("token=secret" in path for _, path, _ in site.requests[-1:])


@pytest.mark.parametrize(
    "address",
    [
        "ftp://user:secret@127.0.0.1/official.h5",
        "file://user:secret@/official.h5",
        "http://",
        "http://[",
        "official.h5",
        "",
        None,
    ],
)
def test_what_is_no_web_address_is_refused_before_anything_is_asked(address, goal):
    words = "is not an http or https address. Correct it."
    assert "secret" not in plain_sentence(words, download.fetch, address, goal, MD5)


@pytest.mark.parametrize("mirror", ["ftp://user:secret@host/x", "s3://bucket/secret?token=secret", "file:///x?secret"])
def test_a_mirror_of_another_kind_is_said_and_the_next_source_asked(mirror, keras_folder, serve, monkeypatch, capsys):
    monkeypatch.setenv("WEIGHTS_MIRROR", mirror)
    assert weights.obtain(official(serve(lambda request: send(request, SMALL)))).read_bytes() == SMALL
    said = capsys.readouterr().out
    assert "is not an http or https address. Correct it. That was the mirror" in said
    assert "token=secret" not in said and "user:secret" not in said


def test_nobody_answers_is_said_without_the_password(keras_folder):
    file = WeightFile("http://user:secret@127.0.0.1:9/official.h5?key=secret", MD5, SIZE)
    assert "secret" not in plain_sentence("http://127.0.0.1:9 gave no answer", weights.obtain, file)
