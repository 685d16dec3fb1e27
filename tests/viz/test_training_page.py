"""The page of a training run: what it holds, and that it works in a browser."""

import base64
import json
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from browser import END, HOME, LEFT, RIGHT, Page, in_browser
from pictures import HOSTILE, data_of, outside_scripts

import nn
import viz
from viz.page import training

LOSS = {"loss": [1.0, 0.5, 0.25], "val_loss": [1.1, 0.6, 0.4]}


@cache
def moons(epochs: int = 12) -> nn.History:
    """A recorded run on two features; read only."""
    data = nn.data.moons(80, noise=0.15, seed=0)
    net = nn.Sequential(nn.Linear(2, 8, seed=0), nn.Tanh(), nn.Linear(8, 2, seed=1))
    return nn.fit(net, data.x, data.y, epochs=epochs, batch_size=20, lr=0.02, validation=0.25,
                  seed=0, record=True)  # fmt: skip


@cache
def iris() -> nn.History:
    table = nn.data.iris()
    x = nn.data.Standardizer(table.x).transform(table.x)
    return nn.fit(nn.SigmoidNet(seed=0), x, table.y, epochs=8, lr=0.05, seed=0, record=True)


def lines(data: dict[str, Any], key: str) -> dict[str, list[float]]:
    (panel,) = [panel for panel in data["panels"] if panel["key"] == key]
    return {line["name"]: line["values"] for line in panel["lines"]}


# ── what it holds ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("run", [moons, iris])
def test_the_numbers_are_those_of_the_history(run: Any, tmp_path: Path) -> None:
    history = run()
    data = data_of(viz.page(history, tmp_path / "t.html"))
    assert data["epochs"] == list(range(1, len(history) + 1))
    loss, accuracy = lines(data, "loss"), lines(data, "accuracy")
    assert loss["loss"] == history.loss
    assert accuracy["accuracy"] == history.accuracy
    assert loss.get("validation loss", []) == history.val_loss
    assert accuracy.get("validation accuracy", []) == history.val_accuracy
    for key, norms in (("gradients", history.gradient_norms), ("weights", history.weight_norms)):
        shown = lines(data, key)
        assert list(shown) == [viz.text.pretty(name) for name in norms]
        np.testing.assert_allclose(list(shown.values()), list(norms.values()), rtol=1e-5)
    assert (data["boundary"] is None) == (run is iris)


