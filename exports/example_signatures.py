"""Sign and publish what the example organisations decided: `drafting.demonstration` plays the way there."""

from __future__ import annotations

from collections.abc import Callable

from drafting.demonstration import cast
from drafting.demonstration.codes import codes_for
from drafting.demonstration.papers import PAPERS, Paper, Signer
from drafting.demonstration.rounds import version_of
from drafting.demonstration.story import WRITERS
from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole
from drafting.domain.signing import SignatoryState
from drafting.models import File, Signing, SigningKey, Version
from drafting.models.columns import now
from exports import authorities, files, publications, signatures, signing_keys, signings
from exports.publications import Receipt
from exports.signings import SignatoryDraft

Seal = Callable[[Version], File]


def play(passphrase: str, seal: Seal) -> None:
    """Do what is not done yet. The example keys are kept under this passphrase; `seal` makes a version's file."""
    secretaries = {actor.acronym: actor for actor in cast.actors().values()
                   if actor.membership is MembershipRole.SECRETARY}  # fmt: skip
    administrator = next(actor for actor in secretaries.values() if actor.administrator)
    if not authorities.has_house_authority():
        authorities.create_house_authority(administrator)
    for paper in PAPERS:
        if paper.signers:
            _Signing(paper, secretaries, passphrase).go_on(seal)


class _Signing:
    """One paper on its way from adopted to published."""

    def __init__(self, paper: Paper, secretaries: dict[str, Actor], passphrase: str) -> None:
        self.paper = paper
        self.secretaries = secretaries
        self.passphrase = passphrase
        self.coordinator = secretaries[paper.asked[0]]

    def go_on(self, seal: Seal) -> None:
        """Plan, seal, sign, publish."""
        version = version_of(self.paper)
        if version is None or version.contribution.archived_at is not None:
            return
        signing = signings.signing_of(version) or signings.plan(
            self.coordinator, version.key, [_draft(one) for one in self.paper.signers])
        file = seal(version)
        for signer in self.paper.signers:
            if signer.has_key:
                self._sign(signer, signing)
        if self.paper.is_published and file.published_at is None:
            files.publish(self.coordinator, file.key)
            publications.submit(
                self.coordinator, file.key, Receipt(self.paper.recipient, "Courriel", now(), "EXEMPLE-2026-17"))

    def _sign(self, signer: Signer, signing: Signing) -> None:
        actor = self.secretaries[signer.acronym]
        key = _key_of(actor) or authorities.issue(
            actor, name=actor.name, capacity=signer.capacity, passphrase=self.passphrase)
        signatory = next(one for one in signings.signatories_of(signing)
                         if one.organisation_id == actor.organisation_id)  # fmt: skip
        if signer.signs and signatory.state is SignatoryState.EXPECTED:
            signatory_key, kept = signatory.key, key.key
            with codes_for(actor) as codes:
                signatures.sign_with_kept_key(
                    actor, signatory_key, key=kept, passphrase=self.passphrase, code=next(codes))


def _draft(signer: Signer) -> SignatoryDraft:
    name = next(writer.name for writer in WRITERS if writer.secretary and writer.member_of[0] == signer.acronym)
    return SignatoryDraft(cast.organisation_key(signer.acronym), signer.capacity, name)


def _key_of(actor: Actor) -> SigningKey | None:
    return next(iter(signing_keys.keys_of(actor.organisation_id)), None)
