"""The world in which every route is tried by every kind of actor: keys that are easy to read in a table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.amendment import AmendmentState
from drafting.domain.ballot import Rule, Stance, Terms
from drafting.domain.comment import Visibility
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.domain.signing import SignatoryState
from drafting.domain.tracking import checksum
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.commands import Applied, Batch
from drafting.live.house import house_of
from drafting.models import (
    Amendment,
    Certificate,
    Contribution,
    Delegation,
    Dissent,
    File,
    Invitation,
    Job,
    Membership,
    Organisation,
    PasswordReset,
    Person,
    Round,
    Seal,
    Section,
    Signatory,
    Signing,
    SigningKey,
    Thread,
    Validation,
    Version,
)
from drafting.models.columns import now
from drafting.models.export import FileKind, JobKind, JobState
from drafting.services import amendments, delegations, rounds, suggestions, threads, versions
from drafting.services.rounds import Question
from drafting.services.sign_ins import digest_of
from exports.house_authority import ROOT, make_root
from exports.instance import file_store, key_store
from tests import amending, factories
from tests.signing_in import token_for
from tests.writing import write


def build() -> dict[str, str | None]:
    """Build the world and return each actor's cookie (None for who has none).

    CEX coordinates the contribution `papier`; LEA leads its section `section`; AUT is another author, CON may
    only suggest, OBS only reads; OUT does not take part. The section `retiree` is retired. There are two
    versions, `v-un` and `v-deux`, an open invitation to CEX (`invitation`, link `ouverte`), a link for a new
    password (`perdu`), CEX's logo and seal (`cachet`), a trusted certificate (`certificat`), the sealed file of
    the first version (`fichier`), and the making of a working copy (`travail`). AUT began a thread for everybody
    (`fil`, comment `mot`) and one for themselves (`fil-prive`, comment `mot-prive`). AUT has filed an amendment
    (`amendement`), another one is integrated (`integre`), and its suggestion `s-libre` is filed nowhere. CEX's member
    had a Word document read (`lu`). A round (`tour`) asks all but CEX about `v-deux`; AUT opposes it with a dissent
    (`avis`). CEX's secretary has let a member decide (`delegation`). LEA signs (`signature`) the file that a signing
    (`signatures`) of the first version waits for, and CEX keeps a key (`cle`).
    The installation has an authority of its own.
    """
    orgs = {
        acronym: factories.organisation(acronym=acronym, key=f"org-{acronym.lower()}")
        for acronym in ("CEX", "LEA", "AUT", "CON", "OBS", "OUT")
    }
    actors = _people(orgs)
    contribution = _contribution(orgs, actors["coordinator"])
    _suggestions(db.session.scalars(select(Section).where(Section.key == "section")).one(), actors)
    _amendments(actors["author"], actors["lead"])
    _links(orgs["CEX"], actors["secretary"])
    _seals(orgs["CEX"])
    _files(actors["coordinator"])
    _threads(actors["author"])
    _import(actors["coordinator"])
    _round(actors["coordinator"], actors["author"])
    _delegation(actors["secretary"])
    _signing(actors["secretary"], orgs["LEA"])
    key_store().save(ROOT, make_root("exemple.example", at=now()))
    cookies: dict[str, str | None] = {"anonymous": None}
    cookies |= {name: token_for(actor) for name, actor in actors.items()}
    with transaction() as session:
        session.get(Person, actors["disabled"].person_id).disabled_at = now()
        removed = session.query(Membership).filter_by(person_id=actors["removed"].person_id).one()
        session.delete(removed)
    assert contribution.key == "papier"
    return cookies


def _people(orgs: dict[str, Organisation]) -> dict[str, Actor]:
    secretary = MembershipRole.SECRETARY
    factories.member(orgs["CEX"], key="pers-membre", name="Membre de plus · œuvre")
    root = factories.person(key="pers-admin", name="Administration", administrator=True)
    return {
        "outsider": factories.member(orgs["OUT"], secretary),
        "observer": factories.member(orgs["OBS"], secretary),
        "contributor": factories.member(orgs["CON"], secretary),
        "author": factories.member(orgs["AUT"], secretary),
        "lead": factories.member(orgs["LEA"], secretary),
        "coordinator": factories.member(orgs["CEX"]),
        "secretary": factories.member(orgs["CEX"], secretary),
        "administrator": Actor(
            person_id=root.id, name=root.name, email=root.email, language="fr", administrator=True,
            organisation_id=None, acronym="", membership=None,
        ),
        "disabled": factories.member(orgs["CEX"], secretary, administrator=True),
        "removed": factories.member(orgs["CEX"], secretary),
    }


def _contribution(orgs: dict[str, Organisation], coordinator: Actor) -> Contribution:
    contribution = factories.contribution(key="papier", title="L’œuvre « commune »")
    roles = {
        "CEX": ParticipationRole.COORDINATOR, "LEA": ParticipationRole.AUTHOR, "AUT": ParticipationRole.AUTHOR,
        "CON": ParticipationRole.CONTRIBUTOR, "OBS": ParticipationRole.OBSERVER,
    }
    for acronym, role in roles.items():
        made = factories.participation(contribution, orgs[acronym], role)
        with transaction():
            db.session.merge(made).key = f"part-{acronym.lower()}"
    section = factories.section(contribution, key="section", lead_id=orgs["LEA"].id)
    factories.section(contribution, key="suite", lead_id=orgs["CEX"].id)
    factories.section(contribution, key="retiree", retired_at=now())
    for key, text in (("v-un", "Un texte d’été."), ("v-deux", "Un texte d’été, plus net 🙂.")):
        write(section, coordinator, text)
        frozen = versions.freeze(coordinator, "papier", label=key)
        with transaction() as session:
            session.get(Version, frozen.id).key = key
    return db.session.merge(contribution)


def _suggestions(section: Section, actors: dict[str, Actor]) -> None:
    """Let AUT propose two insertions at the beginning; the second is rejected, at revision 5."""
    for revision, id in ((2, "s1"), (3, "s2")):
        length = len(log.state_at(db.session(), section.id).text)
        update = {"changes": [[0, NEW], length], "suggestion": id}
        command = Batch(actors["author"], section.id, f"test-{id}-browser", 1, revision, (update,))
        assert house_of(db.engine).authority.run([command]) == [Applied(revision + 1)]
        db.session.rollback()
    suggestions.decide(actors["lead"], section.key, "reject", ["s2"], {"s2": f"4.{checksum(SEEN)}"})


NEW = "L’été · "
SEEN = f"+\n{NEW}\n"
"""What a decision about `s1` quotes: see `tracking.seen_of`."""


def _amendments(author: Actor, lead: Actor) -> None:
    section = db.session.scalars(select(Section).where(Section.key == "section")).one()
    desk = amending.Desk(section.id, section.key)
    for id in ("s-depose", "s-integre", "s-libre"):
        desk.replace(author, "texte|", f" {id} · é 🙂", id)
    for key, id in (("amendement", "s-depose"), ("integre", "s-integre")):
        made = amendments.file(author, "section", [id], "Parce que « c’est juste ».")
        with transaction() as session:
            session.get(Amendment, made.id).key = key
    amendments.decide(lead, "integre", AmendmentState.INTEGRATED, seen=desk.seen(["s-integre"]))


def _links(organisation: Organisation, secretary: Actor) -> None:
    later = now() + timedelta(days=1)
    someone = factories.person(key="pers-perdue")
    with transaction() as session:
        session.add(Invitation(
            key="invitation", token_hash=digest_of("ouverte"), email="nouvelle@exemple.example",
            organisation_id=organisation.id, role=MembershipRole.MEMBER, invited_by_id=secretary.person_id,
            expires_at=later,
        ))
        session.add(PasswordReset(token_hash=digest_of("perdu"), person_id=someone.id, expires_at=later))


def _import(coordinator: Actor) -> None:
    """Let the coordinator's member have a Word document read that is to become a contribution."""
    found = {"title": "", "sections": [{"title": "Un", "text": "« œuvre » 🙂"}], "losses": [], "running": []}
    with transaction() as session:
        session.add(Job(
            key="lu", kind=JobKind.IMPORT, state=JobState.DONE, result=found, created_by_id=coordinator.person_id,
            created_for_id=coordinator.organisation_id,
            spec={"sha256": "0" * 64, "name": "œuvre.docx", "changes": "accept", "section": ""},
        ))


