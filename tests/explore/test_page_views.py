"""What the views draw, where the truth is known, and what they say."""

import numpy as np
import pytest
from page_figures import BLUE, ORANGE, counter, frame, like, pixels
from pages import still


def test_a_line_at_zero_lies_in_the_middle(show):
    x = np.linspace(-1, 1, 50)
    lines = {"kind": "lines", "x": "x", "y": ["y"], "xlim": [-1, 1], "ylim": [-1, 1]}
    image = pixels(show(still([lines], x=x, y=np.zeros(50))))
    top, bottom, left, right = frame(image)
    rows, columns = np.nonzero(like(image, BLUE))
    assert abs(rows.mean() - (top + bottom) / 2) <= 1
    assert np.ptp(rows) <= 3
    assert columns.min() <= left + 2
    assert columns.max() >= right - 2


def test_a_line_passes_through_its_points(show):
    x = np.linspace(0, 4, 9)
    lines = {"kind": "lines", "x": "x", "y": ["y"], "xlim": [0, 4], "ylim": [0, 16]}
    image = pixels(show(still([lines], x=x, y=x**2)))
    top, bottom, left, right = frame(image)
    drawn = like(image, BLUE)
    for at in (1, 2, 3):
        column = round(left + at / 4 * (right - left))
        row = bottom - at**2 / 16 * (bottom - top)
        assert abs(np.flatnonzero(drawn[:, column]).mean() - row) <= 3


def test_bars_have_their_heights(show):
    bars = {"kind": "bars", "y": ["p"], "ylim": [0, 1]}
    image = pixels(show(still([bars], p=np.array([1, 0.5, 0.25, 0]))))
    top, bottom, left, right = frame(image)
    drawn = like(image, BLUE)
    for place, height in enumerate([1, 0.5, 0.25, 0]):
        column = round(left + (place + 0.5) / 4 * (right - left))
        assert abs(drawn[:, column].sum() - height * (bottom - top)) <= 3
    assert abs(drawn[bottom - 3].sum() - 3 * 0.8 / 4 * (right - left)) <= 6


def test_points_lie_at_their_coordinates(show):
    scatter = {"kind": "scatter", "points": ["a", "b"], "xlim": [-2, 2], "ylim": [-2, 2]}
    image = pixels(show(still([scatter], a=np.array([[1.0, 1.0]]), b=np.array([[-1.0, 0.0]]))))
    top, bottom, left, right = frame(image)
    assert abs((bottom - top) - (right - left)) <= 2  # equal spans, square axes
    for colour, (x, y) in ((BLUE, (1, 1)), (ORANGE, (-1, 0))):
        rows, columns = np.nonzero(like(image, colour))
        assert abs(columns.mean() - (left + (x + 2) / 4 * (right - left))) <= 1.5
        assert abs(rows.mean() - (bottom - (y + 2) / 4 * (bottom - top))) <= 1.5


def test_a_heat_map_has_its_first_row_below_and_nodes_on_the_limits(show):
    z = np.zeros((3, 5))
    z[0] = 1  # the row at y = 0
    heat = {"kind": "heat", "z": "z", "limits": [0, 1], "xlim": [0, 4], "ylim": [0, 2]}
    image = pixels(show(still([{**heat, "contours": [0.5]}], z=z)))
    top, bottom, left, right = frame(image)
    column = (left + right) // 2
    assert like(image, "#fde725")[bottom - 2, column]
    assert like(image, "#440154")[top + 2, column]
    # between y = 0 and y = 1 the value falls from 1 to 0: the contour of 1/2 lies at y = 1/2
    strip = image[top + 3 : bottom - 2, left + 5 : right - 5, :3].astype(int)
    jump = np.abs(np.diff(strip.sum(-1), axis=0)).mean(1)
    assert abs(np.argmax(jump) + top + 3 - (bottom - (bottom - top) / 4)) <= 3


def test_images_are_upright_and_black_is_low(show):
    picture = np.zeros((2, 4, 4))
    picture[0, 0, 0] = 1  # the first value: above and left
    view = {"kind": "images", "images": "p", "columns": 2}
    image = pixels(show(still([view], p=picture)))
    rows, columns = np.nonzero(like(image, "#ffffff"))
    assert rows.max() < image.shape[0] / 2
    assert columns.max() < image.shape[1] / 2
    assert like(image, "#000000").sum() > 20 * len(rows)
    assert abs(np.ptp(rows) - np.ptp(columns)) <= 1


