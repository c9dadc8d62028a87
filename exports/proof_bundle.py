"""The proof bundle: a published file with all that is needed to check it without us, and how, zipped.

What it says of the round and of the audit log is what the public may know: no names of those who decided, no reasons.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature

from exports.verification import Signer, signer_json

README_NAME = {"fr": "LISEZMOI.txt", "en": "README.txt"}
README = {
    "fr": """{title}
Version {number}, publiée sous le code {code}

Ce dossier permet de vérifier le document sans faire confiance au site qui l'a publié. Il faut openssl et pdfsig
(paquets openssl et poppler-utils de Debian). Ouvrez un terminal dans ce dossier et tapez les commandes qui suivent.

1. Rien n'a changé dans ce dossier :

    sha256sum --check SHA256SUMS

   Comparez aussi l'empreinte de document.pdf avec celle que donne la page publique du document.

2. Le cachet et les signatures, lus par un programme indépendant ; chaque ligne doit dire « Signature is Valid », et la
   dernière signature « Total document signed » :

    pdfsig -nocert document.pdf

3. Chaque signature, avec openssl. « Verification successful » veut dire : ces octets du document ont été signés avec
   la clé de ce certificat.
{commands}
   Les certificats sont dans « certificates ». Demandez à chaque organisation l'empreinte du sien : c'est elle qui dit
   qu'il est bien à elle.

4. Le texte validé : son empreinte est imprimée dans le document et doit être {digest}

    sha256sum canonical.json

signatories.json dit, pour chaque signature, qui a signé, pour quelle organisation, et quelles sections si ce n'est pas
tout le texte. round.json dit comment les organisations ont décidé, autant que c'est public. audit.json donne l'état du
journal des actes du site à ce moment : s'il était récrit plus tard, cette empreinte ne s'y trouverait plus. L'empreinte
d'un acte couvre aussi un nombre tiré au hasard, que le site garde pour lui : elle ne laisse pas deviner ce que l'acte
contient. Les actes du document qui n'en ont pas sont donnés sans empreinte.
""",
    "en": """{title}
Version {number}, published under the code {code}

With this folder you can verify the document without trusting the site that published it. You need openssl and pdfsig
(Debian's packages openssl and poppler-utils). Open a terminal in this folder and type the commands below.

1. Nothing has changed in this folder:

    sha256sum --check SHA256SUMS

   Also compare the digest of document.pdf with the one on the document's public page.

2. The seal and the signatures, read by an independent program; each must say "Signature is Valid", and the last one
   "Total document signed":

    pdfsig -nocert document.pdf

3. Each signature, with openssl. "Verification successful" means: these bytes of the document were signed with the key
   of this certificate.
{commands}
   The certificates are in "certificates". Ask each organisation for the digest of its own: only they can tell you that
   it is theirs.

4. The text that was validated: its digest is printed in the document and must be {digest}

    sha256sum canonical.json

signatories.json says of each signature who signed, for which organisation, and which sections if not the whole text.
round.json says how the organisations decided, as far as that is public. audit.json gives the state of the site's audit
log at that moment: were it rewritten later, this digest would no longer be in it. The digest of an act also covers a
random number that the site keeps to itself, so nobody can guess from it what the act contains. Acts about the document
that have no such number are given without a digest.
""",
}

ONLY = {"fr": "Signe seulement :", "en": "Signs only:"}


@dataclass(frozen=True)
class Proven:
    """What goes into a bundle besides the file."""

    title: str
    number: int
    code: str
    language: str
    digest: str
    canonical: bytes
    round: dict[str, Any] | None
    audit: dict[str, Any]
    signers: Mapping[str, Signer]
    """Who signed, by the field of the file."""
    authorities: Sequence[bytes]
    """Certificates in DER that the signatures may lead to."""
    at: datetime
    """When the file got its present state."""


def zipped(pdf: bytes, proven: Proven, *, folder: str) -> bytes:
    """Return the bundle of a published file: a ZIP with one folder of this name."""
    files = dict(_files(pdf, proven))
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", proven.at.astimezone(UTC).timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # The same on every machine.
            archive.writestr(entry, content, zipfile.ZIP_STORED)
    return out.getvalue()


def _files(pdf: bytes, proven: Proven) -> list[tuple[str, bytes]]:
    signatures = sorted(PdfFileReader(io.BytesIO(pdf)).embedded_signatures, key=lambda one: one.signed_revision)
    named = [(f"{number:02}-{one.field_name}", one) for number, one in enumerate(signatures, start=1)]
    language = proven.language if proven.language in README else "en"
    readme = README[language].format(
        title=proven.title, number=proven.number, code=proven.code, digest=proven.digest,
        commands="".join(
            _said(proven.signers.get(str(one.field_name)), language) + _command(name, one) for name, one in named))
    made = [(README_NAME[language], readme.encode()), ("document.pdf", pdf), ("canonical.json", proven.canonical),
            ("audit.json", _json(proven.audit)),
            ("signatories.json", _json({name: signer_json(one) for name, one in proven.signers.items()}))]
    if proven.round is not None:
        made.append(("round.json", _json(proven.round)))
    for name, one in named:
        made.append((f"signatures/{name}.p7s", bytes(one.pkcs7_content)))
        made.append((f"certificates/{name}.pem", _pem([one.signer_cert, *one.other_embedded_certs])))
    roots = [asn1_x509.Certificate.load(each) for each in proven.authorities]
    # A certificate that signed by itself vouches for itself alone; openssl wants it among the authorities.
    own = [one.signer_cert for _name, one in named]
    made.append(("certificates/authorities.pem", _pem([*roots, *own])))
    return made


def _said(signer: Signer | None, language: str) -> str:
    """Return who signed and what, as a line above the commands for that signature."""
    if signer is None:
        return ""
    who = ", ".join(one for one in (signer.name, signer.capacity, signer.organisation) if one)
    only = f" {ONLY[language]} {', '.join(signer.sections)}." if signer.sections else ""
    return f"\n   {who}.{only}\n"


def _command(name: str, signature: EmbeddedPdfSignature) -> str:
    """Return how a signature is checked with openssl: its bytes of the document, cut out and verified."""
    start, length, after, rest = (int(one) for one in signature.byte_range)
    assert start == 0  # noqa: S101 - what we publish begins with its first byte
    at = signature.self_reported_timestamp
    when = f" -attime {int(at.timestamp())}" if at is not None else ""
    if signature.sig_object.get("/Type") == "/DocTimeStamp":
        return ""  # A timestamp over the whole file is no signature: pdfsig shows it.
    return f"""
    head -c {length} document.pdf > signed-bytes
    tail -c +{after + 1} document.pdf | head -c {rest} >> signed-bytes
    openssl cms -verify -binary -inform DER -in signatures/{name}.p7s -content signed-bytes \\
      -CAfile certificates/authorities.pem -partial_chain -purpose any{when} -out checked-bytes
"""


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _pem(certificates: Sequence[asn1_x509.Certificate]) -> bytes:
    known = {one.sha256: one for one in certificates}
    return b"".join(pem.armor("CERTIFICATE", one.dump()) for one in known.values())
