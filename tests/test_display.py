"""What reaches the page: one inline picture, described, in the page's own ink."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch

from genedu import display, plots
from genedu.errors import InputError


class Outputs(list):
    def __call__(self, output):
        self.append(output.data)


@pytest.fixture
def shown(monkeypatch):
    outputs = Outputs()
    monkeypatch.setattr("IPython.display.display", outputs)
    return outputs


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


def picture(height=1.0):
    with mpl.rc_context(display.style()):
        figure, axes = plt.subplots()
        axes.plot([0, height], [0, 1], label="a")
        axes.legend()
    return figure


def svgs(html):
    return re.findall(r"<svg.*?</svg>", html, re.DOTALL)


def test_a_figure_is_one_svg_with_words_and_caption(shown):
    figure = picture()
    display.show(figure, 'A line that says "up" & ends.', caption="It rises <slowly>.")
    (html,) = shown
    (svg,) = svgs(html)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'A line that says "up" & ends.'
    assert "<figcaption>It rises &lt;slowly&gt;.</figcaption>" in html
    assert not plt.fignum_exists(figure.number)  # closed


def test_ink_is_the_page_s_own_and_nothing_is_painted_behind(shown):
    display.show(picture(), "A line.")
    assert "currentColor" in shown[0]
    assert display.INK not in shown[0]
    assert "#ffffff" not in shown[0]
    assert "<style" not in shown[0]  # a style sheet would reach the whole page


def test_a_legend_made_outside_of_the_style_has_the_page_s_ink_too():
    with mpl.rc_context(display.style()):
        figure, axis = plt.subplots()
        axis.plot([0, 1], label="a")
    plain = display.svg(figure, "A line.").count("currentColor")
    with mpl.rc_context(display.style()):
        figure, axis = plt.subplots()
        axis.plot([0, 1], label="a")
    axis.legend(title="Which?")
    with_legend = display.svg(figure, "A line.")
    assert with_legend.count("currentColor") == plain + 2  # title and label
    assert "opacity: 0.8" not in with_legend  # the legend's white box


def test_letters_keep_their_size(shown):
    """Numbers are rounded to save bytes, but a glyph's scale is a small number that counts."""
    display.show(picture(), "Words.")
    assert "scale(0.015625)" in shown[0]
    assert not re.search(r"[ML] [\d.]*\.\d{3}", shown[0])


def test_ids_of_two_figures_never_meet(shown):
    display.show(picture(), "One.")
    display.show(picture(2.0), "Two.")
    first, second = (set(re.findall(r'\bid="([^"]+)"', html)) for html in shown)
    assert first
    assert not first & second
    for html, ids in zip(shown, (first, second), strict=True):
        used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', html)
        assert {a or b for a, b in used} <= ids


def test_the_same_figure_is_the_same_text(shown):
    display.show(picture(), "One.")
    display.show(picture(), "One.")
    assert shown[0] == shown[1]


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_a_figure_without_words_is_refused(alt):
    with pytest.raises(InputError, match="`alt` is"):
        display.show(picture(), alt)


def test_a_flipbook_shows_each_frame_by_its_own_button(shown):
    frames = [(picture(height), f"Frame {height}.") for height in (1, 2, 3)]
    display.flipbook(frames, ["start", "1 < 2", "end"], caption="Three.", legend="sweep")
    (html,) = shown
    assert len(svgs(html)) == 3
    names = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            attributes = dict(attributes)
            if tag == "input":
                names.append((attributes["name"], attributes["id"], "checked" in attributes))

    Reader().feed(html)
    assert len({name for name, _, _ in names}) == 1  # one group: arrow keys walk through it
    assert [checked for _, _, checked in names] == [True, False, False]
    for _, one, _ in names:
        assert f'<label for="{one}">' in html
        assert f"#{one}:checked~div.{one}" in html
    assert "1 &lt; 2" in html
    assert "@media print" in html
    assert "<script" not in html


