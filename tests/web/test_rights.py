"""Who may open and do what: every route of the application × every kind of actor.

The table is written by hand from DESIGN section 2, not made from `domain/permissions.py`: the two check
each other. A route that is missing from it fails `test_every_route_is_in_the_table`.

**To add a route**: write a line `METHOD path` with one cell for each actor, in the group of its noun, using the
keys of `rights_world.py` (`papier`, `section`, `v-un`, `org-cex`...; add there what you need). Where the method is
POST and needs fields to succeed, add them to FORMS. Cells:

    200, 303...   the answer's status
    in            led to the sign-in page (only for pages)
    open          for WS, the live socket: the door opens, and a conversation begins
    404           also checks that the answer is the same as for a key that does not exist
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from html import escape
from pathlib import Path

import pytest
from flask import Flask, abort
from sqlalchemy import event
from werkzeug.test import TestResponse

from drafting.app import create_app
from drafting.domain.tracking import checksum
from drafting.extensions import db
from drafting.live.house import close_house
from drafting.web import socket
from exports.web import documents
from tests.conftest import Browser, settings_for
from tests.web.rights_world import SEEN, build

ACTORS = (
    "anonymous", "outsider", "observer", "contributor", "author", "lead", "coordinator", "secretary",
    "administrator", "disabled", "removed",
)

# `outsider` to `lead` are secretaries of their own organisations; `coordinator` is a member and `secretary` a
# secretary of CEX, which coordinates; `administrator` has no organisation; `disabled` was both an administrator
# and a secretary of CEX; `removed` was a secretary of CEX and is still signed in.
TABLE = """
# Open to everybody                                         anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /                                                      200  200  200  200  200  200  200  200  200  200  200
GET  /join/ouverte                                          200  200  200  200  200  200  200  200  200  200  200
POST /join/ouverte                                          303  303  303  303  303  303  303  303  303  303  303
POST /language                                              303  303  303  303  303  303  303  303  303  303  303
GET  /password-reset                                        200  200  200  200  200  200  200  200  200  200  200
POST /password-reset                                        422  422  422  422  422  422  422  422  422  422  422
GET  /password-reset/perdu                                  200  200  200  200  200  200  200  200  200  200  200
POST /password-reset/perdu                                  422  422  422  422  422  422  422  422  422  422  422
GET  /sign-in                                               200  303  303  303  303  303  303  303  303  200  303
POST /sign-in                                               422  422  422  422  422  422  422  422  422  422  422
GET  /sign-in/code                                          303  303  303  303  303  303  303  303  303  303  303
POST /sign-in/code                                          303  303  303  303  303  303  303  303  303  303  303
POST /sign-out                                              303  303  303  303  303  303  303  303  303  303  303
GET  /verify                                                200  200  200  200  200  200  200  200  200  200  200
POST /verify                                                422  422  422  422  422  422  422  422  422  422  422
GET  /verify/INCONNU                                        404  404  404  404  404  404  404  404  404  404  404

# Oneself                                                   anon out  obs  con  aut  lead coo  sec  adm  dis  rem
WS   /live                                                  401  open open open open open open open open 401  open
POST /acting                                                401  404  404  404  404  404  303  303  404  401  404
GET  /profile                                               in   200  200  200  200  200  200  200  200  in   200
POST /profile                                               401  303  303  303  303  303  303  303  303  401  303
POST /profile/end-sign-ins                                  401  303  303  303  303  303  303  303  303  401  303
POST /profile/password                                      401  422  422  422  422  422  422  422  422  401  422
GET  /profile/second-factor                                 in   200  200  200  200  200  200  200  200  in   200
POST /profile/second-factor/begin                           401  303  303  303  303  303  303  303  303  401  303
POST /profile/second-factor/codes                           401  422  422  422  422  422  422  422  422  401  422
POST /profile/second-factor/confirm                         401  409  409  409  409  409  409  409  409  401  409
POST /profile/second-factor/off                             401  422  422  422  422  422  422  422  422  401  422

