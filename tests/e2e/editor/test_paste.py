"""Pasting from Word, LibreOffice and Google Docs keeps what a paper is made of, and says what it leaves out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.editor.conftest import Editor

FIXTURES = Path(__file__).parents[1] / "fixtures"


def counts(markdown: str) -> dict[str, int]:
    """Count what a pasted text is made of, by its Markdown."""
    body = re.sub(r"^\[\^[^\]]+\]:.*$", "", markdown, flags=re.M)
    rows = [line for line in body.splitlines() if line.startswith("|") and "---" not in line]
    return {
        "headings": len(re.findall(r"^#{1,6} ", body, re.M)),
        "bullets": len(re.findall(r"^- ", body, re.M)),
        "nested": len(re.findall(r"^  - ", body, re.M)),
        "numbers": len(re.findall(r"^\d+\. ", body, re.M)),
        "bold": len(re.findall(r"\*\*[^*]+\*\*", markdown)),
        "italic": len(re.findall(r"(?<!\*)\*[^*]+\*(?!\*)", markdown)),
        "links": len(re.findall(r"\]\(https?://[^)]+\)", body)),
        "cells": sum(len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows),
        "references": len(re.findall(r"\[\^[^\]]+\]", body)),
        "definitions": len(re.findall(r"^\[\^[^\]]+\]: \S", markdown, re.M)),
    }


PASTED = [
    (
        "libreoffice.html",
        {
            "headings": 30, "bullets": 30, "nested": 20, "numbers": 30, "bold": 30, "italic": 30, "links": 10,
            "cells": 36, "references": 20, "definitions": 20,
        },
    ),
    (
        "word.html",
        {
            "headings": 2, "bullets": 2, "nested": 2, "numbers": 2, "bold": 2, "italic": 2, "links": 1,
            "cells": 6, "references": 2, "definitions": 2,
        },
    ),
    (
        "google_docs.html",
        {
            "headings": 2, "bullets": 2, "nested": 1, "numbers": 2, "bold": 1, "italic": 2, "links": 1,
            "cells": 4, "references": 1, "definitions": 1,
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "expected"), PASTED, ids=[file for file, _ in PASTED])
def test_a_paste_keeps_its_structure(editor: Editor, file: str, expected: dict[str, int]) -> None:
    editor.open()

    editor.paste(text_html=(FIXTURES / file).read_text(), text_plain="sans mise en forme")

    assert counts(editor.text) == expected
    assert "é" in editor.text
    assert "sans mise en forme" not in editor.text
    assert not re.search(r"<\w|mso-|Remarque privée|\u00ad", editor.text)


def test_a_pasted_note_is_numbered_anew_beside_those_there(editor: Editor) -> None:
    editor.open("Déjà là[^1]¦.\n\n[^1]: Première note.")

    editor.paste(text_html=(FIXTURES / "google_docs.html").read_text())

    labels = re.findall(r"^\[\^([^\]]+)\]:", editor.text, re.M)
    assert len(set(labels)) == 2
    assert editor.page.locator(".cm-note-number").all_inner_texts() == ["1.", "2."]


def test_a_pasted_image_is_refused_with_words(editor: Editor) -> None:
    editor.open("Avant¦")

    editor.page.evaluate(
        """() => { const transfer = new DataTransfer();
        transfer.items.add(new File(['x'], 'été.png', {type: 'image/png'}));
        view.contentDOM.dispatchEvent(new ClipboardEvent('paste',
          {clipboardData: transfer, bubbles: true, cancelable: true})); }"""
    )

    assert editor.text == "Avant"
    assert "n’a pas été reprise" in editor.messages[0]
    assert "n’a pas été reprise" in editor.page.locator("[role=status]").inner_text()


def test_a_dropped_image_is_refused_with_words(editor: Editor) -> None:
    editor.open("Avant¦")

    editor.page.evaluate(
        """() => { const transfer = new DataTransfer();
        transfer.items.add(new File(['x'], 'été.png', {type: 'image/png'}));
        view.contentDOM.dispatchEvent(new DragEvent('drop',
          {dataTransfer: transfer, bubbles: true, cancelable: true})); }"""
    )

    assert editor.text == "Avant"
    assert "n’a pas été reprise" in editor.messages[0]


def test_an_image_within_pasted_text_is_left_out_with_words(editor: Editor) -> None:
    editor.open()

    editor.paste(text_html='<p>Été <img src="https://www.example.org/x.png" onerror="messages.push(1)"> fin</p>')

    assert editor.text == "Été fin"
    assert len(editor.messages) == 1


HOSTILE = [
    ("<p>é<script>messages.push('x')</script></p>", "é"),
    ('<p><a href="javascript:alert(1)">lien</a></p>', "lien"),
    ('<p><a href="data:text/html,x">lien</a></p>', "lien"),
    ('<svg onload="messages.push(1)"></svg><p>œuvre</p>', "œuvre"),
    ("<p>&lt;b&gt;pas du gras&lt;/b&gt; *non* [non](x)</p>", "<b>pas du gras</b> \\*non\\* \\[non\\](x)"),
    ("<p># pas un titre</p>", "\\# pas un titre"),
    ("<p>1. pas une liste</p>", "1\\. pas une liste"),
    ("<p style='display:none'>caché</p><p>vu</p>", "vu"),
    ("<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>", "| a b |\n| --- |"),
    ("<p><b>L</b><b>’Union</b> a dit</p>", "**L’Union** a dit"),
    ("<p class=MsoTitle>Été<o:p></o:p></p><p class=MsoQuote>« œuvre »</p>", "# Été\n\n> « œuvre »"),
    ("<p>un<br>deux<br><br>trois</p>", "un\\\ndeux\n\ntrois"),
]


@pytest.mark.parametrize(("html", "markdown"), HOSTILE, ids=[html for html, _ in HOSTILE])
def test_pasted_html_becomes_plain_markdown(editor: Editor, html: str, markdown: str) -> None:
    editor.open()

    editor.paste(text_html=html)

    text = editor.text
    images = len([message for message in editor.messages if "image" in message.lower()])
    assert text == markdown
    assert len(editor.messages) == images


PLAIN = [
    ("Un¦.", "été", "Un été¦.".replace(" ", "")),
    ("¦", "Un\nDeux", "Un\n\nDeux¦"),
    ("¦", "• un\n• deux", "- un\n- deux¦"),
    ("¦", "2 * 3 * 4", "2 \\* 3 \\* 4¦"),
    ("| a¦ |\n| --- |\n| b |", "x\ny | z", "| ax y \\| z¦ |\n| --- |\n| b |"),
    ("- un¦", "a\n\nb", "- un\n\n  a\n\n  b¦"),
]


@pytest.mark.parametrize(("before", "pasted", "after"), PLAIN)
def test_plain_text_becomes_paragraphs(editor: Editor, before: str, pasted: str, after: str) -> None:
    editor.open(before)

    editor.paste(text_plain=pasted)

    assert editor.marked == after


def test_what_was_copied_here_comes_back_as_it_was(editor: Editor) -> None:
    editor.open("¦## Été\n\n- **un** 😀\n- deux¦\n\nfin")

    editor.page.evaluate(
        """() => { window.transfer = new DataTransfer();
        view.contentDOM.dispatchEvent(new ClipboardEvent('copy',
          {clipboardData: transfer, bubbles: true, cancelable: true}));
        view.dispatch({selection: {anchor: view.state.doc.length}});
        view.contentDOM.dispatchEvent(new ClipboardEvent('paste',
          {clipboardData: transfer, bubbles: true, cancelable: true})); }"""
    )

    editor.wait(lambda: editor.text.count("- **un** 😀\n- deux") == 2)


def test_what_is_copied_keeps_its_form_in_word_and_mail(editor: Editor) -> None:
    editor.open(
        "¦## Été\n\n- **un** 😀\n  - deux & trois\n\n| a | b |\n| --- | --- |\n| *c* |  |\n\n"
        "[lien](https://x.org)[^n] \\* [non](javascript:x)\n\n[^n]: Note.¦"
    )
    editor.wait(
        lambda: editor.page.evaluate("import('/static/js/editor/later.js').then(m => Boolean(m.copying.module))")
    )

    copied = editor.page.evaluate(
        """() => { const transfer = new DataTransfer();
        view.contentDOM.dispatchEvent(new ClipboardEvent('copy',
          {clipboardData: transfer, bubbles: true, cancelable: true}));
        return [transfer.getData('text/html'), transfer.getData('text/plain')]; }"""
    )

    assert copied[0] == (
        "<h2>Été</h2><ul><li><strong>un</strong> 😀<ul><li>deux &amp; trois</li></ul></li></ul>"
        "<table><tr><th>a</th><th>b</th></tr><tr><td><em>c</em></td><td></td></tr></table>"
        '<p><a href="https://x.org">lien</a><sup>1</sup> * non</p><p><sup>1</sup> Note.</p>'
    )
    assert copied[1] == "Été\n- un 😀\n- deux & trois\na\tb\nc\t\nlien1 * non\n1 Note."
