"""The demonstration authority: seals that work, and say that they are worth nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.x509.oid import NameOID

from exports import demonstration
from exports.credentials import problem_with, subject_name
from exports.keys import SECRET_FILE, KeyMissing, KeyStore
from tests.exports.seals import CONFEDERATION, NOW, YEAR


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


def test_every_name_says_that_the_seal_is_worth_nothing(store: KeyStore) -> None:
    root = demonstration.authority(store, at=NOW)
    made = demonstration.make_seal(root, name=CONFEDERATION, at=NOW)

    assert "sans valeur" in subject_name(made.certificate)
    assert subject_name(root.certificate) == "Autorité de démonstration — sans valeur"
    assert made.certificate.issuer == root.certificate.subject
    organisation = made.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert organisation[0].value == CONFEDERATION
    assert problem_with(made, at=NOW) is None


def test_the_instance_keeps_its_authority(store: KeyStore) -> None:
    first = demonstration.authority(store, at=NOW)

    assert demonstration.authority(KeyStore(store.folder), at=NOW + YEAR).certificate == first.certificate


@pytest.mark.parametrize(
    ("name", "years", "serves"),
    [(CONFEDERATION, 0, True), (CONFEDERATION, 2, True), (CONFEDERATION, 3, False), ("Union « Été »", 0, False)],
)
def test_a_seal_serves_under_its_name_until_shortly_before_it_expires(
    store: KeyStore, name: str, years: int, serves: bool
) -> None:
    root = demonstration.authority(store, at=NOW)
    made = demonstration.make_seal(root, name=CONFEDERATION, at=NOW)

    assert demonstration.serves(made, root, name=name, at=NOW + years * YEAR) is serves


def test_a_very_long_name_is_cut_to_what_certificates_allow(store: KeyStore) -> None:
    root = demonstration.authority(store, at=NOW)

    made = demonstration.make_seal(root, name="Fédération " * 20, at=NOW)

    assert demonstration.serves(made, root, name="Fédération " * 20, at=NOW)


def test_an_unreadable_authority_is_never_silently_replaced(store: KeyStore) -> None:
    demonstration.authority(store, at=NOW)
    (store.folder / SECRET_FILE).write_bytes(b"un autre secret")

    with pytest.raises(KeyMissing):
        demonstration.authority(store, at=NOW)
