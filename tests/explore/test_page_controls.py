"""Controls by keyboard and pointer, and what the graph gets from them."""

import base64

import numpy as np
import pytest
from page_figures import BLUE, current, doubled, like, passed_on, pixels, slider
from pages import still


def test_a_slider_moves_by_keys_and_says_its_value(show):
    page = show(doubled(**slider(-3, 3, 1.0, unit="m")))
    text = page.locator(".genedu-explore-text")
    assert text.inner_text() == "twice is 2.00"
    thumb = page.get_by_label("size")
    thumb.press("ArrowRight")
    assert thumb.get_attribute("aria-valuetext") == "1.1 m"
    assert text.inner_text() == "twice is 2.20"
    thumb.press("Home")
    assert text.inner_text() == "twice is −6.00"
    page.wait_for_timeout(600)
    assert page.get_by_role("status").inner_text() == "twice is −6.00."


@pytest.mark.parametrize(
    ("control", "moves"),
    [
        (slider(0, 10, 5.0, 3), [(5, "5"), (9, "9"), (10, "10"), (9, "9"), (6, "6"), (0, "0")]),
        (slider(0, 1, 0.1234, 0.005), [(0.1234, "0.1234"), (0.13, "0.130"), (1, "1.000")]),
        (
            slider(0, 3.14159265, 1.5, 0.01),
            [(1.5, "1.50"), (1.51, "1.51"), (3.14159265, "3.14159")],
        ),
        (
            slider(0.001, 1, 0.1, None, scale="log"),
            [
                (0.1, "0.1"),
                (10**-0.99, "0.102"),
                (1, "1"),
                (10**-0.015, "0.966"),
                (10**-0.03, "0.933"),
            ],
        ),
    ],
)
def test_a_slider_starts_where_it_should_and_reaches_both_ends(show, control, moves):
    page = show(doubled(**control))
    thumb = page.get_by_label("size")
    keys = ("", "ArrowRight", "End", "ArrowLeft", "ArrowLeft", "Home")
    for key, (value, said) in zip(keys, moves, strict=False):
        if key:
            thumb.press(key)
            page.wait_for_timeout(30)
        assert current(page, "y") == pytest.approx(2 * value, rel=1e-4)
        assert thumb.get_attribute("aria-valuetext") == said


def test_a_logarithmic_slider_of_whole_numbers_has_each_once(show):
    control = slider(1, 1000, 137, None, scale="log", dtype="int64")
    page = show(passed_on(control, [], "int64"))
    thumb = page.get_by_label("size")
    for key, value in (
        ("", 137),
        ("Home", 1),
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("End", 1000),
    ):
        if key:
            thumb.press(key)
            page.wait_for_timeout(30)
        assert current(page, "y").tolist() == [value]
        assert thumb.get_attribute("aria-valuetext") == str(value)


def test_a_logarithmic_slider(show):
    page = show(doubled(**slider(0.01, 100, 1.0, scale="log", step=None)))
    assert current(page, "y") == pytest.approx(2)
    thumb = page.get_by_label("size")
    for key, value in (("End", 200), ("Home", 0.02)):
        thumb.press(key)
        page.wait_for_timeout(30)
        assert current(page, "y") == pytest.approx(value, rel=1e-6)


def test_a_pad_has_one_tab_stop_and_all_keys(show):
    pad = {"kind": "pad", "x": [-1, 1], "y": [0, 10], "value": [0, 5], "axes": ["east", "north"]}
    page = show(passed_on({**pad, "label": "place", "dtype": "float32", "shape": [2]}, [2]))
    stops = page.locator(".genedu-explore-area input[tabindex='0']")
    stops.focus()
    presses = [
        ("ArrowRight", (0.02, 5)),
        ("Shift+ArrowRight", (0.22, 5)),
        ("ArrowUp", (0.22, 5.1)),
        ("PageDown", (0.22, 4.1)),
        ("Shift+ArrowDown", (0.22, 3.1)),
        ("End", (1, 3.1)),
        ("ArrowRight", (1, 3.1)),
        ("Home", (-1, 3.1)),
        ("ArrowLeft", (-1, 3.1)),
    ]
    for key, place in presses:
        page.keyboard.press(key)
        page.wait_for_timeout(20)
        np.testing.assert_allclose(current(page, "y"), place, atol=1e-6)
        assert stops.count() == 1
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focused == (
            "place, north" if key in ("ArrowUp", "PageDown", "Shift+ArrowDown") else "place, east"
        )
    assert stops.get_attribute("aria-valuetext") == "east −1.00, north 3.10"
    area = page.locator(".genedu-explore-area")
    box = area.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25)
    page.mouse.down()
    page.wait_for_timeout(30)
    np.testing.assert_allclose(current(page, "y"), (0.5, 7.5), atol=0.06)
    page.mouse.move(box["x"] - 50, box["y"] + box["height"] + 50)
    page.mouse.up()
    page.wait_for_timeout(30)
    np.testing.assert_allclose(current(page, "y"), (-1, 0), atol=1e-6)