# Organisations, for those who act for CEX and for administratorsanon out  obs  con  aut  lead coo  sec  adm  dis  rem
POST /invitations/invitation/renew                          401  404  404  404  404  404  403  303  303  401  404
POST /invitations/invitation/revoke                         401  404  404  404  404  404  403  303  303  401  404
GET  /organisations                                         in   404  404  404  404  404  404  404  200  in   404
GET  /organisations/new                                     in   404  404  404  404  404  404  404  200  in   404
POST /organisations/new                                     401  404  404  404  404  404  404  404  303  401  404
GET  /organisations/org-cex                                 in   404  404  404  404  404  200  200  200  in   404
GET  /organisations/org-cex/edit                            in   404  404  404  404  404  404  404  200  in   404
POST /organisations/org-cex/edit                            401  404  404  404  404  404  404  404  303  401  404
POST /organisations/org-cex/invitations                     401  404  404  404  404  404  403  303  303  401  404
GET  /organisations/org-cex/logo                            in   404  404  404  404  404  404  200  200  in   404
POST /organisations/org-cex/logo                            401  404  404  404  404  404  404  422  422  401  404
POST /organisations/org-cex/logo/remove                     401  404  404  404  404  404  404  303  303  401  404
POST /organisations/org-cex/members/pers-membre/remove      401  404  404  404  404  404  403  303  303  401  404
POST /organisations/org-cex/members/pers-membre/role        401  404  404  404  404  404  403  303  303  401  404
GET  /organisations/org-cex/seal                            in   404  404  404  404  404  404  200  200  in   404
POST /organisations/org-cex/seal                            401  404  404  404  404  404  404  422  422  401  404
POST /seals/cachet/retire                                   401  404  404  404  404  404  404  303  303  401  404

# People and trust, for administrators                      anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /certificates                                          in   404  404  404  404  404  404  404  200  in   404
POST /certificates                                          401  404  404  404  404  404  404  404  422  401  404
POST /certificates/certificat/remove                        401  404  404  404  404  404  404  404  303  401  404
GET  /people                                                in   404  404  404  404  404  404  404  200  in   404
GET  /people/pers-membre                                    in   404  404  404  404  404  404  404  200  in   404
POST /people/pers-membre/administrator                      401  404  404  404  404  404  404  404  303  401  404
POST /people/pers-membre/disable                            401  404  404  404  404  404  404  404  303  401  404
POST /people/pers-membre/enable                             401  404  404  404  404  404  404  404  303  401  404
POST /people/pers-membre/end-sign-ins                       401  404  404  404  404  404  404  404  303  401  404
POST /people/pers-membre/password-link                      401  404  404  404  404  404  404  404  200  401  404
POST /people/pers-membre/second-factor                      401  404  404  404  404  404  404  404  303  401  404

# Contributions                                             anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /contributions/new                                     in   200  200  200  200  200  200  200  200  in   200
GET  /contributions/new/summit                              in   200  200  200  200  200  200  200  200  in   200
POST /contributions/new/summit                              401  303  303  303  303  303  303  303  403  401  403
GET  /contributions/new/word                                in   200  200  200  200  200  200  200  403  in   403
POST /contributions/new/word                                401  422  422  422  422  422  422  422  403  401  403
GET  /imports/lu                                            in   404  404  404  404  404  200  404  404  in   404
POST /imports/lu                                            401  404  404  404  404  404  303  404  404  401  404
GET  /contributions/papier                                  in   404  200  200  200  200  200  200  404  in   404
POST /contributions/papier/clean.pdf?at=now                 401  404  303  303  303  303  303  303  404  401  404
GET  /contributions/papier/clean.html?at=now                in   404  200  200  200  200  200  200  404  in   404
POST /contributions/papier/compare.pdf?from=v1&to=now       401  404  303  303  303  303  303  303  404  401  404
GET  /contributions/papier/compare.html?from=v1&to=now      in   404  200  200  200  200  200  200  404  in   404
GET  /contributions/papier/compare                          in   404  200  200  200  200  200  200  404  in   404
POST /contributions/papier/participations                   401  404  403  403  403  403  303  303  404  401  404
POST /contributions/papier/participations/part-obs/remove   401  404  403  403  403  403  303  303  404  401  404
POST /contributions/papier/sections                         401  404  403  403  403  403  303  303  404  401  404
GET  /contributions/papier/at                               in   404  200  200  200  200  200  200  404  in   404
GET  /contributions/papier/history                          in   404  200  200  200  200  200  200  404  in   404
GET  /contributions/papier/settings                         in   404  403  403  403  403  200  200  404  in   404
POST /contributions/papier/settings                         401  404  403  403  403  403  303  303  404  401  404
GET  /contributions/papier/suggestions                      in   404  200  200  200  200  200  200  404  in   404
GET  /contributions/papier/versions                         in   404  200  200  200  200  200  200  404  in   404
POST /contributions/papier/versions                         401  404  403  403  403  403  303  303  404  401  404
GET  /contributions/papier/word                             in   404  403  403  403  403  200  200  404  in   404
POST /contributions/papier/word                             401  404  403  403  403  403  422  422  404  401  404