def _seals(organisation: Organisation) -> None:
    later = now() + timedelta(days=365)
    with transaction() as session:
        session.get(Organisation, organisation.id).logo = b"an image"
        session.add(Seal(
            key="cachet", organisation_id=organisation.id, pkcs12=b"encrypted", subject="Cachet d’exemple",
            issuer="Autorité d’exemple", fingerprint="0" * 64, expires_at=later,
        ))
        session.add(Certificate(
            key="certificat", der=b"certificate", fingerprint="1" * 64, subject="Autorité d’exemple", expires_at=later,
        ))


def _files(coordinator: Actor) -> None:
    data = b"%PDF-1.7"
    with transaction() as session:
        version = session.scalars(select(Version).where(Version.key == "v-un")).one()
        session.add(File(
            key="fichier", contribution_id=version.contribution_id, version_id=version.id, kind=FileKind.SEALED,
            sha256=file_store().put(data), size=len(data), code="CODE", sealed_by_id=coordinator.organisation_id,
            sealed_at=now(), created_by_id=coordinator.person_id,
        ))
        session.add(Job(
            key="travail", contribution_id=version.contribution_id, kind=FileKind.WORKING_COPY,
            state=JobState.RUNNING, created_by_id=coordinator.person_id, created_for_id=coordinator.organisation_id,
        ))


