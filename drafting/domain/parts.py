"""The two walks over the parts of change sets, mapping and composing, ported from `@codemirror/state`.

A part is (length of old text, new text), where None for the new text means that the old text is kept. The
order in which neighbouring changes are put down decides who comes first at one place; it is CodeMirror's,
because browser and server must agree to the letter. tests/fuzz/test_changes_oracle.py compares them.
"""

from __future__ import annotations

Part = tuple[int, str | None]

_END: Part = (0, None)


class InvalidChange(ValueError):
    """A change set that is malformed, does not fit its text, or would leave a broken text."""


def add_keep(parts: list[Part], length: int) -> None:
    """Add kept units, in one part with those before them."""
    if length:
        if parts and parts[-1][1] is None:
            length += parts.pop()[0]
        parts.append((length, None))


def add_change(parts: list[Part], length: int, text: str, join: bool = False) -> None:
    """Add a deletion, insertion or replacement, joined to the part before it as CodeMirror does.

    Two deletions become one, and so do two insertions. `join` makes any change one with the part before it.
    """
    if not length and not text:
        return
    if parts:
        last_length, last_text = parts[-1]
        if last_text is not None and (join or not (text or last_text) or not (length or last_length)):
            parts[-1] = (last_length + length, last_text + text)
            return
    parts.append((length, text))


def map_parts(change: tuple[Part, ...], over: tuple[Part, ...], before: bool) -> tuple[Part, ...]:
    """Return `change` as it reads after `over`; both were made on the same text.

    `a` is the current part of `change` and `b` that of `over`. A part of `a` that brings text may be passed
    in several steps; its text is put down once, and `a_is_down` says so while the rest of its deletion goes on.
    """
    out: list[Part] = []
    a_parts, b_parts = iter(change), iter(over)
    a_length, a_text = next(a_parts, _END)
    b_length, b_text = next(b_parts, _END)
    a_is_whole, a_is_down = True, False
    while True:
        if a_text is None and b_text is None:
            step = a_length if a_length < b_length else b_length
            if not step:
                if a_length or b_length:
                    raise InvalidChange("the two changes are made on texts of different lengths")
                return tuple(out)
            add_keep(out, step)
            a_length -= step
            b_length -= step
            if not b_length:
                b_length, b_text = next(b_parts, _END)
        elif b_text is not None and (
            a_text is None
            or a_is_down
            or (a_is_whole and (b_length < a_length or (b_length == a_length and not before)))
        ):
            # The change in b comes first: its text stays, and what it deletes is passed in a too.
            add_keep(out, len(b_text))
            while b_length:
                step = a_length if a_length < b_length else b_length
                if a_text and not a_is_down and a_length <= step:
                    add_change(out, 0, a_text)
                elif not step and not a_text:
                    raise InvalidChange("the two changes are made on texts of different lengths")
                b_length -= step
                a_length -= step
                if a_length:
                    a_is_whole = False
                else:
                    a_length, a_text = next(a_parts, _END)
                    a_is_whole, a_is_down = True, False
            b_length, b_text = next(b_parts, _END)
            continue
        elif a_text is not None:
            # Put down the change in a, up to the next place where b brings text.
            deleted, left = 0, a_length
            while left:
                if b_text is None:
                    step = left if left < b_length else b_length
                    if not step:
                        raise InvalidChange("the two changes are made on texts of different lengths")
                    deleted += step
                    left -= step
                    b_length -= step
                elif not b_text and b_length < left:
                    left -= b_length
                    b_length = 0
                else:
                    break
                if not b_length:
                    b_length, b_text = next(b_parts, _END)
            add_change(out, deleted, "" if a_is_down else a_text)
            a_is_down, a_is_whole = True, a_is_whole and left == a_length
            a_length = left
        if not a_length:
            a_length, a_text = next(a_parts, _END)
            a_is_whole, a_is_down = True, False


def compose_parts(first: tuple[Part, ...], second: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the one change that does what `first` and then `second` do.

    `a` walks over the text between the two by what it leaves there, `b` by what it takes. `is_open` says that
    what comes next belongs to the change that was put down last.
    """
    out: list[Part] = []
    a_parts, b_parts = iter(first), iter(second)
    a_length, a_text = next(a_parts, _END)
    b_length, b_text = next(b_parts, _END)
    is_open = False
    while True:
        if a_text == "":
            add_change(out, a_length, "", is_open)
            a_length, a_text = next(a_parts, _END)
            continue
        if b_text and not b_length:
            add_change(out, 0, b_text, is_open)
            b_length, b_text = next(b_parts, _END)
            continue
        a_left = a_length if a_text is None else len(a_text)
        step = a_left if a_left < b_length else b_length
        if not step:
            if a_left or b_length:
                raise InvalidChange("the second change is not made on the text that the first leads to")
            return tuple(out)
        parts_before = len(out)
        if a_text is None:
            if b_text is None:
                add_keep(out, step)
            else:
                add_change(out, step, b_text, is_open)
            a_length -= step
        else:
            # The old text that a replaces and the text that b brings are each put down once, at the start.
            add_change(out, a_length, a_text[:step] if b_text is None else b_text, is_open)
            a_length, a_text = 0, a_text[step:]
        goes_on = a_left > step if a_text is not None else False
        is_open = (goes_on or (b_text is not None and b_length > step)) and (is_open or len(out) > parts_before)
        b_length -= step
        if b_text is not None:
            b_text = ""
        if a_left == step:
            a_length, a_text = next(a_parts, _END)
        if not b_length:
            b_length, b_text = next(b_parts, _END)