# Sections                                                  anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /sections/section/decisions                             in   404  200  200  200  200  200  200  404  in   404
GET  /sections/section/edit                                  in   404  403  403  403  403  200  200  404  in   404
POST /sections/section/edit                                  401  404  403  403  403  403  303  303  404  401  404
POST /sections/section/entrust                               401  404  403  403  403  403  303  303  404  401  404
POST /sections/section/move                                  401  404  403  403  403  403  303  303  404  401  404
POST /sections/retiree/restore                              401  404  403  403  403  403  303  303  404  401  404
POST /sections/section/retire                                401  404  403  403  403  403  303  303  404  401  404
GET  /sections/section/history                               in   404  200  200  200  200  200  200  404  in   404
GET  /sections/section/revisions                             in   404  303  303  303  303  303  303  404  in   404
GET  /sections/section/revisions/1                           in   404  200  200  200  200  200  200  404  in   404
GET  /sections/section/revisions/0/restore                   in   404  200  200  200  200  200  200  404  in   404
POST /sections/section/revisions/0/restore                  401  404  403  403  403  422  422  422  404  401  404
GET  /sections/section/restorations/1                       in   404  404  404  404  404  404  404  404  in   404
GET  /sections/section/revisions/1/compare                   in   404  301  301  301  301  301  301  404  in   404
POST /sections/section/decisions/5/undo                      401  404  403  403  403  303  303  303  404  401  404
POST /sections/section/suggestions                           401  404  403  403  403  303  303  303  404  401  404
GET  /sections/section/text                                  in   404  200  200  200  200  200  200  404  in   404
GET  /sections/section/trace                                  in   404  200  200  200  200  200  200  404  in   404
POST /contributions/papier/sections/reopen                   401  404  403  403  403  403  303  303  404  401  404
POST /sections/section/stage                                 401  404  403  403  403  403  303  303  404  401  404
GET  /sections/suite/word                                   in   404  403  403  403  403  200  200  404  in   404
POST /sections/suite/word                                   401  404  403  403  403  403  422  422  404  401  404
GET  /sections/section/word                                 in   404  403  403  403  409  409  409  404  in   404

# Comments                                                  anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /contributions/papier/comments                         in   404  200  200  200  200  200  200  404  in   404
POST /contributions/papier/comments                         401  404  403  303  303  303  303  303  404  401  404
POST /contributions/papier/comments/access                  401  404  403  403  403  403  303  303  404  401  404
GET  /sections/section/threads                              in   404  200  200  200  200  200  200  404  in   404
POST /sections/section/threads                              401  404  403  303  303  303  303  303  404  401  404
GET  /threads/fil                                           in   404  303  303  303  303  303  303  404  in   404
GET  /threads/fil-prive                                     in   404  404  404  303  404  404  404  404  in   404
POST /threads/fil/comments                                  401  404  403  303  303  303  303  303  404  401  404
POST /threads/fil-prive/comments                            401  404  404  404  303  404  404  404  404  401  404
POST /threads/fil/resolve                                   401  404  403  403  303  303  303  303  404  401  404
POST /threads/fil-prive/resolve                             401  404  404  404  303  404  404  404  404  401  404
POST /threads/fil/reopen                                    401  404  403  303  303  303  303  303  404  401  404
POST /threads/fil-prive/reopen                              401  404  404  404  303  404  404  404  404  401  404
POST /comments/mot/edit                                     401  404  403  403  303  403  403  403  404  401  404
POST /comments/mot-prive/edit                               401  404  404  404  303  404  404  404  404  401  404
POST /comments/mot/delete                                   401  404  403  403  303  403  403  403  404  401  404
POST /comments/mot-prive/delete                             401  404  404  404  303  404  404  404  404  401  404

