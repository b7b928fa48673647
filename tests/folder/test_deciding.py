"""decide: two more columns, what may be said and why; the same for classes of one's own; never two thresholds in one table."""

import shutil

import pandas as pd
import pytest
from refused import plain_sentence
from tiny_networks import any_head

from helpers import folder, images, labels, models, transfer
from helpers.folder import __main__ as command


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    """Two photos, and a file that is none."""
    album = tmp_path_factory.mktemp("some")
    for name in ("cat", "dog"):
        shutil.copy(images.PHOTOS / f"{name}.jpg", album)
    (album / "none.jpg").write_bytes(b"")
    return album


def test_two_columns_say_what_may_be_said_and_the_others_stay(some, model):
    plain = folder.predict(some, model, top=1000, engine="keras")
    table = folder.predict(some, model, top=1000, engine="keras", decide=0.0012)
    assert list(table.columns) == [*plain.columns[:-2], "said", "because", "error", "network"]
    assert table.iloc[:, :-4].equals(plain.iloc[:, :-2]) and set(table.network) == {"Tiny (said from 0.12 % on)"}
    for (_, row), (_, before) in zip(table.iterrows(), plain.iterrows()):
        if before.error:
            assert (row.said, row.because, row.error) == ("", "", before.error)
            continue
        shares = {before[f"wnid_{rank}"]: before[f"probability_{rank}"] for rank in range(1, 1001)}
        said, because = labels.decide([shares[wnid] for wnid, _ in labels.classes()], 0.0012)
        assert (row.said, row.because) == (said.name.replace("_", " ") if said else "", because)


def test_classes_of_ones_own_are_said_or_nothing_is(some, model):
    own = transfer.join(models.load("Tiny", include_top=False), any_head()), ["ant", "bee", "cow"]
    table = folder.predict(some, own, engine="keras")
    between = table.probability_1[:2].mean()
    table = folder.predict(some, own, engine="keras", decide=between)
    for row in table[table.error == ""].itertuples():
        assert row.said == (row.name_1 if row.probability_1 >= between else "")
    assert sorted(map(bool, table.said)) == [False, False, True], "one is above the mean of both, and one is no picture"


@pytest.mark.parametrize("decide", [90, 0, True, "0.9"])
def test_a_threshold_that_is_none_is_refused_before_any_picture_is_read(some, model, read, decide):
    plain_sentence("wanted is the probability from which on to answer", folder.predict, some, model, decide=decide)
    assert read == []


def test_a_table_holds_the_answers_of_one_threshold(some, model, tmp_path, read):
    out = tmp_path / "table.csv"
    folder.predict(some, model, engine="keras", out=out, decide=0.9)
    before, count = out.read_bytes(), len(read)
    plain_sentence(
        "holds answers of Tiny (said from 90 % on), not of Tiny (said from 80 % on)",
        folder.predict,
        some,
        model,
        engine="keras",
        out=out,
        decide=0.8,
    )
    plain_sentence("the same network, top and decide as then", folder.predict, some, model, engine="keras", out=out)
    again = folder.predict(some, model, engine="keras", out=out, decide=0.9)
    assert out.read_bytes() == before and read[count:] == ["none.jpg"] and len(again) == 3
    kept = pd.read_csv(out, keep_default_na=False)
    assert list(kept.because) == list(again.because) and "Nothing has 90 %: " in kept.because[0]


def test_the_command_takes_it_and_says_of_how_many_nothing_was_said(some, model, tmp_path, capsys):
    words = [str(some), "--model", "Tiny", "--out", str(tmp_path / "table.csv")]
    assert command.main([*words, "--decide", "0.9"]) == 1
    assert "\nSaid of 0 pictures, and nothing of 2: see the column said\n" in capsys.readouterr().out
    assert command.main([*words, "--decide", "90"]) == 2
    assert "sure was 90.0: wanted is the probability" in capsys.readouterr().err
