"""All the pages: one blueprint a noun, registered here."""

from __future__ import annotations

from flask import Flask

from drafting.web import (
    amendments,
    changelogs,
    comments,
    comparisons,
    contributions,
    decisions,
    delegations,
    histories,
    home,
    invitations,
    organisations,
    password_resets,
    people,
    profile,
    restorations,
    rounds,
    second_factors,
    sections,
    sign_ins,
    socket,
    suggestions,
    validations,
    versions,
)

BLUEPRINTS = (
    home.blueprint,
    sign_ins.blueprint,
    password_resets.blueprint,
    invitations.blueprint,
    profile.blueprint,
    second_factors.blueprint,
    people.blueprint,
    organisations.blueprint,
    contributions.blueprint,
    sections.blueprint,
    suggestions.blueprint,
    decisions.blueprint,
    versions.blueprint,
    rounds.blueprint,
    validations.blueprint,
    delegations.blueprint,
    restorations.blueprint,
    comparisons.blueprint,
    changelogs.blueprint,
    histories.blueprint,
    comments.blueprint,
    amendments.blueprint,
    socket.blueprint,
)


def init_app(app: Flask) -> None:
    """Register every blueprint."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