# Amendments (of AUT)                                       anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /contributions/papier/amendments                       in   404  200  200  200  200  200  200  404  in   404
GET  /contributions/papier/amendments.csv                   in   404  200  200  200  200  200  200  404  in   404
POST /contributions/papier/amendments.pdf                   401  404  303  303  303  303  303  303  404  401  404
GET  /sections/section/amendments/new                       in   404  403  200  200  200  403  200  404  in   404
POST /sections/section/amendments/new                       401  404  403  422  303  422  403  422  404  401  404
GET  /amendments/amendement                                 in   404  200  200  200  200  200  200  404  in   404
POST /amendments/amendement/decide                          401  404  403  403  403  303  303  303  404  401  404
POST /amendments/amendement/withdraw                        401  404  403  403  303  403  403  403  404  401  404
POST /amendments/integre/undo                               401  404  403  403  403  303  303  303  404  401  404

# Versions and files                                        anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /versions/v-un                                         in   404  200  200  200  200  200  200  404  in   404
GET  /contributions/papier/versions/1                       in   404  302  302  302  302  302  302  404  in   404
GET  /versions/v-deux/changes                               in   404  200  200  200  200  200  200  404  in   404
GET  /versions/v-un/canonical.json                          in   404  200  200  200  200  200  200  404  in   404
GET  /versions/v-un/compare/v-deux                          in   404  301  301  301  301  301  301  404  in   404
GET  /versions/v-un/document                                in   404  200  200  200  200  200  200  404  in   404
GET  /versions/v-un/markdown.zip                            in   404  200  200  200  200  200  200  404  in   404
GET  /versions/v-un/text.html                               in   404  200  200  200  200  200  200  404  in   404
POST /versions/v-deux/seal                                  401  404  403  403  403  403  409  409  404  401  404
POST /versions/v-un/working-copy                            401  404  303  303  303  303  303  303  404  401  404
POST /versions/v-un/word                                    401  404  303  303  303  303  303  303  404  401  404
POST /contributions/papier/working-copy                     401  404  303  303  303  303  303  303  404  401  404
GET  /jobs/travail                                          in   404  200  200  200  200  200  200  404  in   404
GET  /files/fichier                                         in   404  200  200  200  200  200  200  404  in   404
POST /files/fichier/publish                                 401  404  403  403  403  403  303  303  404  401  404

# Validation: a round asks all but CEX                      anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /contributions/papier/validation                       in   404  200  200  200  200  200  200  404  in   404
GET  /versions/v-un/round                                   in   404  403  403  403  403  200  200  404  in   404
POST /versions/v-un/round                                   401  404  403  403  403  403  422  422  404  401  404
GET  /rounds/tour                                           in   404  200  200  200  200  200  200  404  in   404
POST /rounds/tour/close                                     401  404  403  403  403  403  409  409  404  401  404
POST /rounds/tour/cancel                                    401  404  403  403  403  403  303  303  404  401  404
GET  /rounds/tour/validation                                in   404  200  200  200  200  403  403  404  in   404
POST /rounds/tour/validation                                401  404  409  409  409  409  403  403  404  401  404
POST /dissents/avis/join                                    401  404  422  422  409  422  404  404  404  401  404
POST /rounds/tour/dissents/avis/leave                       401  404  409  409  409  409  404  404  404  401  404
GET  /delegations                                           in   200  200  200  200  200  200  200  404  in   404
POST /delegations                                           401  422  422  422  422  422  403  422  404  401  404
POST /delegations/delegation/revoke                         401  404  404  404  404  404  403  303  403  401  403

