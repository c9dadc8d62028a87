"""The proof bundle: its own instructions, followed as written with openssl and pdfsig, find it sound, or altered."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from drafting.domain.errors import NotFound
from drafting.extensions import db, writing
from drafting.models import AuditEntry
from drafting.services import audit as audit_log
from exports import files, proofs, signatures, signing_keys
from exports.proof_bundle import README_NAME
from tests.codes import switch_on
from tests.signing import PASSPHRASE, Table, current, sealed


@pytest.fixture
def table(app: Flask) -> Table:
    table = sealed(2, own_text=True)
    for number, secretary in enumerate(table.there.secretaries, start=1):
        pkcs12 = current(f"Signataire {number}", number).to_pkcs12(PASSPHRASE.encode())
        key = signing_keys.upload(secretary, pkcs12=pkcs12, passphrase=PASSPHRASE).key
        signatures.sign_with_kept_key(
            secretary, table.signatory(number).key, key=key, passphrase=PASSPHRASE, code=switch_on(secretary)[0])
    files.publish(table.there.coordinator, table.file.key)
    return table


def unpacked(table: Table, folder: Path) -> Path:
    name, content = proofs.bundle_of(str(table.file.code))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder / name


def follow(folder: Path) -> list[tuple[str, int, str]]:
    """Type each command of the instructions; return it, how it ended and what it said."""
    text = (folder / README_NAME["fr"]).read_text()
    lines = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    ")).replace("\\\n", "")
    done = []
    for command in lines.splitlines():
        run = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)
        done.append((command, run.returncode, run.stdout + run.stderr))
    return done


def test_its_instructions_find_a_sound_file_sound(table: Table, tmp_path: Path) -> None:
    done = follow(unpacked(table, tmp_path))

    assert [code for _command, code, _said in done] == [0] * len(done)
    assert sum("openssl cms" in command for command, _code, _said in done) == 3
    assert sum("Verification successful" in said for _command, _code, said in done) == 3
    pdfsig = next(said for command, _code, said in done if command.startswith("pdfsig"))
    assert pdfsig.count("Signature is Valid") == 3
    digest = next(said for command, _code, said in done if command == "sha256sum canonical.json")
    assert digest.startswith(table.there.version.digest)


def test_its_instructions_find_an_altered_file_altered(table: Table, tmp_path: Path) -> None:
    folder = unpacked(table, tmp_path)
    pdf = bytearray((folder / "document.pdf").read_bytes())
    pdf[5000] ^= 1
    (folder / "document.pdf").write_bytes(pdf)

    done = follow(folder)

    failed = [command for command, code, _said in done if code]
    assert any(command.startswith("sha256sum --check") for command in failed)
    assert sum("openssl cms" in command for command in failed) == 3


def test_it_says_what_is_public_and_no_more(app: Flask, table: Table, tmp_path: Path) -> None:
    folder = unpacked(table, tmp_path)
    record, audit = (json.loads((folder / name).read_text()) for name in ("round.json", "audit.json"))

    assert (record["outcome"], record["count"]["approved"], record["decisions"]) == ("adopted", 2, [])
    assert re.fullmatch(r"[0-9a-f]{64}", audit["head"]["hash"])
    acts = {one["act"] for one in audit["about_this_document"]}
    assert acts >= {"freeze", "round.open", "round.close", "file.publish"}
    for secretary in table.there.secretaries:
        assert secretary.name not in (folder / "round.json").read_text() + (folder / "audit.json").read_text()
    answer = app.test_client().get(f"/verify/{table.file.code}/proof.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")


def test_the_roll_call_cannot_be_worked_out_from_it(table: Table, tmp_path: Path) -> None:
    audit = json.loads((unpacked(table, tmp_path) / "audit.json").read_text())
    [closing] = [one for one in audit["about_this_document"] if one["act"] == "round.close"]
    entry = db.session.get_one(AuditEntry, closing["number"])

    guess = AuditEntry(at=entry.at, person_id=entry.person_id, organisation_id=entry.organisation_id,
                       action=entry.action, subject=entry.subject, detail=entry.detail,
                       previous_hash=closing["previous_hash"])

    assert closing["hash"] == entry.hash != audit_log.hash_of(guess)
    assert str(entry.salt) not in json.dumps(audit)


def test_what_was_recorded_without_a_salt_is_given_without_its_hash(table: Table, tmp_path: Path) -> None:
    with writing():
        db.session.rollback()
        db.session.execute(text("UPDATE audit_entry SET salt = NULL WHERE action <> 'file.publish'"))
        db.session.commit()

    audit = json.loads((unpacked(table, tmp_path) / "audit.json").read_text())

    hashed = {one["act"]: "hash" in one or "previous_hash" in one for one in audit["about_this_document"]}
    assert {act for act, shown in hashed.items() if shown} == {"file.publish"}
    assert [one for one in audit["about_this_document"] if "previous_hash" in one] == [], "it is another's without one"
    assert "round.close" in hashed
    assert re.fullmatch(r"[0-9a-f]{64}", audit["head"]["hash"])


def test_the_same_state_gives_the_same_files(table: Table, tmp_path: Path) -> None:
    assert proofs.bundle_of(str(table.file.code)) == proofs.bundle_of(str(table.file.code))


def test_what_is_not_public_has_no_bundle(app: Flask) -> None:
    table = sealed(1)

    with pytest.raises(NotFound):
        proofs.bundle_of(str(table.file.code))