def test_the_boundary_comes_back_from_its_bytes(tmp_path: Path) -> None:
    known = moons().boundary
    assert known is not None
    found = data_of(viz.page(moons(), tmp_path / "t.html"))["boundary"]
    shape = (len(known.epochs), len(known.y), len(known.x))
    cells = np.frombuffer(base64.b64decode(found["cells"]), np.uint8).reshape(shape)
    np.testing.assert_array_equal(cells // found["levels"], known.predicted)
    margin = np.array(known.margin)
    near = (cells % found["levels"] / (found["levels"] - 1)) ** 2 * margin.max(axis=(1, 2))[
        :, None, None
    ]
    np.testing.assert_allclose(near, margin, atol=0.01 * margin.max())
    np.testing.assert_allclose(found["tops"], margin.max(axis=(1, 2)) / margin.max(), rtol=1e-3)
    assert found["epochs"] == known.epochs
    np.testing.assert_allclose(found["points"], known.points, rtol=1e-5)
    assert found["labels"] == known.labels
    assert (found["x"], found["y"]) == ([known.x[0], known.x[-1]], [known.y[0], known.y[-1]])


@pytest.mark.parametrize("classes", [2, 3, 16])
def test_every_class_keeps_its_place_in_a_byte(classes: int) -> None:
    predicted = np.arange(64).reshape(1, 8, 8) % classes
    margin = np.linspace(0, 9, 64).reshape(1, 8, 8)
    found = training.boundary(grid(classes, predicted.tolist(), margin.tolist()))
    assert found is not None
    cells = np.frombuffer(base64.b64decode(found["cells"]), np.uint8)
    np.testing.assert_array_equal(cells // found["levels"], predicted.ravel())


def grid(classes: int, predicted: Any, margin: Any) -> SimpleNamespace:
    side = list(range(8))
    return SimpleNamespace(
        x=side, y=side, epochs=[1], predicted=predicted, margin=margin, points=[[0.0, 1.0]],
        labels=[classes - 1], samples=1, features=["a", "b"],
        classes=[f"class {k}" for k in range(classes)],
    )  # fmt: skip


def test_too_many_classes_are_not_drawn_and_no_margin_is_no_error() -> None:
    zeros = np.zeros((1, 8, 8), dtype=int).tolist()
    found = training.boundary(grid(17, zeros, zeros))
    assert found is not None
    assert found["refused"].startswith("17 classes; a picture keeps 16 apart")
    found = training.boundary(grid(2, zeros, zeros))
    assert found is not None
    assert set(base64.b64decode(found["cells"])) == {0}


def test_a_run_without_records_says_how_to_get_them(tmp_path: Path) -> None:
    page = viz.page(nn.History(loss=[2.0, 1.0], accuracy=[0.5, 0.75]), tmp_path / "t.html")
    data = data_of(page)
    assert [panel["key"] for panel in data["panels"]] == ["loss", "accuracy"]
    assert (data["boundary"], data["recorded"]) == (None, False)
    assert "fit(…, record=True)" in outside_scripts(page)
    assert "fit(…, record=True)" not in outside_scripts(viz.page(moons(), page))


def test_a_dict_of_lists_with_names_and_gaps_of_its_own(tmp_path: Path) -> None:
    given = {"mine": [1.0, None, float("nan")], "my accuracy": [0.1]}
    data = data_of(viz.page(given, tmp_path / "t.html"))
    assert lines(data, "loss") == {"mine": [1.0, None, None]}
    assert lines(data, "accuracy") == {"my accuracy": [0.1, None, None]}


def test_epochs_count_on_from_those_before(tmp_path: Path) -> None:
    history = nn.History(loss=[2.0, 1.0, 1.5], start=40, best_epoch=42)
    data = data_of(viz.page(history, tmp_path / "t.html"))
    assert (data["epochs"], data["last"], data["best"]) == ([41, 42, 43], 43, 42)


def test_infinite_gradients_are_no_json(tmp_path: Path) -> None:
    history = nn.History(loss=[1.0, 2.0], weight_norms={"W": [1.0, 2.0]},
                         gradient_norms={"W": [float("inf"), float("nan")]})  # fmt: skip
    data = data_of(viz.page(history, tmp_path / "t.html"))
    assert lines(data, "gradients") == {"W": [None, None]}


def test_a_loss_over_decades_has_a_logarithmic_axis(tmp_path: Path) -> None:
    for loss, log in (([1.0, 0.001], True), ([1.0, 0.5], False), ([1.0, 0.0], False)):
        assert data_of(viz.page({"loss": loss}, tmp_path / "t.html"))["panels"][0]["log"] is log


def test_a_thousand_epochs_stay_below_a_megabyte_and_more_are_thinned(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    side = list(range(40))
    boundary = SimpleNamespace(
        x=side, y=side, epochs=list(range(1, 61)), classes=["a", "b"], features=["u", "v"],
        predicted=rng.integers(0, 2, (60, 40, 40)).tolist(), margin=rng.random((60, 40, 40)),
        points=rng.normal(size=(1000, 2)).tolist(), labels=rng.integers(0, 2, 1000).tolist(),
        samples=1000,
    )  # fmt: skip

    def run(epochs: int, parameters: int) -> SimpleNamespace:
        norms = {f"W{k}": rng.random(epochs).tolist() for k in range(parameters)}
        return SimpleNamespace(loss=rng.random(epochs).tolist(), boundary=boundary,
                               weight_norms=norms, gradient_norms=norms)  # fmt: skip

    page = viz.page(run(1000, 24), tmp_path / "t.html")
    assert len(data_of(page)["epochs"]) == 1000
    assert page.stat().st_size < 1_000_000
    page = viz.page(run(50_000, 4), tmp_path / "t.html")
    epochs = data_of(page)["epochs"]
    assert len(epochs) == 100_000 // 9
    assert (epochs[0], epochs[-1]) == (1, 50_000)
    assert data_of(page)["boundary"]["points"] == pytest.approx(boundary_points(boundary), rel=1e-5)


def boundary_points(boundary: Any) -> Any:
    return np.array(boundary.points[::2])


def test_the_page_loads_nothing(tmp_path: Path) -> None:
    page = viz.page(moons(), tmp_path / "t.html")
    text = outside_scripts(page)
    policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    assert policy + "font-src data:; img-src data:" in text
    assert not re.search(r"<(script|img|iframe|link)[^>]*\s(src|href)=", text)
    assert "url(" not in text
    assert "@import" not in text


def hostile() -> nn.History:
    history = nn.History(loss=[1.0, 0.5])
    history.weight_norms = {name: [1.0, 2.0] for name in HOSTILE}
    history.gradient_norms = {name: [1.0, 2.0] for name in HOSTILE}
    history.boundary = nn.history.Boundary(
        x=[0.0, 1.0], y=[0.0, 1.0], epochs=[1], predicted=[[[0, 1], [1, 1]]],
        margin=[[[1.0, 1.0], [1.0, 1.0]]], points=[[0.5, 0.5]], labels=[1], samples=700,
        features=["<script>alert(1)</script>", "\ud800"], classes=["</script><b>", "<img src=x>"],
    )  # fmt: skip
    return history


def test_hostile_names_are_inert(tmp_path: Path) -> None:
    page = viz.page(hostile(), tmp_path / "t.html", title="<img onerror=alert(1)>" + HOSTILE[2])
    text = page.read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "<img" not in text
    assert len(re.findall(r"</script>", text)) == 2
    assert len(lines(data_of(page), "weights")) > 40
    assert data_of(page)["boundary"]["features"][1] == "\N{REPLACEMENT CHARACTER}"


def test_layers_have_a_colour_each_and_parameters_a_dash() -> None:
    looks = training.layered({"W1": 0, "b1": 0, "W2": 0, "b2": 0, "free": 0})
    colours = [colour for colour, _ in looks.values()]
    assert colours[0] == colours[1] == training.LAYERS[0]
    assert colours[4] == training.LAYERS[-1]
    assert len(set(colours)) == 3
    assert [dash for _, dash in looks.values()] == ["", "6 4", "", "6 4", ""]


@pytest.mark.parametrize("colour", [*training.LAYERS, training.between(0.3), training.between(0.7)])
def test_lines_stand_out_from_the_page(colour: str) -> None:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    assert 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) > 3  # WCAG 1.4.11


@pytest.mark.parametrize(
    ("what", "path", "error", "message"),
    [
        (nn.History(), "a.html", ValueError, "nothing to draw"),
        ({"loss": ["x"]}, "a.html", ValueError, "list of numbers"),
        (LOSS, "a.png", viz.FormatError, r"\.html"),
        (LOSS, "missing/a.html", FileNotFoundError, "missing"),
    ],
    ids=["empty", "text", "suffix", "folder"],
)
def test_what_cannot_be_a_page(
    what: Any, path: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        viz.page(what, tmp_path / path)
    assert list(tmp_path.iterdir()) == []


# ── in a browser ────────────────────────────────────────────────────────────────────────────────
class Run(Page):
    def epoch(self) -> str:
        return self.text("#count")

    def row(self, table: str, k: int) -> list[str]:
        return [cell.text for cell in self.all(f"#{table} tbody tr:nth-child({k}) > *")]

    def picture(self) -> str:
        return str(
            self.browser.execute_script("return document.querySelector('canvas').toDataURL()")
        )


@in_browser
def test_keys_and_slider_move_through_the_epochs(browser: Any, tmp_path: Path) -> None:
    history = moons()
    page = Run(browser, history, tmp_path)
    assert page.epoch() == "epoch 12 of 12"
    assert not page.one("#next").is_enabled()
    page.press(LEFT, LEFT)
    assert page.epoch() == "epoch 10 of 12"
    page.press(HOME, RIGHT)
    assert page.epoch() == page.one("#slider").get_attribute("aria-valuetext") == "epoch 2 of 12"
    assert float(page.row("curves", 1)[1]) == pytest.approx(history.loss[1], rel=1e-3)
    name, gradient, _, weight = page.row("parameters", 3)
    assert name == "W₂"
    assert float(gradient) == pytest.approx(history.gradient_norms["W2"][1], rel=1e-3)
    assert float(weight) == pytest.approx(history.weight_norms["W2"][1], rel=1e-3)
    assert "epoch 2" in page.one("#loss .plot svg").get_attribute("aria-label")
    page.press(END)
    assert page.epoch() == "epoch 12 of 12"
    page.one("#slider").click()  # its middle
    middle = int(page.one("#slider").get_attribute("value"))
    assert 4 <= middle <= 7
    assert page.epoch() == f"epoch {middle + 1} of 12"
    page.one("#slider").send_keys(RIGHT)
    assert page.epoch() == f"epoch {middle + 2} of 12"  # one step, not two
    assert page.complaints() == []


@in_browser
def test_the_boundary_moves_and_is_the_networks(browser: Any, tmp_path: Path) -> None:
    history = moons()
    page = Run(browser, history, tmp_path)
    last = page.picture()
    page.press(HOME)
    assert page.picture() != last
    assert page.one("#asof").text == "after epoch 1"
    assert history.boundary is not None
    share = 100 * np.mean(np.array(history.boundary.predicted[0]) == 0)
    label = page.one("#boundary .plot svg").get_attribute("aria-label")
    found = re.search(r"class 0 ([\d.]+) %", label)
    assert found is not None
    assert float(found[1]) == pytest.approx(share, abs=3)  # cells count in full, pixels in part
    assert len(page.all("#boundary .plot .points")) == 2
    page.press(END)
    assert page.picture() == last


@in_browser
def test_each_corner_has_the_colour_of_its_class(browser: Any, tmp_path: Path) -> None:
    history = nn.History(loss=[1.0])
    history.boundary = nn.history.Boundary(
        x=[0.0, 1.0], y=[0.0, 1.0], epochs=[1], predicted=[[[0, 1], [2, 3]]],
        margin=[[[1.0, 1.0], [1.0, 1.0]]], classes=["a", "b", "c", "d"],
    )  # fmt: skip
    page = Run(browser, history, tmp_path)
    colours = browser.execute_script(
        "const c = document.querySelector('canvas'), n = c.width;"
        "const { data } = c.getContext('2d').getImageData(0, 0, n, n);"
        "return [[9, n - 9], [n - 9, n - 9], [9, 9], [n - 9, 9]].map("
        "([x, y]) => [...data.slice(4 * (n * y + x), 4 * (n * y + x) + 3)])"
    )
    fills = re.search(
        r"FILLS = (\[\[.*?\]\])", (tmp_path / "page.html").read_text(encoding="utf-8")
    )
    assert fills is not None
    for colour, fill in zip(colours, json.loads(fills[1])[:4], strict=True):
        shade, full = (255 - np.array(c, dtype=float) for c in (colour, fill))
        np.testing.assert_allclose(shade / shade.max(), full / full.max(), atol=0.02)
    assert page.complaints() == []


@in_browser
def test_play_runs_to_the_end_and_can_be_paused(browser: Any, tmp_path: Path) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    page = Run(browser, moons(), tmp_path)
    page.one("#play").click()  # at the end: begins anew
    assert page.one("#play").accessible_name == "pause"
    WebDriverWait(browser, 20).until(
        lambda _: page.epoch() not in ("epoch 1 of 12", "epoch 12 of 12")
    )
    page.press(" ")
    assert page.one("#play").accessible_name == "play"
    page.press(HOME)
    browser.execute_script("for (const _ of 'ab') document.getElementById('play').click()")
    assert page.epoch() == "epoch 1 of 12"
    page.press(END, LEFT, " ")
    WebDriverWait(browser, 20).until(lambda _: page.epoch() == "epoch 12 of 12")
    WebDriverWait(browser, 20).until(lambda _: page.one("#play").accessible_name == "play")
    assert page.complaints() == []


@in_browser
def test_a_click_on_a_curve_goes_to_its_epoch(browser: Any, tmp_path: Path) -> None:
    page = Run(browser, iris(), tmp_path)
    page.one("#gradients .plot").click()
    assert page.epoch() in ("epoch 4 of 8", "epoch 5 of 8")
    assert not page.all("#boundary")
    assert page.complaints() == []


@in_browser
def test_vanishing_and_exploding_gradients_are_said(browser: Any, tmp_path: Path) -> None:
    history = nn.History(loss=[1.0, 1.0])
    history.weight_norms = {name: [1.0, 1.0] for name in ("W1", "W2", "W3", "W4")}
    history.gradient_norms = {"W1": [1e-5, 0.5], "W2": [5000.0, 1.0], "W3": [0.5, 2.0],
                              "W4": [float("nan"), 0.0]}  # fmt: skip
    page = Run(browser, history, tmp_path)
    said = [page.row("parameters", k)[2] for k in (1, 2, 3, 4)]
    assert said == ["", "", "", "vanishing"]
    page.press(LEFT)
    said = [page.row("parameters", k)[2] for k in (1, 2, 3, 4)]
    assert said == ["vanishing", "exploding", "", "not finite"]
    assert page.all("#gradients .alert")
    assert page.one("#gradients .scale").text == "logarithmic; red: exploding"
    assert page.complaints() == []


@in_browser
@pytest.mark.parametrize(
    "what",
    [{"loss": [1.0]}, {"loss": [0.0, 0.0]}, {"loss": [None, 1e300, -1e300]}, {"accuracy": [0.5]},
     {"loss": [1e-9, 1.0]}, {"mine": [float("nan")]},
     SimpleNamespace(loss=[1.0, 2.0], gradient_norms={"W": [0.0, 0.0]}, weight_norms={})],
    ids=["one", "zeros", "far", "accuracy", "decades", "nan", "no gradient"],
)  # fmt: skip
def test_odd_runs_are_shown_without_a_complaint(browser: Any, tmp_path: Path, what: Any) -> None:
    page = Run(browser, what, tmp_path)
    page.press(HOME, RIGHT, " ")
    assert page.complaints() == []
    paths = [path.get_attribute("d") for path in page.all("svg path")]
    assert not [d for d in paths if d and ("NaN" in d or "Infinity" in d)]


@in_browser
def test_hostile_names_are_shown_as_they_are(browser: Any, tmp_path: Path) -> None:
    page = Run(browser, hostile(), tmp_path)
    legend = page.one("#boundary .legend").text
    assert "</script><b>" in legend
    assert "<img src=x>" in legend
    assert "1 of 700 training samples" in legend
    assert page.complaints() == []


@in_browser
def test_it_fits_a_telephone(browser: Any, tmp_path: Path) -> None:
    page = Run(browser, moons(), tmp_path)
    size = browser.get_window_size()
    try:
        browser.set_window_size(500, 900)
        inner, whole = browser.execute_script(
            "return [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
        )
        assert whole <= inner
        assert all(plot.size["height"] > 150 for plot in page.all(".plot"))
        assert all(plot.size["width"] > 400 for plot in page.all(".plot"))
        assert page.one("#play").is_displayed()
    finally:
        browser.set_window_size(size["width"], size["height"])


@in_browser
def test_the_page_can_be_used_by_keyboard_and_read_aloud(browser: Any, tmp_path: Path) -> None:
    page = Run(browser, moons(), tmp_path)
    for control in page.all("button, input, svg[role=img]"):
        assert control.accessible_name, control.get_attribute("outerHTML")
    assert page.one("#said").get_attribute("aria-live") == "polite"
    page.press(LEFT)
    said = page.one("#said").get_attribute("textContent")
    assert said.startswith("Epoch 11 of 12: loss 0.")
    assert browser.execute_script("return document.documentElement.lang") == "en"
    assert all(table.find_elements("css selector", "caption") for table in page.all("table"))


@in_browser
def test_less_motion_plays_slowly(browser: Any, tmp_path: Path) -> None:
    calm = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", calm)
    try:
        page = Run(browser, {"loss": [1.0 / k for k in range(1, 201)]}, tmp_path)
        browser.execute_script(
            "window.paused = []; const real = setInterval;"
            "window.setInterval = (f, ms) => { window.paused.push(ms); return real(f, ms); };"
        )
        page.one("#play").click()
        assert browser.execute_script("return window.paused") == [1000]
        page.one("#play").click()
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
