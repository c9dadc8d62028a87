"""Footnotes at the foot of their page: each note moves from the end of its section to its first call."""

import re
from xml.etree.ElementTree import Element

_SPACES = re.compile(r"[ \t\n]+")


def place(root: Element) -> None:
    """Put every note where it is first called; a note that no call reaches disappears with its list."""
    parents = {child: parent for parent in root.iter() for child in parent}
    lists = [e for e in root.iter("div") if _is(e, "notes")]
    notes = {e.get("id"): e for box in lists for e in box.iter("li") if _is(e, "note")}
    inside_note = {call for note in notes.values() for call in _calls(note)}
    for box in lists:
        _remove(parents[box], box)
    placed: set[str] = set()
    for call in [c for c in _calls(root) if c not in inside_note]:
        for target, at in _targets(call, notes, placed):
            note = _as_note(target, silent=at > 0)
            parent = parents[call]
            index = list(parent).index(call)
            if at == 0:
                note.tail, parent[index] = call.tail, note
                parents[note], call = parent, note
            else:
                # A note called only from another note stands behind it.
                note.tail, call.tail = call.tail, None
                parent.insert(index + 1, note)
                parents[note], call = parent, note
    for call in _calls(root):
        call.set("class", "note-again")


def _is(element: Element, name: str) -> bool:
    # A comparison says by a second class that a note is new or gone.
    return name in (element.get("class") or "").split()


def _calls(root: Element) -> list[Element]:
    return [e for e in root.iter("sup") if _is(e, "note-call")]


def _targets(call: Element, notes: dict[str | None, Element], placed: set[str]) -> list[tuple[Element, int]]:
    """Return the notes that this call brings: its own when it is the first, and those that note calls in turn."""
    found: list[tuple[Element, int]] = []
    queue = [call]
    while queue:
        link = queue.pop(0).find("a")
        key = (link.get("href", "") if link is not None else "")[1:]
        if key in notes and key not in placed:
            placed.add(key)
            found.append((notes[key], len(found)))
            queue += _calls(notes[key])
        elif not found:
            return []
    return found


def _as_note(note: Element, *, silent: bool) -> Element:
    made = Element("span", {
        "class": "note silent" if silent else "note",
        "id": note.get("id", ""),
        "data-number": note.get("id", "").rpartition("-")[2],
        "data-tag": "Note",
    })  # fmt: skip
    for back in [e for e in note.iter() if "note-back" in (e.get("class") or "")]:
        _remove(next(p for p in note.iter() if back in list(p)), back)
    made.text, made[:] = note.text, list(note)
    _collapse(made)
    made.text = None  # between a note's blocks there is nothing to read
    for block in made:
        block.tail = None
    first = made[0] if len(made) else None
    if first is not None and first.tag == "p":
        first.set("class", "first")
        _strip_end(first)
    return made


def _collapse(element: Element) -> None:
    # WeasyPrint 70 leaves white space in footnotes as it is, and stops at a space before a line break.
    if element.tag != "pre":
        element.text = _SPACES.sub(" ", element.text or "")
        for child in element:
            _collapse(child)
            child.tail = _SPACES.sub(" ", child.tail or "")


def _strip_end(paragraph: Element) -> None:
    # The space before the removed link back would otherwise stand at the note's end.
    if len(paragraph):
        paragraph[-1].tail = (paragraph[-1].tail or "").rstrip()
    elif paragraph.text:
        paragraph.text = paragraph.text.rstrip()


def _remove(parent: Element, child: Element) -> None:
    siblings = list(parent)
    at = siblings.index(child)
    if child.tail:
        if at:
            siblings[at - 1].tail = (siblings[at - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)
