"""A model with classes of one's own names a folder: what it says alone, under its own names, however the model is given."""

import shutil

import numpy as np
import pandas as pd
import pytest
from albums import same
from refused import plain_sentence
from tiny_networks import any_head

from helpers import folder, images, models, transfer
from helpers.folder import pipe

NAMES = ["ant", "=bee", "cöw <b>\n"]
SHOWN = ["ant", "=bee", "cöw <b>\\n"]  # a line end is written as Python would
ERRORS = {"empty.jpg", "text.png", "cut.jpg", "below/noise.gif"}


@pytest.fixture(scope="module")
def own(model):
    """A joined model that no one has told the names of its classes."""
    return transfer.join(models.load("Tiny", include_top=False), any_head())


@pytest.fixture(scope="module")
def file(own, tmp_path_factory):
    copy = transfer.join(models.load("Tiny", include_top=False), any_head())
    return transfer.save(copy, NAMES, tmp_path_factory.mktemp("saved") / "mine")


@pytest.fixture(scope="module")
def own_table(album, own):
    return folder.predict(album, (own, NAMES), engine="keras")


def check_against_the_model_alone(table, album, model, names):
    """Resized as lesson 11 does, and asked by Keras' own `predict`; nothing of the folder's pipe."""
    good = table[table.error == ""]
    assert set(table.file) - set(good.file) == ERRORS and len(table) == 16
    size = model.input_shape[1]
    p = model.predict(images.batch([images.resize(images.load(album / file), size) for file in good.file]), verbose=0)
    for row, shares in zip(good.itertuples(), p, strict=True):
        order = np.argsort(-shares)
        for rank, place in enumerate(order, start=1):
            assert getattr(row, f"name_{rank}") == names[place]
            assert abs(getattr(row, f"probability_{rank}") - shares[place]) < 1e-4
    assert good.probability_1.nunique() > 5, "they differ from picture to picture"
    bad = table[table.error != ""]
    assert (bad.name_1 == "").all() and bad.probability_1.isna().all()


@pytest.mark.parametrize("engine", ["keras", "openvino"])
def test_the_table_says_what_the_model_alone_says(album, own, engine):
    if engine == "openvino":
        pytest.importorskip("openvino", reason="OpenVINO, of the extra [fast], is not installed")
    table = folder.predict(album, (own, NAMES), engine=engine, reading="exact")
    check_against_the_model_alone(table, album, own, SHOWN)


def test_a_model_on_a_network_of_the_course_says_what_it_says_alone(album):
    base = models.load("EfficientNet-Lite0", include_top=False)
    mine = transfer.join(base, any_head(base.output_shape[1], scale=0.1))
    check_against_the_model_alone(folder.predict(album, (mine, NAMES), engine="keras", reading="exact"), album, mine, SHOWN)


def test_the_columns_are_the_classes_names_with_no_wordnet_id_and_as_many_as_there_are(own_table, album, own):
    columns = ["file", "name_1", "probability_1", "name_2", "probability_2", "name_3", "probability_3", "error", "network"]
    assert list(own_table.columns) == columns, "of the five asked for, three"
    (network,) = set(own_table.network)
    assert network.startswith("Tiny for 3 classes of your own (") and len(network.rsplit(" (", 1)[1]) == len("12345678)")
    assert list(folder.predict(album, (own, NAMES), engine="keras", top=2).columns) == [*columns[:5], *columns[7:]]


WAYS = {
    "the path": lambda file: file,
    "the path as text": str,
    "what load gave": transfer.load,
    "the model that load gave": lambda file: transfer.load(file)[0],
    "the model that was saved": lambda file: _saved_again(file),
    "a list": lambda file: [*transfer.load(file)],
}


def _saved_again(file):
    model = transfer.join(models.load("Tiny", include_top=False), any_head())
    transfer.save(model, NAMES, file.with_name("again"))
    return model


@pytest.mark.parametrize("way", WAYS)
def test_it_may_be_given_in_any_way_and_is_the_same_model(own_table, album, file, way):
    same(folder.predict(album, WAYS[way](file), engine="keras"), own_table)


@pytest.mark.parametrize("out", ["table.csv", "parts"])
def test_what_is_written_is_the_same_table_and_going_on_asks_again_what_had_an_error_or_changed(
    own_table, own, file, album, tmp_path, read, out
):
    if out == "parts":
        pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    album = shutil.copytree(album, tmp_path / "album")
    same(folder.predict(album, (own, NAMES), engine="keras", out=tmp_path / out), own_table)
    changed = sorted(images.PHOTOS.glob("*.jpg"))[20]
    shutil.copyfile(changed, album / "a,b.jpg")
    shutil.copyfile(changed, album / "empty.jpg")
    read.clear()
    table = folder.predict(album, file, engine="keras", out=tmp_path / out)
    assert sorted(read) == ["a,b.jpg", "cut.jpg", "empty.jpg", "noise.gif", "text.png"]
    same(table, folder.predict(album, file, engine="keras"))
    rows = table.set_index("file")
    assert rows.probability_1["a,b.jpg"] == pytest.approx(rows.probability_1["empty.jpg"])
    read.clear()
    same(folder.predict(album, file, engine="keras", out=tmp_path / out), table)
    assert sorted(read) == ["cut.jpg", "noise.gif", "text.png"]


