"""Timestamps from an authority (RFC 3161, over HTTP): asked for within a time limit, checked before they are used."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from exports.asking import Question, ask

TIMEOUT_S = 10.0
MAX_ANSWER_BYTES = 100_000
_TYPE = "application/timestamp-reply"


class AuthorityAway(Exception):
    """The time-stamping authority did not answer as it should: sign again later. Nothing was signed."""


class HttpTimeStamper(TimeStamper):
    """Asks an authority for a timestamp, without following redirections; believes only an answer to its question.

    pyHanko's own clients need packages that nothing else here does, and look at less: theirs takes a timestamp of
    anything else, with any signature.
    """

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        """Ask at this address, http or https, within so many seconds. Raise ValueError where it is no such address."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address of the time-stamping authority must begin with https:// or http://")
        super().__init__()  # type: ignore[no-untyped-call]
        self._url, self._timeout_s = url, timeout_s

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return the token for a digest, as the authority really signed it. Raise AuthorityAway."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            context = ValidationContext(trust_roots=[], allow_fetching=False)
            found = await validate_tst_signed_data(token["content"], context, lambda _name: message_digest)
            imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            is_right = imprint["hash_algorithm"]["algorithm"].native == md_algorithm
        except AuthorityAway:
            raise
        except Exception as error:  # What comes from elsewhere may be malformed in any way.
            raise AuthorityAway(f"the answer cannot be used: {error}") from error
        if not (found["intact"] and found["valid"] and is_right):
            raise AuthorityAway("the answer is not a timestamp of what was sent")
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the authority's answer; nobody else uses this thread's loop, so waiting for it is no harm."""
        try:
            question = Question(self._url, (_TYPE,), MAX_ANSWER_BYTES, req.dump(), "application/timestamp-query")
            return tsp.TimeStampResp.load(ask(question, within_s=self._timeout_s), strict=True)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise AuthorityAway(f"the authority does not answer: {error}") from error
