"""Factories of frozen versions and of their files, committed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from drafting.domain.actor import Actor
from drafting.domain.canonical import canonical_bytes, digest
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.extensions import db, writing
from drafting.models import Contribution, File, Organisation, Version, VersionSection
from drafting.models.export import FileKind
from drafting.models.organisation import OrganisationKind
from drafting.services.versions import frozen_contribution
from exports.codes import new_code
from exports.instance import file_store
from tests import factories
from tests.exports.seals import NOW

TEXT = """Un texte avec « œuvre », l’été, et une note[^1].

- un point, · et un autre 🙂

| Année | Part |
|---|---|
| 2024 | 12 % |

[^1]: Une source, déjà vue.
"""


@dataclass
class Scene:
    """A contribution that a confederation coordinates, with a federation as author, and people of each."""

    confederation: Organisation
    federation: Organisation
    contribution: Contribution
    coordinator: Actor
    """A secretary of the confederation."""
    author: Actor
    stranger: Actor
    """A secretary of an organisation that takes no part."""
    administrator: Actor


def scene() -> Scene:
    confederation = factories.organisation(
        name="Confédération « exemple » de l’œuvre", kind=OrganisationKind.CONFEDERATION
    )
    federation, other = factories.organisation(), factories.organisation()
    contribution = factories.contribution(title="L’IA & le travail · « déjà là »", recipient="Sommet")
    factories.participation(contribution, confederation, ParticipationRole.COORDINATOR)
    factories.participation(contribution, federation, ParticipationRole.AUTHOR)
    factories.section(contribution, title="Préambule · é")
    return Scene(
        confederation=confederation,
        federation=federation,
        contribution=contribution,
        coordinator=factories.member(confederation, MembershipRole.SECRETARY),
        author=factories.member(federation, MembershipRole.MEMBER),
        stranger=factories.member(other, MembershipRole.SECRETARY),
        administrator=factories.member(other, MembershipRole.MEMBER, administrator=True),
    )


def save(thing: Any) -> Any:
    with writing():
        db.session.rollback()
        db.session.add(thing)
        db.session.commit()
    return thing


def freeze(scene: Scene, *, number: int = 1, text: str = TEXT, **values: Any) -> Version:
    """A version with one section, as if frozen."""
    contribution = scene.contribution
    section = contribution.sections[0]
    version = Version(
        contribution_id=contribution.id,
        number=number,
        label=values.pop("label", "Déposée « à l’heure »"),
        title=contribution.title,
        recipient=contribution.recipient,
        event=contribution.event,
        language="fr",
        organisations=json.dumps([["CEX", scene.confederation.name, "coordinator"]], ensure_ascii=False),
        frozen_by_id=scene.coordinator.person_id,
        frozen_for_id=scene.confederation.id,
        **{"frozen_at": NOW, **values},
    )
    version.sections = [
        VersionSection(position=1, section_id=section.id, revision=0, title=section.title, lead="CEX", text=text)
    ]
    canonical = canonical_bytes(frozen_contribution(version))
    version.canonical, version.digest = canonical.decode(), digest(canonical)
    return save(version)


def keep_sealed(scene: Scene, version: Version, pdf: bytes, **values: Any) -> File:
    """A sealed file of that version, kept and known, published or not."""
    defaults = {
        "contribution_id": version.contribution_id,
        "version_id": version.id,
        "kind": FileKind.SEALED,
        "sha256": file_store().put(pdf),
        "size": len(pdf),
        "code": new_code(),
        "sealed_by_id": scene.confederation.id,
        "sealed_at": NOW,
        "created_by_id": scene.coordinator.person_id,
    }
    return save(File(**{**defaults, **values}))