@pytest.mark.parametrize("same", [True, False])
def test_a_pad_lies_on_the_plane_that_a_view_shows(show, same):
    plane = {"xlim": [-1, 3], "ylim": [0, 2]}
    scatter = {"kind": "scatter", "points": ["p"], **plane}
    figure, graph = still([scatter], p=np.array([[2.0, 0.5]]))
    pad = {"kind": "pad", "value": [0, 1], "axes": ["x", "y"]}
    figure["controls"] = {"at": {**pad, "x": [-1, 3 if same else 4], "y": [0, 2]}}
    image = pixels(show((figure, graph)), canvas=".genedu-explore-area canvas")
    rows, columns = np.nonzero(like(image, BLUE))
    assert len(rows) > 20 if same else not len(rows)
    if same:
        assert abs(columns.mean() + 0.5 - 0.75 * image.shape[1]) <= 1
        assert abs(rows.mean() + 0.5 - 0.75 * image.shape[0]) <= 1


@pytest.mark.parametrize("one_hot", [False, True])
def test_a_choice(show, one_hot):
    control = {"kind": "choice", "options": ["KL", "JS", "TV"], "value": 1, "label": "divergence"}
    shape, kind = ([3], "float32") if one_hot else ([], "int64")
    more = {"one_hot": one_hot, "dtype": kind, "shape": shape}
    page = show(passed_on({**control, **more}, shape, kind))
    assert current(page, "y").tolist() == ([0, 1, 0] if one_hot else [1])
    page.get_by_label("divergence").select_option("TV")
    page.wait_for_timeout(30)
    assert current(page, "y").tolist() == ([0, 0, 1] if one_hot else [2])


def test_a_toggle(show):
    control = {"kind": "toggle", "value": True, "label": "noise", "dtype": "bool", "shape": []}
    page = show(passed_on(control, [], "bool"))
    assert current(page, "y").tolist() == [1]
    page.get_by_label("noise").press("Space")
    page.wait_for_timeout(30)
    assert current(page, "y").tolist() == [0]


def test_a_picker_gives_the_picture(show):
    pictures = np.arange(12, dtype=np.uint8).reshape(3, 2, 2) * 20
    images = [base64.b64encode(picture.tobytes()).decode() for picture in pictures]
    control = {"kind": "picker", "images": images, "size": [2, 2], "value": 1, "label": "digit"}
    page = show(passed_on({**control, "dtype": "float32", "shape": [1, 2, 2]}, [1, 2, 2]))
    np.testing.assert_allclose(current(page, "y"), pictures[1].ravel() / 255, rtol=1e-6)
    page.get_by_role("radio", name="image 2 of 3").press("ArrowRight")
    page.wait_for_timeout(30)
    np.testing.assert_allclose(current(page, "y"), pictures[2].ravel() / 255, rtol=1e-6)


def test_drawing_with_keys_and_pointer(show):
    control = {"kind": "canvas", "size": [28, 28], "label": "digit"}
    page = show(passed_on({**control, "dtype": "float32", "shape": [1, 28, 28]}, [1, 28, 28]))
    assert not current(page, "y").any()
    board = page.get_by_role("application", name="digit")
    board.focus()
    for key in ["ArrowUp", " ", *["ArrowRight"] * 5]:
        page.keyboard.press(key)
    page.wait_for_timeout(30)
    drawn = current(page, "y").reshape(28, 28)
    assert (drawn[13, 14:20] == 1).all()
    assert drawn.max() == 1
    assert not drawn[20:].any()
    page.get_by_role("button", name="Clear digit").click()
    page.wait_for_timeout(30)
    assert not current(page, "y").any()
    box = board.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 100)
    page.mouse.up()
    page.wait_for_timeout(30)
    drawn = current(page, "y").reshape(28, 28)
    assert (drawn[13:15, 4:24].max(0) > 0.5).all()
    assert not drawn[:10].any()