# Signing: LEA signs                                        anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /versions/v-un/signing                                 in   404  200  200  200  200  200  200  404  in   404
POST /versions/v-un/signing                                 401  404  403  403  403  403  422  422  404  401  404
POST /signings/signatures/supersede                         401  404  403  403  403  403  303  303  404  401  404
POST /signings/signatures/release                           401  404  403  403  403  403  303  303  404  401  404
GET  /signatories/signature                                 in   404  403  403  403  200  403  403  404  in   404
POST /signatories/signature/sign                            401  404  403  403  403  422  403  403  404  401  404
POST /signatories/signature/file                            401  404  403  403  403  200  403  403  404  401  404
POST /signatories/signature/signed                          401  404  403  403  403  422  403  403  404  401  404
POST /signatories/signature/refuse                          401  404  403  403  403  422  403  403  404  401  404
POST /signatories/signature/prepare                         401  422  422  422  422  422  422  422  422  401  422
POST /signatories/signature/finish                          401  422  422  422  422  422  422  422  422  401  422
POST /signing-keys/issue                                    401  422  422  422  422  422  403  422  403  401  403
GET  /signing-keys                                          in   200  200  200  200  200  200  200  404  in   404
POST /signing-keys                                          401  422  422  422  422  422  403  422  404  401  404
POST /signing-keys/cle/retire                               401  404  404  404  404  404  403  303  403  401  403

# The house authority, and revoking                         anon out  obs  con  aut  lead coo  sec  adm  dis  rem
POST /authority                                             401  404  404  404  404  404  404  404  409  401  404
GET  /authority/certificate                                 200  200  200  200  200  200  200  200  200  200  200
GET  /authority/crl                                         200  200  200  200  200  200  200  200  200  200  200
POST /certificates/inconnu/revoke                           401  404  404  404  404  404  404  404  404  401  404

