"""The folder of keys: private, encrypted, and never silently remade."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from exports.keys import SECRET_FILE, KeyMissing, KeyStore
from tests.exports import seals


def test_a_seal_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "clés")

    store.save("cachet-1", seals.confederation())
    found = KeyStore(tmp_path / "clés").load("cachet-1")

    assert found.certificate == seals.confederation().certificate
    assert found.private_key.private_numbers() == seals.confederation().private_key.private_numbers()
    assert found.chain == seals.confederation().chain


def test_only_the_applications_account_can_read_the_folder(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")

    store.save("cachet", seals.confederation())

    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    files = list((tmp_path / "keys").iterdir())
    assert {file.name for file in files} == {"cachet.p12", SECRET_FILE}
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_file_is_worth_nothing_without_the_instances_secret(tmp_path: Path) -> None:
    KeyStore(tmp_path / "a").save("cachet", seals.confederation())
    KeyStore(tmp_path / "b").save("autre", seals.confederation())
    (tmp_path / "b" / "cachet.p12").write_bytes((tmp_path / "a" / "cachet.p12").read_bytes())

    with pytest.raises(KeyMissing):
        KeyStore(tmp_path / "b").load("cachet")


def test_two_instances_never_share_a_secret(tmp_path: Path) -> None:
    for name in "ab":
        KeyStore(tmp_path / name).save("cachet", seals.confederation())

    assert (tmp_path / "a" / SECRET_FILE).read_bytes() != (tmp_path / "b" / SECRET_FILE).read_bytes()


def test_a_missing_key_is_said_to_be_missing(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)

    with pytest.raises(KeyMissing):
        store.load("inconnu")
    assert not store.has("inconnu")


def test_what_one_instance_encrypts_another_cannot_open(tmp_path: Path) -> None:
    data = KeyStore(tmp_path / "a").encrypt(seals.confederation())

    assert KeyStore(tmp_path / "a").decrypt(data).certificate == seals.confederation().certificate
    for wrong in (data, data[:-1], b"", b"rien"):
        with pytest.raises(KeyMissing):
            KeyStore(tmp_path / "b").decrypt(wrong)


def test_the_first_of_two_writers_wins_when_nothing_may_be_replaced(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.save("racine", seals.authority())

    store.save("racine", seals.confederation(), replace=False)

    assert store.load("racine").certificate == seals.authority().certificate


@pytest.mark.parametrize("name", ["", "../dehors", "a/b", "clé", "a.b", "x" * 101, "a\0b"])
def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a key's name"):
        KeyStore(tmp_path).save(name, seals.confederation())
