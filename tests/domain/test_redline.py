"""What a redline shows: readable cases, and what it promises of labels, folds, places and time."""

from __future__ import annotations

import re
from time import perf_counter

import pytest

from drafting.domain.markdown import TooComplex
from drafting.domain.redline import Kind, Label, Redline, RedlineWords, compare_rendered

WORDS = RedlineWords()
LONG = "Les travailleurs·ses de l’industrie demandent une négociation de branche avant l’été"
OTHER = "La confédération propose un calendrier précis au ministère, avec trois réunions"

CASES = [
    # old, new, what is shown without what is only heard: ⟦word⟧ is the name of a format, ¶ the end of a paragraph
    ("Le marché décide.", "Le dialogue décide.", "<p>Le <del>marché</del><ins>dialogue</ins> décide.</p>"),
    ("les salarié.e.s", "les salarié·es", "<p>les <del>salarié.e.s</del><ins>salarié·es</ins></p>"),
    ("l'Europe : oui", "l’Europe\u00a0: oui", "<p>l’Europe\u00a0: oui</p>"),
    ("Un mot *gras* 😀", "Un mot **gras** 😀",
     "<p>Un mot ~<em>gras</em>~[<strong>gras</strong>]⟦italique, gras⟧ 😀</p>"),
    ("[œuvre](https://a.fr)", "[œuvre](https://b.fr)",
     '<p>~<a href="https://a.fr">œuvre</a>~[<a href="https://b.fr">œuvre</a>]⟦lien⟧</p>'),
    ("Un **mot**.", "Un **beau mot**.", "<p>Un <ins><strong>beau </strong></ins><strong>mot</strong>.</p>"),
    ("# Été", "## Été", "<h2 was=h1>Été⟦niveau de titre⟧</h2>"),
    ("Été", "# Été", "<h1 was=p>Été⟦titre ou paragraphe⟧</h1>"),
    ("Un point.", "Un point. Une phrase.", "<p>Un point.<ins> Une phrase.</ins></p>"),
    (f"{LONG}. {OTHER}.", f"{LONG}.\n\n{OTHER}.", f"<p>{LONG}.<del> </del><ins>¶</ins></p> <p split>{OTHER}.</p>"),
    (f"{LONG}.\n\n{OTHER}.", f"{LONG}. {OTHER}.",
     f"<p>{LONG}.<del>¶</del></p> <p joined><ins> </ins>{OTHER}.</p>"),
    ("- un\n- trois", "- un\n- deux\n- trois",
     "<ul> <li>un</li> <li inserted><ins>deux</ins></li> <li>trois</li> </ul>"),
    ("1. un\n2. deux\n3. trois", "1. un\n2. trois",
     "<ol> <li=1>un</li> <li deleted=2><p deleted><del>deux</del></p> </li> <li=2>trois</li> </ol>"),
    ("- un", "1. un", "<ol was=ul> <li>⟦liste⟧un</li> </ol>"),
    ("Alpha bêta\n\nGamma œuvre", "- Alpha bêta\n- Gamma œuvre",
     "~<p>Alpha bêta</p>~ ~<p>Gamma œuvre</p>~ <ul rewrapped> <li>Alpha bêta⟦liste⟧</li> <li>Gamma œuvre</li> </ul>"),
    ("| an | € |\n|---|---|\n| 2025 | 9 |", "| an | € |\n|---|---|\n| 2024 | 8 |\n| 2025 | 9 |",
     "<table> <thead> <tr> <th>an</th> <th>€</th> </tr> </thead> <tbody> <tr inserted> <td><ins>2024</ins></td> "
     "<td><ins>8</ins></td> </tr> <tr> <td>2025</td> <td>9</td> </tr> </tbody> </table>"),
    ("| an | € |\n|---|---|\n| 2025 | 9 |", "| an | pays | € |\n|---|---|---|\n| 2025 | FR | 9 |",
     "<table> <thead> <tr> <th>an</th> <th inserted><ins>pays</ins></th> <th>€</th> </tr> </thead> <tbody> <tr> "
     "<td>2025</td> <td inserted><ins>FR</ins></td> <td>9</td> </tr> </tbody> </table>"),
    ("Ici[^a].\n\n[^a]: Source é", "Ici[^a].\n\n[^a]: Source œ",
     "<p>Ici(1).</p> <notes> <li><p>Source <del>é</del><ins>œ</ins> ↩</p> </li> </notes>"),
    ("Ici[^a].\n\n[^a]: Source", "Ici.",
     "<p>Ici<del>(1)</del>.</p> <notes deleted> <li deleted=1><p><del>Source</del> ↩</p> </li> </notes>"),
    (f"{LONG}. Et puis une fin.", f"{LONG}.\n\nEt puis une fin. Encore.",
     f"<p>{LONG}.<del> </del><ins>¶</ins></p> <p split>Et puis une fin.<ins> Encore.</ins></p>"),
    ("```\na b\n```", "```\na c\n```", "<pre><code>a <del>b</del><ins>c</ins> </code></pre>"),
    ("Un\n\n---\n\nDeux", "Un\n\nDeux", "<p>Un</p> <hr deleted> <p>Deux</p>"),
]  # fmt: skip


