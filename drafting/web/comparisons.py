"""Comparisons: choose two moments, and read what changed between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, NotFound
from drafting.domain.point import Point, PointKind
from drafting.models import Contribution
from drafting.services import comparisons
from drafting.services.access import find_contribution
from drafting.services.comparisons import Comparison, Part
from drafting.services.points import Moment, Points
from drafting.web.actor import require_actor, signed_in
from drafting.web.comparison_forms import ComparisonForm, is_asked, is_typed
from drafting.web.comparison_words import labels_of, redline_words
from drafting.web.contributions import frame
from drafting.web.errors import STATUS

blueprint = Blueprint("comparisons", __name__)


@dataclass(frozen=True)
class PartShown:
    """A changed section on the page."""

    part: Part
    html: Markup
    """The redline."""
    first_change: int
    """Changes are counted through the whole page."""


@blueprint.get("/contributions/<key>/compare")
@signed_in
def show(key: str) -> str | Response | tuple[str, int]:
    """Show what changed between two moments, or the form to choose them."""
    actor = require_actor()
    contribution = find_contribution(actor, key)
    if "a" in request.args and "b" in request.args:
        # The form of before named versions by their keys.
        return redirect(url_for("versions.compare", a_key=request.args["a"], b_key=request.args["b"]), 301)
    form = form_of(actor, contribution)
    if not is_asked():
        return _choose(actor, contribution, form)
    try:
        form.validate()
        a, b = form.asked()
        section_key = form.section.data or ""
        if is_typed():
            return redirect(address(key, a, b, section_key, side=form.side.data == "yes"), 303)
        comparison = comparisons.compare(
            actor, key, a, b, section_key=section_key, has_numbers=request.args.get("numbers") == "yes")
    except InvalidInput as refused:
        form.show(refused)
        return _choose(actor, contribution, form), STATUS[InvalidInput]
    except NotFound as unknown:
        form.form_errors.append(unknown.message)
        return _choose(actor, contribution, form), STATUS[NotFound]
    return _page(actor, comparison, form)


def form_of(actor: Actor, contribution: Contribution) -> ComparisonForm:
    """Return the form that chooses two moments of a contribution, which the caller has found for the actor."""
    return ComparisonForm.of(contribution, Points(actor, contribution).offers())


def _choose(actor: Actor, contribution: Contribution, form: ComparisonForm) -> str:
    return render_template("comparisons/choose.html", form=form, **frame(actor, contribution))


def _page(actor: Actor, comparison: Comparison, form: ComparisonForm) -> str:
    is_side, has_numbers = request.args.get("side") == "yes", request.args.get("numbers") == "yes"
    numbers = "yes" if has_numbers else None
    key, a, b = comparison.contribution.key, _of_all(comparison.a), _of_all(comparison.b)
    return render_template(
        "comparisons/show.html", comparison=comparison, form=form, is_side=is_side,
        shown=shown(comparison, is_side=is_side), whole=address(key, a, b, side=is_side),
        alone={one.section.key: address(key, a, b, one.section.key, side=is_side) for one in comparison.changed},
        lasting=address_of(comparison, is_lasting=True, side=is_side, _external=True),
        inline=address_of(comparison, numbers=numbers), side=address_of(comparison, side=True, numbers=numbers),
        has_numbers=has_numbers,
        other_numbers=address_of(comparison, side=is_side, numbers=None if has_numbers else "yes"),
        **frame(actor, comparison.contribution),
    )


def _of_all(moment: Moment) -> Point:
    """Return the point for all sections: of a section's revision, when it was made."""
    return Point.exact(moment.at) if moment.point.kind is PointKind.REVISION else moment.point


def shown(comparison: Comparison, *, is_side: bool = False, fold: bool = True) -> list[PartShown]:
    """Return the changed sections with their redlines, the changes counted through."""
    words, zone = redline_words(), comparison.contribution.deadline_zone
    out, first = [], 1
    for part in comparison.changed:
        html = ""
        if part.redline is not None and not part.redline.is_same:
            show_redline = part.redline.side_by_side if is_side else part.redline.inline
            html = show_redline(labels_of(part, zone), words, first_change=first, fold=fold and not part.is_new)
        out.append(PartShown(part, Markup(html), first))  # noqa: S704 - the redline escapes what it shows
        first += part.count
    return out


def address_of(comparison: Comparison, *, is_lasting: bool = False, side: bool = False, **more: Any) -> str:
    """Return the comparison's address; a lasting one shows the same for ever and to everybody."""
    a, b = (comparison.a.fixed, comparison.b.fixed) if is_lasting else (comparison.a.point, comparison.b.point)
    section_key = comparison.section.key if comparison.section else ""
    return address(comparison.contribution.key, a, b, section_key, side=side, **more)


def address(key: str, a: Point, b: Point, section_key: str = "", *, side: bool = False, **more: Any) -> str:
    """Return the address of the comparison of two points."""
    values: dict[str, Any] = {"from": str(a), "to": str(b), "section": section_key or None}
    return url_for("comparisons.show", key=key, side="yes" if side else None, **values, **more)