# Publication                                               anon out  obs  con  aut  lead coo  sec  adm  dis  rem
GET  /files/fichier/publication                             in   404  200  200  200  200  200  200  404  in   404
POST /files/fichier/withdraw                                401  404  403  403  403  403  409  409  404  401  404
POST /files/fichier/submissions                             401  404  403  403  403  403  303  303  404  401  404
GET  /verify/digest/                                        200  200  200  200  200  200  200  200  200  200  200
GET  /verify/digest/inconnu                                 200  200  200  200  200  200  200  200  200  200  200
GET  /verify/inconnu/proof.zip                              404  404  404  404  404  404  404  404  404  404  404
GET  /published/papier                                      404  404  404  404  404  404  404  404  404  404  404
GET  /published/papier/1                                    404  404  404  404  404  404  404  404  404  404  404
GET  /published/papier/1/document.pdf                       404  404  404  404  404  404  404  404  404  404  404
"""

FORMS: dict[str, dict[str, str]] = {
    "POST /language": {"language": "en"},
    "POST /acting": {"organisation": "org-cex"},
    "POST /sign-in/code": {"code": "123456"},
    "POST /profile/second-factor/codes": {"code": "123456"},
    "POST /profile/second-factor/confirm": {"code": "123456"},
    "POST /profile/second-factor/off": {"code": "123456"},
    "POST /profile": {"name": "Camille Œuvre", "language": "fr"},
    "POST /join/ouverte": {"name": "Nouvelle Œuvre", "password": "une phrase assez longue"},
    "POST /organisations/new": {"name": "Fédération « neuve »", "acronym": "NEU", "kind": "federation",
                                "colour": "teal"},
    "POST /organisations/org-cex/edit": {"name": "Confédération d’exemple", "acronym": "CEX",
                                         "kind": "confederation", "colour": "plum"},
    "POST /organisations/org-cex/members/pers-membre/role": {"role": "secretary"},
    "POST /organisations/org-cex/invitations": {"email": "autre@exemple.example", "role": "member"},
    "POST /people/pers-membre/administrator": {"administrator": "yes"},
    "POST /contributions/new/summit": {"title": "Une œuvre de plus", "language": "fr", "limit_unit": "words",
                                       "deadline_zone": "Europe/Paris"},
    "POST /imports/lu": {"title": "Une œuvre de Word", "language": "fr", "limit_unit": "words",
                         "deadline_zone": "Europe/Paris", "take-0": "yes", "title-0": "Préambule"},
    "POST /contributions/papier/settings": {"title": "Titre · neuf", "language": "fr", "limit_unit": "words",
                                            "deadline_zone": "Europe/Paris"},
    "POST /contributions/papier/participations": {"organisation": "org-out", "role": "observer"},
    "POST /contributions/papier/sections": {"new-title": "Une section de plus"},
    "POST /contributions/papier/versions": {"label": "trois"},
    "POST /sections/section/revisions/0/restore": {"base": "1"},
    "POST /sections/section/edit": {"title": "Un autre titre"},
    "POST /sections/section/move": {"to": "down"},
    "POST /sections/section/entrust": {"participation": "part-aut"},
    "POST /sections/section/suggestions": {"act": "accept:s1", "seen": f"s1:3.{checksum(SEEN)}"},
    "POST /contributions/papier/comments": {"section": "section", "text": "Un avis · œuvre 🙂"},
    "POST /contributions/papier/comments/access": {"closed": "yes"},
    "POST /sections/section/threads": {"text": "Un avis · œuvre 🙂"},
    "POST /threads/fil/comments": {"text": "Une réponse"},
    "POST /threads/fil-prive/comments": {"text": "Une réponse"},
    "POST /comments/mot/edit": {"text": "Un autre mot"},
    "POST /comments/mot-prive/edit": {"text": "Un autre mot"},
    "POST /sections/section/amendments/new": {"suggestions": "s-libre", "justification": "C’est « juste » · 🙂"},
    "POST /amendments/amendement/decide": {"state": "put_to_debate", "reason": "À débattre"},
    "POST /amendments/amendement/withdraw": {"reason": "Repris ailleurs"},
    "POST /sections/section/stage": {"stage": "under_review", "seen": "open"},
    "POST /rounds/tour/cancel": {"reason": "Une erreur dans la section 2 · 🙂"},
    "POST /rounds/tour/validation": {"stance": "approved", "code": "123456"},
    "POST /dissents/avis/join": {"join-code": "123456"},
    "POST /certificates/inconnu/revoke": {"reason": "Clé perdue"},
    "POST /files/fichier/withdraw": {"reason": "Une erreur · 🙂"},
    "POST /files/fichier/submissions": {"recipient": "Sommet", "channel": "Courriel", "day": "2026-01-05",
                                        "clock": "10:00"},
    "POST /files/fichier/publish": {"when": "now"},
    "POST /signings/signatures/supersede": {"reason": "Une signataire a changé · 🙂"},
}


def rows() -> list[tuple[str, list[str]]]:
    """Return the table's lines: `METHOD path`, and the cells."""
    lines = [line.split() for line in TABLE.splitlines() if line.strip() and not line.startswith("#")]
    return [(f"{method} {path}", cells) for method, path, *cells in lines]


class World:
    """The application on a world that is put back after each change."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.path = folder / "drafting.sqlite3"
        shutil.copy(template, self.path)
        self.app = create_app(settings_for(folder, f"sqlite:///{self.path}", base_url="http://localhost"))
        self.app.test_client_class = Browser
        self.app.config["WTF_CSRF_ENABLED"] = False  # Its own test: test_protection.py.
        with self.app.app_context():
            # The world is thrown away after each change: it need not survive a power cut.
            event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
            self.cookies = build()
            close_house(db.engine)  # It holds a connection to the file.
            db.session.remove()
        self.kept = folder / "kept.sqlite3"
        _copy(self.path, self.kept)

    def put_back(self) -> None:
        """Undo everything that was done since the world was built."""
        with self.app.app_context():
            close_house(db.engine)
        _copy(self.kept, self.path)

    def ask(self, actor: str, method: str, path: str, data: dict[str, str] | None = None) -> TestResponse:
        """Send a request as this actor."""
        client = self.app.test_client()
        cookie = self.cookies[actor]
        if cookie:
            client.set_cookie("session", cookie)
        if method == "WS":
            headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Origin": "http://localhost"}
            return client.get(path, headers=headers)
        return client.open(path, method=method, data=data)


def _copy(source: Path, target: Path) -> None:
    """Copy a database, whoever is connected to either."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("rights"), sqlite_template)