def shown(a: str, b: str) -> str:
    """Return the redline without what is only heard, in a form to read."""
    html = compare_rendered(a, b, language="fr").inline({}, WORDS, fold=False).replace("&nbsp;", "\u00a0")
    for pattern, put in (
        (r'<span[^>]*class="redline-said[^>]*>[^<]*</span>', ""),
        (r'<span[^>]*class="redline-format"[^>]*>([^<]*)</span>', r"⟦\1⟧"),
        (r'<(\w+) class="deleted" hidden="">(.*?)</\1>', r"~<\1>\2</\1>~"),
        (r'<del class="reformatted" hidden="">(.*?)</del>', r"~\1~"),
        (r'<span class="whole">([^<]*)</span>', r"\1"),
        (r'<span class="reformatted"[^>]*>(.*?)</span>', r"[\1]"),
        (r'<sup class="note-call"><a[^>]*>(\d+)</a></sup>', r"(\1)"),
        (r' ?<a [^>]*class="note-back"[^>]*>↩\ufe0e</a>', " ↩"),
        (r'<div class="([^"]*)\bnotes">\s*<ol[^>]*>', r"<notes \1>"), (r"</ol>\s*</div>", "</notes>"),
        (r'class="([^"]*?) ?\b(note|redline-mark|reformatted)"', r'class="\1"'),
        (r' (?:id|scope|start)="[^"]*"', ""), (r' class="([^"]*)"', r" \1"), (r' data-was="([^"]*)"', r" was=\1"),
        (r' value="(\d+)"', r"=\1"), (r"\s+>", ">"), (r"(<\w+) +", r"\1 "), (r"\s*\n\s*", " "),
    ):  # fmt: skip
        html = re.sub(pattern, put, html, flags=re.DOTALL)
    return html.strip()


@pytest.mark.parametrize(("a", "b", "expected"), CASES, ids=range(len(CASES)))
def test_a_change_is_shown_where_it_is_read(a: str, b: str, expected: str) -> None:
    assert shown(a, b) == expected


def changes(a: str, b: str) -> Redline:
    return compare_rendered(a, b, language="fr")


def test_a_moved_paragraph_is_told_at_both_ends() -> None:
    a, b = f"{LONG}.\n\nUn.\n\n{OTHER}.", f"Un.\n\n{OTHER}.\n\n{LONG} prochain."

    redline = changes(a, b)
    html = redline.inline({}, WORDS, first_change=5)

    assert [(one.kind, one.partner) for one in redline.changes] == [(Kind.MOVED_AWAY, 2), (Kind.MOVED_HERE, 1)]
    assert 'href="#change-6">↓ déplacé d’ici, voir la modification 6</a>' in html
    assert 'href="#change-5">↑ déplacé ici, voir la modification 5</a>' in html


def test_a_short_paragraph_elsewhere_is_no_move() -> None:
    kinds = {one.kind for one in changes("Oui, é.\n\nUn.\n\nDeux.", "Un.\n\nDeux.\n\nOui, é.").changes}

    assert kinds == {Kind.DELETED, Kind.INSERTED}


@pytest.mark.parametrize(
    ("a", "b", "old", "new"),
    [
        ("Le **marché** décide", "Le **dialogue** décide", ["marché"], ["dialogue"]),
        ("Voir [ici](https://a.fr/la) la page", "Voir [ici](https://a.fr/la) ma page", ["la"], ["ma"]),
        ("- un\n- deux 😀", "- un", ["- deux 😀"], []),
        ("l'an 109 000 €", "l’an 110 000 €", ["109 000"], ["110 000"]),
        ("| a | la |\n|---|---|\n| la | b |", "| a | la |\n|---|---|\n| la | ç |", ["b"], ["ç"]),
        ("a\n\nici[^1]\n\n[^1]: note é", "a\n\nici[^1]\n\n[^1]: note è", ["é"], ["è"]),
        ("mot", "**mot**", ["mot"], ["mot"]),
    ],
)
def test_a_change_says_its_places_in_both_sources(a: str, b: str, old: list[str], new: list[str]) -> None:
    [change] = changes(a, b).changes

    assert [a[start:end] for start, end in change.old] == old
    assert [b[start:end] for start, end in change.new] == new