def test_a_flipbook_needs_a_label_for_each_frame():
    with pytest.raises(InputError, match="`labels` has 1 entries for 2 frames"):
        display.flipbook([(picture(), "a"), (picture(), "b")], ["one"])


def test_source_shows_what_the_package_runs(shown):
    from genedu.models.boltzmann import energy

    display.source(energy)
    assert shown[0].startswith("```python\ndef energy(")
    assert "0.5 * ((x @ weight) * x).sum(-1)" in shown[0]
    with pytest.raises(InputError, match="no Python source"):
        display.source(len)


def test_lines_draw_the_median_and_the_whole_range():
    runs = torch.tensor([[1.0, 5.0], [2.0, 6.0], [9.0, 7.0]])
    figure, alt = plots.lines([0, 1], {"m": runs}, xlabel="s", ylabel="nats", alt="Runs.")
    axis = figure.axes[0]
    assert axis.lines[0].get_ydata().tolist() == [2.0, 6.0]
    band = axis.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (1.0, 9.0)
    assert alt == "Runs. Last values: m 6."


def test_bars_draw_whiskers_from_least_to_greatest():
    figure, _ = plots.bars(["a"], {"m": [[1.0], [2.0], [5.0]]}, ylabel="p", alt="Bar.")
    axis = figure.axes[0]
    assert axis.patches[0].get_height() == 2.0
    (segment,) = axis.collections[0].get_segments()
    assert segment[:, 1].tolist() == [1.0, 5.0]


def test_levels_are_dashed_lines_across_curves_and_bars():
    level, words = {"chance": 0.25, "certain": 1.0}, {"ylabel": "p", "alt": "Two."}
    curves, of_curves = plots.lines([0, 1], {"m": [0.5, 0.75]}, xlabel="x", level=level, **words)
    bars, of_bars = plots.bars(["a", "b"], {"m": [0.5, 0.75]}, level=level, **words)
    for figure in curves, bars:
        (axis,) = figure.axes
        dashed = [line for line in axis.lines if line.get_linestyle() == "--"]
        assert [set(line.get_ydata()) for line in dashed] == [{0.25}, {1.0}]
        assert all(tuple(line.get_xdata()) == (0, 1) for line in dashed)  # the whole width
        assert axis.get_ylim()[1] > 1
        named = {text.get_text() for text in axis.get_legend().get_texts()}
        assert named == {"m", "chance", "certain"}
    assert of_curves == "Two. Last values: m 0.75, chance 0.25, certain 1."
    assert of_bars == "Two. Highest: m 0.75 at b. Dashed: chance 0.25, certain 1."


def test_images_are_laid_out_row_by_row():
    pictures = torch.arange(6.0)[:, None, None].expand(6, 2, 2) / 6
    figure, alt = plots.images(pictures, alt="Six.", columns=3)
    sheet = figure.axes[0].images[0].get_array()
    assert sheet.shape == (2 * 2 + 2, 3 * 2 + 2 * 2)
    for number in range(6):
        row, column = divmod(number, 3)
        assert sheet[4 * row, 4 * column] == pytest.approx(number / 6)
    assert alt == "Six. 6 pictures in 2 rows."


@pytest.mark.parametrize("rows", [1, 8, 20])
@pytest.mark.parametrize("name", ["", "unseen digit", "PCD-1, 256 units"])
def test_labels_of_images_lie_inside_and_do_not_shrink_them(rows, name):
    named = {"row_labels": [name] * rows, "column_labels": ["a wide label", "b"]} if name else {}
    pictures = torch.zeros(2 * rows, 28, 28)
    figure, _ = plots.images(pictures, alt="x", columns=2, scale=0.5, **named)
    (axis,) = figure.axes
    figure.canvas.draw()
    for label in (*axis.get_yticklabels(), *axis.get_xticklabels()):
        box = label.get_window_extent()
        assert min(box.x0, box.y0, figure.bbox.x1 - box.x1, figure.bbox.y1 - box.y1) > 1
    size = axis.get_window_extent().size / figure.dpi  # without the last gap, two pixels of 30
    assert size == pytest.approx([2 * 0.5 - 1 / 30, rows * 0.5 - 1 / 30])


