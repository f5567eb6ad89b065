"""State, noise, seed, play: what is shown, and when."""

import numpy as np
import pytest
from onnx import helper
from page_figures import counter, current
from pages import model, spec


def test_views_show_the_current_state(show, node):
    page = show(counter())
    draws = [["uniform", 2]] * 4
    noise = np.array(node.ask("noise", seed=5, draws=draws))
    start = np.array([1.0, 2.0])
    assert current(page, "x") == pytest.approx(start)
    assert current(page, "seen") == pytest.approx(10 * start)
    assert current(page, "drift") == pytest.approx(noise[0] + 1, rel=1e-6)
    counted = page.locator(".genedu-explore-steps")
    assert counted.inner_text() == ""  # whatever led to the first state
    page.get_by_label("size").press("End")  # a = 5: the state stands still
    page.wait_for_timeout(30)
    assert current(page, "seen") == pytest.approx(10 * start)
    assert current(page, "drift") == pytest.approx(noise[0] + 5, rel=1e-6)
    page.get_by_role("button", name="Step").click()
    page.wait_for_timeout(30)
    after = start + noise[0] + 5
    assert current(page, "x") == pytest.approx(after, rel=1e-6)
    assert current(page, "seen") == pytest.approx(10 * after, rel=1e-6)
    assert current(page, "drift") == pytest.approx(noise[1] + 5, rel=1e-6)
    assert page.locator(".genedu-explore-text").inner_text() == "after 1 steps"
    assert counted.inner_text() == "+1 step"
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(30)
    assert current(page, "x") == pytest.approx(start)
    assert current(page, "drift") == pytest.approx(noise[0] + 5, rel=1e-6)


def test_a_seed_replays(show, node):
    page = show(counter())
    slot = "document.querySelector('.genedu-explore').explorable"
    page.evaluate(f"{slot}.step(3)")
    first = current(page, "x")
    page.get_by_label("Seed").fill("6")
    page.get_by_label("Seed").press("Enter")
    page.wait_for_timeout(30)
    page.evaluate(f"{slot}.step(3)")
    assert not np.allclose(current(page, "x"), first)
    expected = np.array(node.ask("noise", seed=6, draws=[["uniform", 2]] * 3)).sum(0) + np.array(
        [4, 5]
    )
    assert current(page, "x") == pytest.approx(expected, rel=1e-6)
    page.evaluate(f"{slot}.reset()")
    page.evaluate(f"{slot}.step(3)")
    assert page.get_by_label("Seed").input_value() == "5"
    assert current(page, "x") == pytest.approx(first)


def test_play_and_pause(show):
    page = show(counter())
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(50)
    steps = current(page, "step")[0]
    assert steps >= 5
    page.wait_for_timeout(200)
    assert current(page, "step")[0] == steps
    assert page.get_by_role("button", name="Play").count() == 1


def test_reduced_motion_steps_slowly(show):
    page = show(counter(), reduced_motion="reduce")
    assert current(page, "step")[0] == 0
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1500)
    assert 1 <= current(page, "step")[0] <= 3


def test_new_noise_without_state(show, node):
    graph = model(
        [helper.make_node("Identity", ["@u"], ["=y"])],
        {"u": ("float32", [3])},
        outputs := {"y": ("float32", [3])},
    )
    noise = {"u": {"distribution": "normal", "shape": [3], "dtype": "float32"}}
    again = {"again": {"kind": "button", "label": "Draw", "does": "noise"}}
    bars = {"kind": "bars", "y": ["y"]}
    page = show((spec(graph, outputs, [bars], noise=noise, seed=2, controls=again), graph))
    for seed, button in ((2, None), (3, "New noise"), (4, "Draw")):
        if button:
            page.get_by_role("button", name=button, exact=True).click()
            page.wait_for_timeout(30)
        expected = node.ask("noise", seed=seed, draws=[["normal", 3]])[0]
        assert current(page, "y") == pytest.approx(expected)
        assert page.get_by_label("Seed").input_value() == str(seed)
