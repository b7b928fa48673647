"""The same table from Ray, also where a worker is killed; and what is said before Ray starts."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pandas as pd
import pytest
from albums import same
from checkout import ROOT
from refused import plain_sentence

from helpers import folder
from helpers.folder import on_ray

LITE = "EfficientNet-Lite0"
LEFT_OUT = "Left out: 1 file that is no picture by its ending (notes.txt); 1 hidden file or folder (._hidden.jpg).\n"


class Dying(on_ray.Worker):
    """A worker that is killed at its second batch, once."""

    def __call__(self, batch):
        marker = pathlib.Path(self.path) / ".killed"
        self.batches = getattr(self, "batches", 0) + 1
        if self.batches == 2 and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(batch)


@pytest.fixture(scope="module")
def whole(album):
    """What one machine says: by a network that the workers know too."""
    return folder.predict(album, LITE, engine="keras")


@pytest.mark.slow
@pytest.mark.usefixtures("one_cluster")
def test_ray_gives_the_same_table_where_a_worker_is_killed(album, whole, tmp_path, monkeypatch, capfd):
    ray = pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the workers cannot import the tests
    album = shutil.copytree(album, tmp_path / "album")
    monkeypatch.setattr(on_ray, "Worker", Dying)
    try:
        out = folder.predict_on_ray(album, LITE, engine="keras", batch_size=4, out=tmp_path / "table")
        found = pd.read_parquet(out).sort_values("file").reset_index(drop=True)
    finally:
        ray.shutdown()
    assert (album / ".killed").exists()
    said = capfd.readouterr()
    assert said.err == "" and LEFT_OUT in said.out
    plain_sentence("holds a table already, and Ray would add the same rows again", folder.predict_on_ray, album, LITE, out=out)
    assert list(found.file) == sorted(whole.file)
    files = whole.set_index("file").loc[found.file].reset_index()
    same(found[whole.columns].drop(columns="error"), files[whole.columns].drop(columns="error"))
    assert list(found.error != "") == list(files.error != "")


@pytest.mark.slow
@pytest.mark.usefixtures("one_cluster")
def test_rays_workers_take_the_course_from_where_it_is_and_files_from_an_address(album, tmp_path):
    pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers")
    (tmp_path / "data").symlink_to(ROOT / "data")
    module = tmp_path / "helpers" / "folder" / "pipe.py"
    module.write_text(module.read_text().replace('"error", "network"]', '"changed", "network"]'))
    run = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from helpers import folder;"
    run += f"folder.predict_on_ray({album.as_uri()!r}, {LITE!r}, engine='keras', out={str(tmp_path / 'table')!r})"
    subprocess.run([sys.executable, "-c", run], check=True, cwd=tmp_path, timeout=300)
    assert "changed" in pd.read_parquet(tmp_path / "table").columns


def test_without_ray_the_command_is_said(album, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ImportError, match=r'^Ray is not installed: give the command pip install "ray\[data\]'):
        folder.predict_on_ray(album, LITE)


@pytest.mark.parametrize("address", [None, "10.0.0.1:6379"])
def test_a_cluster_that_does_not_start_is_one_sentence(album, tmp_path, monkeypatch, address):
    ray = pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")

    def slow(*_, **__):
        raise Exception("The current node timed out during startup. This could happen because …")  # as Ray 2.60 does

    monkeypatch.setattr(ray, "init", slow)
    where = f"at {address}" if address else "here"
    words = f"Ray finds or starts no cluster {where}: check the memory and the network, and call again"
    plain_sentence(words, folder.predict_on_ray, album, LITE, out=tmp_path / "table", address=address)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"path": "no such folder"}, "no such folder is not there"),
        ({"top": 0}, "top was 0"),
        ({"top": True}, "top was True"),
        ({"batch_size": "8"}, "batch_size was '8'"),
        ({"model": None}, "model was a NoneType: wanted is a network's name, a model from models.load"),
        ({"workers": 0}, "workers was 0: wanted is a whole number from 1 to 10000"),
        ({"workers": True}, "workers was True"),
        ({"gpus": -1}, "gpus was -1: wanted is a whole number from 0 to 1"),
        ({"gpus": True}, "gpus was True"),
        ({"path": "s3://bucket", "top": 1001}, "top was 1001"),
        ({"out": "x.csv"}, "but no .csv file is written here: wanted is the name of a folder, or an address"),
        ({"out": "x.xlsx"}, "but no .xlsx file is written here: wanted is the name of a folder, or an address"),
        ({"out": None}, "out was None: wanted is the name of a folder, or an address such as s3://"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_wrong_arguments_are_refused_plainly_before_ray_starts(album, monkeypatch, wrong, words):
    ray = pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")

    def init(*_, **__):
        raise AssertionError("Ray was started")

    monkeypatch.setattr(ray, "init", init)
    plain_sentence(words, folder.predict_on_ray, **{"path": album, "model": LITE, **wrong})
