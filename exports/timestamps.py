"""The time-stamping authority that this installation asks, if one is set (RFC 3161 over HTTP)."""

from __future__ import annotations

from urllib.error import URLError
from urllib.request import Request, urlopen

from asn1crypto import tsp
from flask import current_app
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

TIMEOUT_S = 10
LARGEST_ANSWER = 200_000


class AuthorityAway(Exception):
    """The time-stamping authority did not answer as it should: sign again later."""


class HttpTimeStamper(TimeStamper):
    """Asks an authority for a timestamp; pyHanko's own clients need packages that nothing else here does."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the authority's answer. Raise AuthorityAway."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = Request(self._url, data=req.dump(), headers=headers)  # noqa: S310 - an http(s) address of the settings
        try:
            with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return tsp.TimeStampResp.load(answer.read(LARGEST_ANSWER), strict=True)
        except (URLError, OSError, ValueError, TimestampRequestError) as error:
            raise AuthorityAway(str(error)) from error


def timestamper() -> TimeStamper | None:
    """Return what confirms when something was signed; None where no authority is set."""
    url = current_app.config["SETTINGS"].timestamp_url
    return HttpTimeStamper(url) if url else None
