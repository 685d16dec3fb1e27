"""Iris, moons, the user's CSV, splitting and standardising."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nn
from nn import DataError, data


def write(tmp_path, text, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_iris_is_fishers():
    table = data.iris()
    assert table.x.shape == (150, 4)
    assert np.bincount(table.y).tolist() == [50, 50, 50]
    assert table.class_names == ("setosa", "versicolor", "virginica")
    assert table.feature_names[3] == "petal_width_cm"
    np.testing.assert_allclose(table.x.sum(axis=0), [876.5, 458.6, 563.7, 179.9])
    # where the UCI copy differs from Fisher's table
    assert table.x[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert table.x[37].tolist() == [4.9, 3.6, 1.4, 0.1]
    assert "1936" in data.IRIS_SOURCE
    assert len(table) == 150
    assert repr(table) == "Table(150 samples, 4 features, 3 classes: setosa, versicolor, virginica)"
    with pytest.raises(ValueError, match="read-only"):
        table.x[0, 0] = 1.0


def test_a_part_of_a_table():
    table = data.iris().select(
        features=["petal_width_cm", "sepal_length_cm"], classes=["virginica", "setosa"]
    )
    assert table.x.shape == (100, 2)
    assert table.x[0].tolist() == [0.2, 5.1]
    assert table.y[0] == 1
    assert table.y[-1] == 0
    assert table.class_names == ("virginica", "setosa")
    assert len(data.iris().select()) == 150
    with pytest.raises(
        DataError, match="no feature 'petal_widht_cm': did you mean 'petal_width_cm'"
    ):
        data.iris().select(features=["petal_widht_cm"])
    with pytest.raises(DataError, match="no class 'rose': there are"):
        data.iris().select(classes=["rose"])
    for wrong in ("setosa", []):
        with pytest.raises(DataError, match="give a list of class names"):
            data.iris().select(classes=wrong)
    with pytest.raises(DataError, match=r"a class is given twice in .*setosa.*setosa"):
        data.iris().select(classes=["setosa", "setosa"])


@given(n=st.integers(2, 60), seed=st.integers(0, 99))
def test_moons_lie_on_their_circles(n, seed):
    table = data.moons(n, noise=0.0, seed=seed)
    assert len(table) == n
    assert abs(2 * table.y.sum() - n) <= 1
    upper, lower = table.x[table.y == 0], table.x[table.y == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1.0)
    np.testing.assert_allclose(np.hypot(*(lower - [1.0, 0.5]).T), 1.0)
    assert (upper[:, 1] >= 0).all()
    assert (lower[:, 1] <= 0.5).all()
    again = data.moons(n, noise=0.2, seed=seed)
    np.testing.assert_array_equal(again.x, data.moons(n, noise=0.2, seed=seed).x)


def test_moons_misuse():
    with pytest.raises(DataError, match="n is 1; give a whole number"):
        data.moons(1)
    with pytest.raises(ValueError, match="noise is -1"):
        data.moons(10, noise=-1)


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────
cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=6)


@given(
    numbers=hnp.arrays(
        float, st.tuples(st.integers(2, 5), st.integers(1, 3)),
        elements=st.floats(allow_nan=False, allow_infinity=False),
    ),
    names=st.lists(cells.filter(lambda s: s.strip()), min_size=4, max_size=4,
                   unique_by=lambda s: s.strip()),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    bom=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)  # fmt: skip
def test_what_csv_writes_is_read_back(tmp_path, numbers, names, ends, bom, quoting):
    m, n = numbers.shape
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=ends, quoting=quoting)
    writer.writerow([*names[:n], names[3]])
    for i, row in enumerate(numbers):
        writer.writerow([*map(repr, row.tolist()), f"class {i % 2}"])
    content = (b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode()
    table = data.read_csv(write(tmp_path, content), target=names[3].strip())
    np.testing.assert_array_equal(table.x, numbers)
    assert table.y.tolist() == [i % 2 for i in range(m)]
    assert table.class_names == ("class 0", "class 1")
    assert table.feature_names == tuple(s.strip() for s in names[:n])


def test_classes_are_ordered_by_value_if_they_are_numbers(tmp_path):
    table = data.read_csv(write(tmp_path, "a,y\n1,10\n2,9\n\n3,-1\n"), target="y")
    assert table.class_names == ("-1", "9", "10")
    assert table.y.tolist() == [2, 1, 0]
    table = data.read_csv(write(tmp_path, "y,a\nb, 1\na , 2e0\n"), target="y")
    assert table.class_names == ("a", "b")
    assert table.y.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv is empty"),
        ("\n\n", "t.csv is empty"),
        ("a,y\n", "has a header and no rows"),
        ("y\n1\n2\n", "the target column alone"),
        ("a,y\n1,p\nx,q\n", "t.csv, line 3, column 'a': 'x' is no number"),
        ("a,y\n1,p\n,q\n", "t.csv, line 3, column 'a': the cell is empty"),
        ("a,y\n1,p\n2,\n", "t.csv, line 3, column 'y': the class is missing"),
        ("a,y\nnan,p\n2,q\n", "line 2, column 'a': 'nan' is no finite number"),
        ("a,y\n1,p\n-inf,q\n", "'-inf' is no finite number"),
        ("a,y\n1,p\n1e999,q\n", "'1e999' is no finite number"),
        ("a,y\n1,p\n1_000,q\n", "'1_000' is no number"),
        ('a,y\n1,p\n"1,5",q\n', "'1,5' is no number; write decimals with a point"),
        ("a,y\n1,p\n2\n", "line 3: 1 cell, the header has 2"),
        ("a,y\n1,p\n2,q,r\n", "line 3: 3 cells"),
        ('a,y\n"1\n",p\n\nx,q\n', "line 5, column 'a'"),
        ("a,a,y\n1,2,p\n", "the header has 'a' twice"),
        ("a,,y\n1,2,p\n", "column 2 of the header has no name"),
        ("a,Y\n1,p\n2,q\n", "no column 'y': did you mean 'Y'"),
        ("a,speces\n1,p\n2,q\n", "no column 'y': there are 'a, speces'"),
        ("1,2\n3,4\n", "the first line holds numbers; give a header"),
        ("a;y\n1;p\n", "has no comma; separate by commas"),
        ("a,y\n1,p\n2,p\n", "every row has the class 'p'"),
        ('a,y\n1,"p\n', "check the quotes"),
        ('a,y\n1,"p"q\n', "check the quotes"),
        (b"a,y\n1,p\n2,\xff\n", "t.csv, line 3: byte 0xff is no UTF-8"),
        (b"a,y\n1,p\n2\x00,q\n", r"'2\\x00' is no number"),
        ("a,y\n1,p\n" + "9" * 200 + "x,q\n", "…' is no number"),
    ],
)
def test_bad_tables(tmp_path, text, message):
    with pytest.raises(DataError, match=message) as caught:
        data.read_csv(write(tmp_path, text), target="y")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        data.read_csv(tmp_path / "none.csv", target="y")


@given(content=st.binary(max_size=60))
def test_any_bytes_give_a_table_or_a_named_error(tmp_path, content):
    message = ""
    try:
        data.read_csv(write(tmp_path, b"a,y\n" + content), target="y")
    except DataError as error:
        message = str(error)
    assert "\n" not in message


# ── Standardizer and split ──────────────────────────────────────────────────────────────────────
@given(hnp.arrays(float, st.tuples(st.integers(2, 8), st.integers(1, 4)),
                  elements=st.floats(-1e3, 1e3).map(lambda v: round(v, 3))))  # fmt: skip
def test_standardised_features_have_mean_0_and_scale_1(x):
    scale = data.Standardizer(x)
    z = scale.transform(x)
    same = (x == x[0]).all(axis=0)
    assert scale.constant == tuple(np.flatnonzero(same))
    np.testing.assert_allclose(z.mean(axis=0), 0.0, atol=1e-6)
    np.testing.assert_allclose(z[:, ~same].std(axis=0), 1.0, atol=1e-6)
    assert (z[:, same] == 0).all()


def test_the_training_part_alone_decides():
    scale = data.Standardizer().fit([[0.0, 1.0], [2.0, 3.0]])
    np.testing.assert_array_equal(scale.transform([[5.0, 2.0]]), [[4.0, 0.0]])
    assert repr(scale) == "Standardizer(mean=[1.0, 2.0], scale=[1.0, 1.0])"
    assert repr(data.Standardizer()) == "Standardizer(not fitted)"
    huge = data.Standardizer([[1e308], [-1e308]])
    np.testing.assert_allclose(huge.transform([[1e308]]), [[1.0]])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: data.Standardizer().transform([[1.0]]), "call fit on the training part first"),
        (
            lambda: data.Standardizer([[1.0, 2.0]]).transform([[1.0]]),
            "fitted on 2 features; x has 1",
        ),
        (lambda: data.Standardizer([1.0, 2.0]), r"x has shape \(2,\); give samples as rows"),
        (lambda: data.Standardizer([[1.0], [np.nan]]), r"x\[1, 0\] is nan"),
        (lambda: data.Standardizer(np.ones((0, 2))), "at least one"),
        (lambda: data.split([[1.0]], [1, 2]), "x has 1 sample, y has shape"),
        (lambda: data.split(np.ones((4, 1)), [0, 0, 1, 1], 0.01), "leaves a part empty"),
        (lambda: data.split(np.ones((4, 1)), [0, 0, 1, 1], 1.5), "the fraction is 1.5"),
        (lambda: data.split(np.ones((4, 1)), [0, 0, 1, 1], 1), "the fraction is 1"),
        (
            lambda: data.split(np.ones((1, 1)), [0], 0.9),
            "y has 1 class in 1 sample: each class needs at",
        ),
        (
            lambda: data.split(np.ones((3, 1)), [0, 1, 2], 0.5),
            "y has 3 classes in 3 samples: each class needs at least 2 samples",
        ),
        (
            lambda: data.split(np.ones((40, 1)), np.arange(40)),
            "y has 40 classes in 40 samples: give classes, not a quantity",
        ),
        (
            lambda: data.split(np.ones((40, 1)), np.eye(40)[::-1]),
            "y has 40 classes in 40 samples: give classes, not a quantity",
        ),
        (
            lambda: data.split(np.ones((40, 1)), np.maximum(np.arange(40), 10)),
            "y has 30 classes in 40 samples: give classes, not a quantity",
        ),
        (lambda: data.split(np.ones((2, 1)), ["a", "b"], 0.5), "y has dtype"),
    ],
)
def test_misuse(call, text):
    with pytest.raises(ValueError, match=text):
        call()


@given(
    y=hnp.arrays(int, st.integers(4, 40), elements=st.integers(0, 3)),
    fraction=st.sampled_from([0.25, 0.5, 0.7]),
    seed=st.integers(0, 99),
    kind=st.sampled_from(["labels", "one-hot", "floats"]),
)
def test_splits_are_stratified_and_repeatable(y, fraction, seed, kind):
    x = np.arange(2.0 * len(y)).reshape(-1, 2)
    target = {"labels": y, "one-hot": np.eye(4)[y], "floats": y + 0.5}[kind]
    if kind != "floats" and len(np.unique(y)) == len(y):  # each class keeps its only sample
        with pytest.raises(DataError, match="each class needs at least 2 samples"):
            data.split(x, target, fraction, seed=seed)
        return
    parts = data.split(x, target, fraction, seed=seed)
    again = data.split(x, target, fraction, seed=seed)
    np.testing.assert_array_equal(parts.indices, again.indices)
    np.testing.assert_array_equal(parts.x_test, x[parts.indices])
    np.testing.assert_array_equal(parts.y_test, target[parts.indices])
    together = np.concatenate([parts.x_train, parts.x_test])
    assert sorted(together[:, 0].tolist()) == x[:, 0].tolist()
    if kind == "floats":
        assert len(parts.indices) == round(fraction * len(y))
        return
    rest = np.setdiff1d(np.arange(len(y)), parts.indices)
    assert set(y[rest]) == set(y)
    for c in np.unique(y):
        exact = fraction * np.sum(y == c)
        assert abs(np.sum(y[parts.indices] == c) - exact) <= 1.5


def test_another_seed_gives_another_split():
    table = data.iris()
    one, two = (nn.data.split(table.x, table.y, 0.2, seed=s).indices for s in (1, 2))
    assert not np.array_equal(one, two)


def test_every_class_keeps_a_sample_to_train_on():
    parts = data.split(np.ones((10, 1)), [0] * 5 + [1] * 4 + [2], 0.99, seed=0)
    assert sorted(parts.y_train.tolist()) == [0, 1, 2]


def test_one_is_no_plural():
    table = data.iris().select(list(data.iris().feature_names[:1]), ["setosa"])
    assert repr(table) == "Table(50 samples, 1 feature, 1 class: setosa)"
