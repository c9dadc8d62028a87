"""A version that was adopted and whose file is sealed, ready for its federations to sign; made without the worker."""

from __future__ import annotations

from dataclasses import dataclass, replace

from drafting.domain.actor import Actor
from drafting.domain.ballot import Stance
from drafting.extensions import db, transaction
from drafting.models import File, Round, Signatory, Signing
from drafting.models.columns import now
from drafting.models.export import FileKind
from drafting.services import closings
from exports import signings
from exports.codes import grouped, new_code
from exports.credentials import Credentials
from exports.instance import file_store
from exports.kinds.version_documents import intact_manuscript
from exports.pdf import render
from exports.printed_records import with_record
from exports.signing import seal
from exports.signings import SignatoryDraft
from tests.codes import switch_on
from tests.exports import seals
from tests.rounds import Assembly, assembly, put

_laid_out: dict[tuple[str, ...], bytes] = {}
"""PDFs by the fields of their signatories."""
PASSPHRASE = "une phrase d’été · assez longue"


@dataclass
class Table:
    """Everybody around a sealed file."""

    there: Assembly
    asked: Round
    signing: Signing
    file: File

    def signatory(self, number: int) -> Signatory:
        """Return the signatory of this number, from 1."""
        return signings.signatories_of(db.session.get_one(Signing, self.signing.id))[number - 1]


def adopted(federations: int = 3, stances: tuple[Stance, ...] = ()) -> tuple[Assembly, Round]:
    """Return a version that the federations have adopted: all of them, or as these stances say."""
    there = assembly(federations)
    asked = there.open_round()
    for number, secretary in enumerate(there.secretaries):
        put(asked, secretary, stances[number] if number < len(stances) else Stance.APPROVED)
    return there, closings.close(there.coordinator, asked.key)


def drafts(there: Assembly) -> list[SignatoryDraft]:
    """Return a signatory of each federation."""
    return [
        SignatoryDraft(one.key, f"secrétaire générale de {one.name}", f"Signataire {number} · œuvre")
        for number, one in enumerate(there.federations, start=1)
    ]


def sealed(federations: int = 3, *, own_text: bool = False, **options: object) -> Table:
    """Return a sealed file that waits for its signatures; what it says is its own only where that is asked for."""
    there, asked = adopted(federations)
    signing = signings.plan(there.coordinator, there.version.key, drafts(there), **options)  # type: ignore[arg-type]
    file = seal_now(there, own_text=own_text)
    return Table(there, asked, signing, file)


def seal_now(there: Assembly, *, own_text: bool = False) -> File:
    """Seal the version as the worker does, with a certificate of the tests' authority.

    Laying a text out takes most of the time, and few tests read it: the others get the first text of this run that
    has places for the same signatories.
    """
    code, at = new_code(), now().replace(microsecond=0)
    text = replace(with_record(intact_manuscript(there.version), there.version), code=grouped(code),
                   sealed_by="Confédération exemple", verify_url=f"https://contributions.example/verify/{code}")
    places = tuple(one.field for one in text.signatories)
    if own_text or places not in _laid_out:
        _laid_out[places] = render(text)
    content = seal(_laid_out[places], current("Confédération exemple"), at=at, reason="", shown=("Cachet",))
    with transaction() as session:
        file = File(
            contribution_id=there.contribution.id, version_id=there.version.id, kind=FileKind.SEALED,
            sha256=file_store().put(content), size=len(content), code=code, sealed_at=at,
            sealed_by_id=there.coordinator.organisation_id, created_by_id=there.coordinator.person_id)
        session.add(file)
    return file


def current(name: str, number: int = 1) -> Credentials:
    """Return credentials that serve now, from the tests' own authority."""
    begin, end = now() - seals.YEAR, now() + seals.YEAR
    return seals.make_credentials(name, key=seals.rsa_key(f"signatory {number}"), begin=begin, end=end)


def codes_of(actor: Actor) -> list[str]:
    """Switch the actor's second factor on; return codes that are good once."""
    return switch_on(actor)
