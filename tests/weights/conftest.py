"""An empty Keras folder with leave to use the network, a server that misbehaves, and the command with small cards."""

import dataclasses
import hashlib
import sys

import large_file
import misbehaving
import pytest
from small_files import CONTENTS, NAMES

from helpers import weights
from helpers.cards import CARDS, WeightFile
from helpers.weights import __main__ as command_line
from helpers.weights import download


@pytest.fixture
def keras_folder(monkeypatch, tmp_path):
    """An empty Keras folder, leave to use the network, and short pauses between the tries."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("WEIGHTS_OFFLINE")
    monkeypatch.setattr(download, "PAUSE", 0.01)
    return tmp_path / "keras" / "models"


@pytest.fixture
def site(monkeypatch):
    """A server with the large file, and short pauses between the tries."""
    monkeypatch.setattr(download, "PAUSE", 0.01)
    with misbehaving.server(large_file.CONTENT) as site:
        yield site


@pytest.fixture
def goal(tmp_path):
    return tmp_path / "models" / "official.h5"


# ---- The command


@pytest.fixture
def cards(keras_folder, monkeypatch):
    """Small cards with the real names, whose files are at a server of the test, and an empty Keras folder. Gives the server."""
    with misbehaving.server(b"") as site:
        address = site.url.rsplit("/", 1)[0]

        def behave(n, first):
            content = CONTENTS.get(site.requests[-1][1].rsplit("/", 1)[-1])
            return misbehaving.Answer(200, content) if content else misbehaving.Answer(404)

        def file(name):
            if name not in CONTENTS:
                return None
            md5 = None if name == "NoSum.h5" else hashlib.md5(CONTENTS[name]).hexdigest()
            return WeightFile(f"{address}/{name}", md5, len(CONTENTS[name]))

        site.behave = behave
        small = {"EfficientNet-Lite0": CARDS["EfficientNet-Lite0"]}
        for name in NAMES:
            files = {"weights": file(f"{name}.h5"), "weights_no_top": file(f"{name}_notop.h5")}
            small[name] = dataclasses.replace(CARDS["VGG16"], name=name, **files)
        monkeypatch.setattr(command_line, "CARDS", small)
        yield site


@pytest.fixture
def command(monkeypatch, capsys):
    """command("status", "--json") runs it in this process, and gives (exit code, what it printed or said at the exit)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["weights", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            command_line.main()
        code, said = end.value.code, capsys.readouterr()
        text = said.out + (f"{code}\n" if isinstance(code, str) else "")
        assert "Errno" not in text and "Error" not in text and "Traceback" not in text + said.err
        return (1 if isinstance(code, str) else code or 0), text

    return run


@pytest.fixture
def put():
    """put(names): these files, right ones, in the Keras folder."""

    def write(*names):
        weights.folder().mkdir(parents=True, exist_ok=True)
        for name in names:
            (weights.folder() / name).write_bytes(CONTENTS[name])

    return write


@pytest.fixture
def stick(cards, command, put, tmp_path, monkeypatch):
    """An exported folder with everything, and again an empty Keras folder."""
    put(*CONTENTS)
    code, said = command("export", tmp_path / "stick")
    assert code == 0 and "10 files" in said
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "another home"))
    return tmp_path / "stick"