def test_a_label_names_who_once_and_escapes_what_people_are_called() -> None:
    label = Label("Zoë <b> & Cie", "CGT·œ", "blue", "3 mars", "amendement 2", "/amendements/2?a=1&b=2")

    html = changes("Le marché 🙂", "Le dialogue 🙂").inline({1: label}, WORDS)

    assert html.count("redline-who") == 1
    assert 'title="Zoë &lt;b&gt; &amp; Cie, amendement 2, 3 mars"' in html
    assert "CGT·œ" in html
    assert 'href="/amendements/2?a=1&amp;b=2"' in html


def test_a_new_column_names_who_once() -> None:
    a, b = "| é |\n|---|\n| 1 |\n| 2 |", "| é | œ |\n|---|---|\n| 1 | 🙂 |\n| 2 | ’ |"

    html = changes(a, b).inline({1: Label("Zoë", "CGT")}, WORDS)

    assert html.count("<ins") == 3
    assert html.count("redline-who") == 1


def test_deletions_and_insertions_are_heard() -> None:
    html = changes("Le marché 🙂", "Le dialogue 🙂").inline({}, WORDS)

    heard = re.sub(r"<[^>]+>", "", html)

    assert heard.strip() == "Le supprimé marchéfin de suppression ajouté dialoguefin d’ajout  🙂"


def test_unchanged_stretches_are_folded_but_what_stands_beside_a_change() -> None:
    texts = [f"Paragraphe {n} é." for n in range(20)]

    html = changes("\n\n".join(texts), "\n\n".join([*texts[:10], "Neuf 😀 ajouté.", *texts[10:]])).inline({}, WORDS)

    assert [int(n) for n in re.findall(r"<summary[^>]*>(\d+) paragraphes inchangés", html)] == [9, 9]
    assert "<p>Paragraphe 9 é.</p>\n<p " in html


def test_a_title_stays_above_the_change_it_stands_over() -> None:
    a = "\n\n".join(["Un.", "Deux.", "Trois.", "# Titre œ", "Le marché."])

    html = changes(a, a.replace("marché", "dialogue")).inline({}, WORDS)

    assert html.index("</details>") < html.index("Titre œ")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("é " * 60_000, "è " * 60_000),
        ("é è " * 30_000, "è ç é " * 20_000),
        ("\n\n".join(f"mot{n} œ" for n in range(8_000)), "\n\n".join(f"autre{n} œ" for n in range(8_000))),
        ("é\n\n" * 10_000, "è\n\né\n\n" * 5_000),
        ("- a\n" * 20_000, "- b\n" * 20_000),
        ("|" + " é |" * 1_500 + "\n|" + "---|" * 1_500 + "\n| a |\n" * 5,
         "|" + " è |" * 1_500 + "\n|" + "---|" * 1_500 + "\n| b |\n" * 5),
        ("".join(f"a[^{n}] " for n in range(1500)) + "\n\n" + "\n\n".join(f"[^{n}]: é {n}" for n in range(1500)),
         "".join(f"b[^{n}] " for n in range(1500)) + "\n\n" + "\n\n".join(f"[^{n}]: è {-n}" for n in range(1500))),
        ("> " * 20 + "a", "> " * 20 + "b"),
    ],
    ids=["one long paragraph", "words by turns", "all paragraphs new", "alike paragraphs", "a long list",
         "a wide table", "many notes", "deep"],
)  # fmt: skip
def test_any_texts_are_compared_in_bounded_time(a: str, b: str) -> None:
    started = perf_counter()
    redline = changes(a, b)
    redline.inline({}, WORDS)

    assert perf_counter() - started < 12  # About 3 s on a calm machine, of which half for reading the Markdown.
    assert not redline.is_same


def test_a_text_made_of_nothing_but_paragraphs_is_refused_before_any_work() -> None:
    started = perf_counter()

    with pytest.raises(TooComplex):
        compare_rendered("é\n\n" * 30_000, "œ\n\né\n\n" * 15_000, language="fr")

    assert perf_counter() - started < 0.5
