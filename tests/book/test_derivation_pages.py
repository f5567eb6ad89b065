"""The pages that are made from derivations: one for each, and numbers beside every slip."""

from pathlib import Path

import pytest

from genedu import derivations
from genedu.site.derivations import CommonSlips, chapters_of, short, signed, two_values

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "chapters" / "appendix" / "derivations"


def test_every_derivation_has_a_page_under_its_title_and_no_page_has_none():
    assert {path.stem for path in PAGES.glob("*.md")} == set(derivations.ids())
    for id in derivations.ids():
        page = (PAGES / f"{id}.md").read_text(encoding="utf8")
        title = derivations.load(id).title
        assert page == f"# {title}\n\n```{{derivation}} {id}\n```\n"


@pytest.mark.parametrize("id", derivations.ids())
def test_every_slip_has_two_numbers_that_differ(id):
    d = derivations.load(id)
    for slip in d.slips:
        right, wrong = two_values(d, slip)
        assert signed(right) != signed(wrong)


def test_every_slip_that_is_no_equation_is_shown_with_its_two_numbers():
    page = CommonSlips.facts(None)
    assert page.count("<h3") == len(derivations.FACTS)
    for fact in derivations.FACTS:
        assert short(fact.right) != short(fact.wrong)
        assert f"is {short(fact.right)}; with the slip it would be {short(fact.wrong)}." in page
    assert "0.693; with the slip it would be undefined." in page


def test_the_chapters_of_a_derivation_are_those_that_load_it():
    found = chapters_of(ROOT)
    assert [page for page, _ in found["bm-gradient"]] == ["chapters/03-boltzmann-machine"]
    assert set(found) <= set(derivations.ids())