@pytest.mark.parametrize("width", [1280, 390])
def test_a_sheet_has_no_empty_room_above_and_below(show, width):
    view = {"kind": "images", "images": "p", "columns": 10}
    image = pixels(show(still([view], p=np.ones((20, 28, 28))), width=width))
    rows, _ = np.nonzero(like(image, "#ffffff"))
    assert rows.min() <= 8
    assert image.shape[0] - 1 - rows.max() <= 8
    assert image.shape[0] < 200


def test_a_mean_that_is_zero_to_the_eye_is_said_to_be_zero(show):
    square = {"xlim": [-2, 2], "ylim": [-2, 2]}
    scatter = {"kind": "scatter", "points": ["p"], "labels": ["walkers"], **square}
    page = show(still([scatter], p=np.array([[1, 0.5], [-1 + 2e-7, 0.5]])))
    label = page.locator("canvas").get_attribute("aria-label")
    assert label == "walkers: 2 points around (0, 0.5)."


def test_arrows_and_paths_go_where_they_should(show):
    axes = {"xlim": [-1, 1], "ylim": [-1, 1]}
    field = {"kind": "field", "at": "at", "arrows": "arrows", "scale": 0.5, **axes}
    paths = {"kind": "paths", "paths": "paths", **axes}
    ways = np.array([[[-0.5, -0.5], [0.0, 0.5], [0.5, -0.5]]])
    page = show(still([field, paths], at=np.zeros((1, 2)), arrows=np.array([[1, 0]]), paths=ways))
    image = pixels(page)
    top, bottom, left, right = frame(image)
    rows, columns = np.nonzero(like(image, BLUE))
    assert abs(columns.min() - (left + right) / 2) <= 2
    assert abs(columns.max() - (left + 0.75 * (right - left))) <= 3
    assert abs(np.median(rows) - (top + bottom) / 2) <= 2
    image = pixels(page, 1)
    top, bottom, left, right = frame(image)
    rows, columns = np.nonzero(like(image, ORANGE))  # the end
    assert abs(columns.mean() - (left + 0.75 * (right - left))) <= 2
    assert abs(rows.mean() - (top + 0.75 * (bottom - top))) <= 2


def test_what_is_no_number_is_said(show):
    x, y = np.linspace(0, 1, 20), np.linspace(0, 1, 20)
    y[3], y[7] = np.nan, np.inf
    lines = {"kind": "lines", "x": "x", "y": ["y"], "xlim": [0, 1], "ylim": [0, 1]}
    heat = {"kind": "heat", "z": "z"}
    text = {"kind": "text", "template": "{one:.2f} and {two}"}
    bad = {"z": np.full((4, 4), np.nan), "one": np.array(np.nan), "two": np.array(-np.inf)}
    page = show(still([lines, heat, text], x=x, y=y, **bad))
    said = page.locator(".genedu-explore-trouble").all_inner_texts()
    assert said[0] == "2 of 20 values of y are not a number (NaN) or infinite."
    assert said[1] == "All values of z are not a number (NaN)."
    words = page.locator(".genedu-explore-text").inner_text()
    assert words == "not a number and minus infinity"
    assert like(pixels(page), BLUE).any()
    label = page.locator("canvas").nth(1).get_attribute("aria-label")
    assert "All values of z" in label


def test_ranges_that_are_not_given_only_grow(show):
    page = show(counter(views=[{"kind": "bars", "y": ["seen"]}]))
    heights = []
    for value in (0.0, 5.0):
        page.evaluate(f"document.querySelector('.genedu-explore').explorable.set('a', [{value}])")
        page.evaluate("document.querySelector('.genedu-explore').explorable.step(1)")
        heights.append(like(pixels(page), BLUE).sum())
    page.evaluate("document.querySelector('.genedu-explore').explorable.reset()")
    page.wait_for_timeout(50)
    assert like(pixels(page), BLUE).sum() < heights[1]