def _threads(author: Actor) -> None:
    for ending, visibility in (("", Visibility.EVERYBODY), ("-prive", Visibility.AUTHOR)):
        made = threads.begin(author, "section", "Un mot d’été 🙂", visibility=visibility)
        with transaction() as session:
            thread = session.get(Thread, made.id)
            thread.key, thread.comments[0].key = f"fil{ending}", f"mot{ending}"


def _round(coordinator: Actor, author: Actor) -> None:
    mandates = {f"part-{acronym}": 1 for acronym in ("lea", "aut", "con", "obs")}
    question = Question(Terms(Rule.CONSENSUS), now() + timedelta(days=7), "Europe/Paris", mandates)
    made = rounds.open_round(coordinator, "v-deux", question)
    with transaction() as session:
        asked = session.get_one(Round, made.id)
        asked.key = "tour"
        call = next(one for one in asked.calls if one.organisation_id == author.organisation_id)
        dissent = Dissent(key="avis", call_id=call.id, text="Autrement · œuvre 🙂", person_id=author.person_id)
        session.add(Validation(call_id=call.id, number=1, stance=Stance.OPPOSED, digest=asked.digest,
                               person_id=author.person_id, dissent=dissent))


def _delegation(secretary: Actor) -> None:
    given = delegations.delegate(
        secretary, "pers-membre", starts_at=now(), ends_at=now() + timedelta(days=1))
    with transaction() as session:
        session.get_one(Delegation, given.id).key = "delegation"


def _signing(secretary: Actor, lead: Organisation) -> None:
    with transaction() as session:
        version = session.scalars(select(Version).where(Version.key == "v-un")).one()
        file = session.scalars(select(File).where(File.key == "fichier")).one()
        signing = Signing(key="signatures", version_id=version.id, created_by_id=secretary.person_id, file_id=file.id)
        session.add(signing)
        session.flush()
        session.add(Signatory(
            key="signature", signing_id=signing.id, organisation_id=lead.id, position=1, capacity="secrétaire",
            state=SignatoryState.EXPECTED, changed_by_id=secretary.person_id))
        session.add(SigningKey(
            key="cle", organisation_id=secretary.organisation_id, pkcs12=b"", subject="Clé · œuvre", issuer="Autorité",
            fingerprint="0" * 64, expires_at=now() + timedelta(days=90), created_by_id=secretary.person_id))
