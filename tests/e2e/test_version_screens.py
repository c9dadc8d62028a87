"""A version in a real browser: freezing it, its numbers, citing a line, and what changed in it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from flask import Flask

from drafting.domain.amendment import AmendmentState
from drafting.models import Version
from drafting.services import amendments, versions
from tests import amending
from tests.amending import Paper
from tests.e2e.conftest import SCREENS, Visit, violations

LONG = "Les travailleurs·ses de l’œuvre commune demandent « une vraie place » : " * 6
MORE = f"""
{LONG}**en gras** et [un lien vers l’OIT](https://www.ilo.org/fr) 🙂, avec une note[^1].

1. {LONG}
2. Deuxième point.

> {LONG}

|  | Couverture | Représentation |
| --- | ---: | --- |
| Autriche | 98 % | {LONG} |

[^1]: Règlement (UE) 2024/1689.
"""


@dataclass
class World:
    """A paper with two versions, decisions and amendments between them, and suggestions that wait."""

    paper: Paper
    first: Version
    second: Version


@pytest.fixture
def world(app: Flask) -> World:
    paper = amending.paper()
    paper.edit(paper.lead, "heures.\n", f"heures.\n{MORE}")
    first = versions.freeze(paper.coordinator, paper.contribution.key, label="projet")
    keys = [paper.file(paper.replace(paper.member, word, f" {n}", f"s{n}"))
            for n, word in enumerate(("été|", "salariés|", "négocier|"))]
    paper.decide(paper.lead, "accept", "s0")
    amendments.decide(paper.lead, keys[1], AmendmentState.REJECTED, "Trop tôt · œuvre 🙂", seen=paper.seen(["s1"]))
    second = versions.freeze(paper.coordinator, paper.contribution.key, label="relu", note="À relire\navant l’été.")
    return World(paper, first, second)


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_every_screen_is_accessible_and_fits(world: World, visit: Visit, language: str, width: int, dark: bool) -> None:
    someone = visit(world.paper.coordinator, language=language, width=width, dark=dark)
    version = f"/versions/{world.second.key}"
    paths = {
        "version-paragraphs": f"{version}?numbers=paragraphs", "version-lines": f"{version}?numbers=lines#l9",
        "version-spoken": f"{version}?numbers=spoken", "version-changes": f"{version}/changes",
        "versions-index": f"/contributions/{world.paper.contribution.key}/versions",
    }
    for name, path in paths.items():
        someone.go(path)
        someone.check_screen(f"{name}-{language}-{width}")
    page = someone.go(f"{version}?cite=l.+5000")
    someone.problems.clear()  # The 422 itself.
    someone.check_screen(f"version-cite-{language}-{width}")
    page.goto(f"{someone.address}/contributions/{world.paper.contribution.key}/versions")
    page.locator("input[value=refused]").check()
    page.locator("#label").fill("Projet « d’été »")
    page.locator("form:has(#label) button").click()
    page.get_by_role("alert").wait_for()
    someone.problems.clear()  # The 409 itself.
    assert page.locator("#label").input_value() == "Projet « d’été »"
    someone.check_screen(f"versions-waiting-{language}-{width}")


PLACES = """() => {
  const numbers = [...document.querySelectorAll(".numbered p > .line-number, .numbered p a > .line-number")];
  return numbers.map((mark) => {
    const range = document.createRange();
    const walker = document.createTreeWalker(mark.closest("p"), NodeFilter.SHOW_TEXT);
    walker.currentNode = mark;
    const text = walker.nextNode();
    range.setStart(text, 0);
    range.setEnd(text, 1);
    const [own, first] = [mark.getBoundingClientRect(), range.getBoundingClientRect()];
    return { line: +mark.dataset.number, left: own.right <= first.left, apart: Math.abs(own.bottom - first.bottom),
             top: first.top, paragraph: mark.closest("p").textContent.slice(0, 40),
             begins: first.left - mark.closest("p").getBoundingClientRect().left };
  });
}"""


def test_each_line_begins_beside_its_number_and_fills_one_row(world: World, visit: Visit) -> None:
    page = visit(world.paper.observer).go(f"/versions/{world.second.key}?numbers=lines")

    places = page.evaluate(PLACES)

    assert len(places) > 12
    assert all(one["left"] and one["apart"] < 6 and one["begins"] < 2 for one in places), places
    rows = {round(b["top"] - a["top"]) for a, b in pairwise(places)
            if a["paragraph"] == b["paragraph"] and b["line"] == a["line"] + 1}
    assert len(rows) <= 2, "a row higher than the others holds a line that was broken twice"
    assert max(rows) - min(rows) <= 1


def test_numbers_are_neither_copied_nor_read_aloud_unless_asked_for(world: World, visit: Visit) -> None:
    someone = visit(world.paper.observer)

    silent, spoken = [], []
    for query, kept in (("lines", silent), ("spoken", spoken)):
        page = someone.go(f"/versions/{world.second.key}?numbers={query}")
        copied = page.evaluate("""() => {
          getSelection().selectAllChildren(document.querySelector("article section:last-of-type .prose"));
          return getSelection().toString();
        }""")
        kept += [copied, page.locator("article").aria_snapshot()]

    assert "L’été 0 des salariés" in silent[0]
    assert not any(word in text for text in (silent[0], spoken[0]) for word in ("ligne 3", "§", "2.2", "\n7"))
    assert "ligne 3" not in silent[1]
    assert "ligne 3." in spoken[1]
    assert "paragraphe 2.2." in spoken[1]


def test_on_a_phone_the_text_flows_and_numbers_stand_in_it(world: World, visit: Visit) -> None:
    page = visit(world.paper.observer, width=375).go(f"/versions/{world.second.key}?numbers=lines")

    breaks = page.locator(".line-break").evaluate_all("all => all.filter((one) => one.getClientRects().length).length")
    shown = page.locator(".line-number").evaluate_all(
        "all => all.map((one) => getComputedStyle(one, '::before').content).filter((one) => one !== 'none').length")

    assert breaks == 0
    assert shown == page.locator(".line-number").count() > 20


def test_somebody_cites_a_line_and_all_find_it(world: World, visit: Visit) -> None:
    page = visit(world.paper.observer, height=500).go(f"/versions/{world.second.key}")

    page.get_by_label("Aller à la ligne ou au paragraphe").fill("l. 12")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*#l12")

    box = page.locator("#l12").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 500
    assert page.locator("#l12").evaluate("mark => mark.matches(':target')")
    page.get_by_label("Aller à la ligne ou au paragraphe").fill("§ 2.3")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*numbers=lines#p2-3")


@pytest.mark.parametrize("width", [1280, 375])
def test_a_comparison_with_numbers_is_accessible_and_fits(world: World, visit: Visit, width: int) -> None:
    someone = visit(world.paper.observer, width=width)
    address = f"/contributions/{world.paper.contribution.key}/compare?from=v1&to=v2&numbers=yes"
    for query in ("", "&side=yes"):
        page = someone.go(address + query)
        assert violations(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        shown = page.locator(".paragraph-number").evaluate_all(
            "all => all.map((one) => getComputedStyle(one, '::before').content)")
        assert any("2.2" in one for one in shown)