@pytest.fixture(autouse=True)
def door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the live socket end where its conversation would begin, and files wait to be made."""

    def begin(_engine: object) -> None:
        abort(418)

    monkeypatch.setattr(socket, "house_of", begin)
    monkeypatch.setattr(documents, "wake", lambda: None)  # Asking for a file is enough here.


def cell(answer: TestResponse) -> str:
    """Return what the table says of such an answer."""
    if answer.status_code == 418:
        return "open"
    if answer.status_code == 302 and answer.location.startswith("/sign-in?next="):
        return "in"
    return str(answer.status_code)


def unknown(app: Flask, method: str, path: str) -> str:
    """Return the same path with keys that do not exist."""
    adapter = app.url_map.bind("localhost")
    path, question, query = path.partition("?")
    endpoint, values = adapter.match(path, method)
    other = adapter.build(endpoint, {
        name: value if isinstance(value, int) else "inexistante" for name, value in values.items()
    }, method=method)
    return other + question + query


def likeness(answer: TestResponse, path: str) -> str:
    """Return the page without what differs on every request: form secrets, nonces, its own path, the key typed."""
    page = re.sub(r'(name="csrf_token" value|nonce)="[^"]*"', "", answer.get_data(as_text=True))
    page = page.replace(f'value="{path.rpartition("/")[2]}"', 'value="KEY"')
    return page.replace(escape(path), "PATH").replace(path, "PATH")


def test_every_route_is_in_the_table(world: World) -> None:
    adapter = world.app.url_map.bind("localhost")
    tried = set()
    for row, _ in rows():
        method, path = row.split()
        place = path.partition("?")[0]
        rule, _ = adapter.match(place, method.replace("WS", "GET"), return_rule=True, websocket=method == "WS")
        tried.add((method, rule.rule))
    existing = {
        ("WS" if rule.websocket else method, rule.rule) for rule in world.app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"} if not rule.endpoint.startswith("static")
    }

    assert existing - tried == set()


def test_the_table_has_a_cell_for_each_actor() -> None:
    assert [row for row, cells in rows() if len(cells) != len(ACTORS)] == []
    assert set(FORMS) <= {row for row, _ in rows()}


@pytest.mark.parametrize(("row", "cells"), rows(), ids=[row for row, _ in rows()])
def test_rights(world: World, row: str, cells: list[str]) -> None:
    method, path = row.split()
    got: dict[str, str] = {}
    for actor in ACTORS:
        answer = world.ask(actor, method, path, FORMS.get(row))
        got[actor] = cell(answer)
        if got[actor] == "404":
            other = unknown(world.app, method, path)
            nothing = world.ask(actor, method, other, FORMS.get(row))
            if (nothing.status_code, likeness(nothing, other)) != (404, likeness(answer, path)):
                got[actor] = "404, but not as if it did not exist"
        if method == "POST" and answer.status_code < 400:
            world.put_back()

    assert got == dict(zip(ACTORS, cells, strict=True))


def test_a_right_is_not_taken_from_a_form(world: World) -> None:
    claims = {"role": "coordinator", "organisation_id": "1", "author": "1", "person_id": "1", "administrator": "1"}

    for row in (
        "POST /sections/section/edit", "POST /contributions/papier/versions", "POST /people/pers-membre/disable",
    ):
        method, path = row.split()
        for actor in ("outsider", "observer", "contributor", "author"):
            assert world.ask(actor, method, path, {**claims, **FORMS.get(row, {})}).status_code in {403, 404}