def test_images_of_no_square_are_refused():
    with pytest.raises(InputError, match=r"side\*side"):
        plots.images(torch.zeros(2, 10), alt="x")


def test_symmetric_images_share_one_scale_about_zero():
    weights = torch.tensor([[0.5, -2.0, 0.0, 1.0]])
    figure, alt = plots.images(weights, alt="W.", symmetric=True)
    assert figure.axes[0].images[0].get_clim() == (-2.0, 2.0)
    assert "from -2 (blue) to 2 (red)" in alt


def test_histograms_are_densities_of_all_values():
    values = torch.randn(500, generator=torch.Generator().manual_seed(0))
    figure, alt = plots.histogram(
        values, xlabel="x", alt="Bell.", density={"one": lambda x: 1.0 + 0 * x}
    )
    area = sum(patch.get_height() * patch.get_width() for patch in figure.axes[0].patches)
    assert area == pytest.approx(1)
    assert "500 values" in alt


def test_a_machine_is_drawn_with_each_pair_once():
    weight = torch.tensor([[0.0, 1.5, 0.0], [1.5, 0.0, -2.0], [0.0, -2.0, 0.0]])
    figure, alt = plots.machine(weight, torch.zeros(3), alt="Three.", state=[1, 0, 1])
    assert len(figure.axes[0].lines) == 2
    assert "1-2 +1.5, 2-3 -2" in alt


def test_panels_share_their_settings_and_label_only_the_edge():
    figure, axes = plots.panels(["a", "b"], (4, 2), xlabel="x", ylabel="y", xlim=(0, 3))
    assert [axis.get_title() for axis in figure.axes] == ["a", "b"]
    assert [axis.get_xlim() for axis in axes] == [(0, 3), (0, 3)]
    assert [axis.get_ylabel() for axis in axes] == ["y", ""]
    _, axes = plots.panels(["a", "b", "c"], (2, 4), stacked=True, xlabel="x")
    assert [axis.get_xlabel() for axis in axes] == ["", "", "x"]


def test_an_ellipse_is_two_standard_deviations_away_in_every_direction():
    covariance = torch.tensor([[3.0, 1.2], [1.2, 2.0]], dtype=torch.float64)
    _, (axis,) = plots.panels(["one"], (2, 2))
    plots.ellipse(axis, covariance)
    points = torch.from_numpy(axis.lines[0].get_xydata())
    lengths = ((points @ torch.linalg.inv(covariance)) * points).sum(1)
    torch.testing.assert_close(lengths, torch.full_like(lengths, 4.0))


def test_overlaid_histograms_are_densities_over_shared_edges():
    groups = {"a": {"x": [0.5, 0.5, 1.5], "y": [1.5]}, "b": {"x": torch.tensor([0.5])}}
    figure, alt = plots.histograms(groups, bins=[0, 1, 2], xlabel="x", alt="Heaps.")
    above, below = figure.axes
    assert [axis.get_title() for axis in figure.axes] == ["a", "b"]
    assert above.get_xlim() == below.get_xlim() == (0, 2)
    tops = [patch.get_xy()[:, 1].max() for patch in above.patches]
    assert tops == pytest.approx([2 / 3, 1])
    assert "a, y 1.5" in alt


def test_a_restricted_machine_is_drawn_without_lines_inside_a_layer():
    figure, alt = plots.layers(3, 2, alt="Two rows.", marked=1)
    lines = figure.axes[0].lines
    assert len(lines) == 6
    assert all(set(line.get_ydata()) == {0, 1} for line in lines)
    assert sum(line.get_linewidth() > 1 for line in lines) == 3
    assert "6 lines" in alt
