"""The first page says what awaits a person: to decide, to close, to sign; and what of their organisation expires."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

from flask import Flask

from drafting.domain.ballot import Stance
from drafting.domain.permissions import MembershipRole
from drafting.extensions import transaction
from drafting.models import Seal
from drafting.models.columns import now
from drafting.services import closings, versions
from exports import files, publications, signatures
from tests import factories
from tests.rounds import assembly, put
from tests.signing import codes_of, sealed
from tests.signing_in import csrf_token, sign_in


class Classes(HTMLParser):
    """Collect the classes of all elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the classes of one element."""
        self.found |= set((dict(attrs).get("class") or "").split())


def test_what_expires_is_said_without_breaking_the_page(app: Flask) -> None:
    home = factories.organisation()
    with transaction() as session:
        session.add(Seal(
            organisation_id=home.id, subject="Cachet d’été « œuvre »", issuer="Autorité", fingerprint="ab" * 32,
            expires_at=now() + timedelta(days=9), pkcs12=b"sealed", demonstration=False))

    page = sign_in(app.test_client(), factories.member(home, MembershipRole.SECRETARY)).get("/").get_data(as_text=True)

    assert "Cachet d’été « œuvre »" in page
    classes = Classes()
    classes.feed(page)
    assert [one for one in classes.found if not one.replace("-", "").isalnum()] == []
    assert "button" in classes.found


def test_the_coordination_reads_that_all_have_decided(app: Flask) -> None:
    there = assembly(2)
    asked = there.open_round()
    put(asked, there.secretaries[0], Stance.APPROVED)
    coordination = sign_in(app.test_client(), there.coordinator)
    secretary = sign_in(app.test_client(), there.secretaries[0])
    assert "Clore le tour" not in coordination.get("/").get_data(as_text=True)

    put(asked, there.secretaries[1], Stance.OPPOSED)

    assert "Clore le tour de validation de la version 1" in coordination.get("/").get_data(as_text=True)
    assert "Clore le tour" not in secretary.get("/").get_data(as_text=True)


def test_a_signatory_reads_that_it_is_their_turn(app: Flask) -> None:
    table = sealed(2, in_order=True)
    first, second = (sign_in(app.test_client(), one) for one in table.there.secretaries)

    page = first.get("/").get_data(as_text=True)

    assert f"/signatories/{table.signatory(1).key}" in page
    assert f"Signer la version 1 pour {table.there.federations[0].acronym}" in page
    assert "Signer la version" not in second.get("/").get_data(as_text=True)


def test_who_may_not_decide_is_not_sent_to_a_page_that_refuses_them(app: Flask) -> None:
    there = assembly(1)
    asked = there.open_round()
    member = sign_in(app.test_client(), factories.member(there.federations[0]))
    secretary = sign_in(app.test_client(), there.secretaries[0])
    to_decide = f'href="/rounds/{asked.key}/validation"'

    for address in (f"/rounds/{asked.key}", f"/contributions/{there.contribution.key}/validation"):
        assert to_decide not in member.get(address).get_data(as_text=True)
        assert to_decide in secretary.get(address).get_data(as_text=True)
    put(asked, there.secretaries[0], Stance.APPROVED)
    assert to_decide not in member.get(f"/rounds/{asked.key}").get_data(as_text=True)


def test_two_step_verification_leads_back_to_the_decision(app: Flask) -> None:
    there = assembly(1)
    asked = there.open_round()
    client = sign_in(app.test_client(), there.secretaries[0])
    address = f"/rounds/{asked.key}/validation"

    page = client.get(address).get_data(as_text=True)
    assert f'href="/profile/second-factor?next={address}"' in page
    begun = client.post(f"/profile/second-factor/begin?next={address}",
                        data={"csrf_token": csrf_token(client, "/profile/second-factor")})

    assert begun.headers["Location"] == f"/profile/second-factor?next={address}"
    confirming = client.get(begun.headers["Location"]).get_data(as_text=True)
    assert f'action="/profile/second-factor/confirm?next={address}"' in confirming
    elsewhere = client.get("/profile/second-factor?next=//ailleurs.example").get_data(as_text=True)
    assert 'action="/profile/second-factor/confirm?next=/profile"' in elsewhere


def test_a_round_is_named_by_the_version_that_it_is_about(app: Flask) -> None:
    there = assembly(1)
    there.open_round()
    versions.freeze(there.coordinator, there.contribution.key, label="")

    page = sign_in(app.test_client(), there.coordinator).get("/").text

    assert "version 1 soumise aux organisations" in page
    assert "version 2 soumise" not in page


def test_what_was_not_adopted_awaits_the_coordination(app: Flask) -> None:
    there = assembly(1)
    asked = there.open_round()
    put(asked, there.secretaries[0], Stance.OPPOSED)
    closings.close(there.coordinator, asked.key)

    page = sign_in(app.test_client(), there.coordinator).get("/").text
    other = sign_in(app.test_client(), there.secretaries[0]).get("/").text

    assert "version 1 non adoptée" in page
    assert f'<a href="/rounds/{asked.key}"><strong>Voir ce qui s’oppose à la version 1' in page
    assert "Voir ce qui s’oppose" not in other


def test_an_adopted_version_awaits_the_coordination_while_the_next_one_is_written(app: Flask) -> None:
    table = sealed(1)
    coordinator, secretary = table.there.coordinator, table.there.secretaries[0]
    client = sign_in(app.test_client(), coordinator)
    signatures.refuse(secretary, table.signatory(1).key, reason="Non.", code=codes_of(secretary)[0])
    versions.freeze(coordinator, table.there.contribution.key, label="")
    assert "Publier la version 1" in client.get("/").text

    files.publish(coordinator, table.file.key)
    assert "Publier la version 1" not in client.get("/").text


def test_a_version_that_was_withdrawn_is_no_longer_said_to_be_public(app: Flask) -> None:
    table = sealed(1)
    client = sign_in(app.test_client(), table.there.coordinator)
    files.publish(table.there.coordinator, table.file.key)
    assert "version 1 publiée" in client.get("/").text

    publications.withdraw(table.there.coordinator, table.file.key, "Une erreur.")

    page = client.get("/").text
    assert "version 1 retirée" in page
    assert "version 1 publiée" not in page
    assert "Signer la version 1" not in sign_in(app.test_client(), table.there.secretaries[0]).get("/").text