def others():
    base, other = (models.load(name, include_top=False) for name in ("Tiny", "Other"))
    return {
        "other names": (transfer.join(base, any_head()), ["ant", "=bee", "dog"]),
        "trained anew": (transfer.join(base, any_head(seed=1)), NAMES),
        "another network": (transfer.join(other, any_head()), NAMES),
        "more classes": (transfer.join(base, any_head(classes=4)), [*NAMES, "dog"]),
        "ImageNet's": "Tiny",
    }


@pytest.mark.parametrize("out", ["table.csv", "parts"])
@pytest.mark.parametrize("other", ["other names", "trained anew", "another network", "more classes", "ImageNet's"])
def test_a_table_of_another_model_is_refused_and_left_as_it_was(album, own, tmp_path, out, other):
    if out == "parts":
        pytest.importorskip("pyarrow", reason="pyarrow, of the extra [scale], is not installed")
    folder.predict(album, (own, NAMES), engine="keras", out=tmp_path / out)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    words = (
        "holds another table, with other columns" if other in ("more classes", "ImageNet's") else "holds answers of Tiny for 3"
    )
    said = plain_sentence(
        [words, "give another out"], folder.predict, album, others()[other], engine="keras", out=tmp_path / out
    )
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert ("Other for 3 classes of your own (" in said) == (other == "another network")


def test_what_is_no_model_is_one_sentence_before_any_picture_is_read(album, own, file, tmp_path, monkeypatch):
    monkeypatch.setattr(pipe.Pipe, "read", lambda *_: pytest.fail("a picture was read"))
    (tmp_path / "text.npz").write_text("no model")
    (tmp_path / "mine.keras").write_text("no model")
    base = models.load("Tiny", include_top=False)
    for wrong, words in [
        (own, "This model does not know what its classes are called: give (model, names) for model"),
        ((own, NAMES[:2]), "The names do not fit: wanted is a list with a name, in quotes, for each of the 3 classes."),
        ((own, "abc"), "The names do not fit"),
        ((models.load("Tiny"), NAMES), "Wanted is a model that transfer.join or transfer.load gave, not 'Tiny'."),
        ((own, NAMES, 1), "Wanted is a model that transfer.join or transfer.load gave, not a tuple."),
        ([], "Wanted is a model that transfer.join or transfer.load gave, not a list."),
        (tmp_path / "text.npz", "text.npz is damaged, or was not written by transfer.save"),
        (str(tmp_path / "mine.keras"), "mine.keras is damaged, or was not written by transfer.save"),
        ("no such.npz", "There is no file no such.npz: give the path that transfer.save gave back."),
        (tmp_path, "is damaged, or was not written by transfer.save"),
        (base, "Tiny was loaded without its last layer, so it names nothing: wanted is a network's name"),
        (any_head(), "model was a Sequential: wanted is a network's name, a model from models.load, what transfer.load gave"),
        (5, "model was a int: wanted is a network's name"),
        ("Tiny1", "There is no network 'Tiny1' here: did you mean 'Tiny'?"),
    ]:
        plain_sentence(words, folder.predict, album, wrong, engine="keras")


def test_a_model_that_learned_to_answer_nan_is_refused_and_no_row_is_written(album, own, tmp_path):
    broken = transfer.join(models.load("Tiny", include_top=False), any_head(scale=np.nan))
    words = "p holds values that are not numbers (NaN or infinite)"
    plain_sentence(words, folder.predict, album, (broken, NAMES), engine="keras", out=tmp_path / "table.csv")
    assert len((tmp_path / "table.csv").read_bytes().splitlines()) <= 1


@pytest.mark.slow
@pytest.mark.usefixtures("one_cluster")
def test_ray_gives_the_same_table_from_the_path_and_from_the_model(album, tmp_path, capfd):
    """On a network that the workers know too: Tiny is in the catalogue of this process only."""
    ray = pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")
    base = models.load("EfficientNet-Lite0", include_top=False)
    mine = transfer.join(base, any_head(base.output_shape[1], scale=0.1))
    whole = folder.predict(album, (mine, NAMES), engine="keras", reading="exact")
    file = transfer.save(mine, NAMES, tmp_path / "mine")
    capfd.readouterr()
    try:
        for given, out in ((file, "by_path"), ((mine, NAMES), "by_model")):
            options = {"engine": "keras", "reading": "exact", "batch_size": 4}
            out = folder.predict_on_ray(album, given, out=tmp_path / out, **options)
            found = pd.read_parquet(out).sort_values("file", ignore_index=True)
            check_against_the_model_alone(found, album, mine, SHOWN)
            assert list(found.columns) == list(whole.columns) and set(found.network) == set(whole.network)
    finally:
        ray.shutdown()
    assert capfd.readouterr().err == ""


def test_ray_refuses_what_is_no_model_before_it_starts(album, own, model, tmp_path, monkeypatch):
    ray = pytest.importorskip("ray", reason="ray, of the extra [scale], is not installed")
    monkeypatch.setattr(ray, "init", lambda *_, **__: pytest.fail("Ray was started"))
    for wrong, words in [
        (model, "Wanted is a network's name, or a model of your own: each worker loads the network by itself."),
        ("no such.npz", "There is no file no such.npz"),
        ("Tiny1", "There is no network 'Tiny1' here"),
        (own, "This model does not know what its classes are called"),
        (None, "model was a NoneType: wanted is a network's name"),
    ]:
        plain_sentence(words, folder.predict_on_ray, album, wrong, out=tmp_path / "table")
