"""Security headers on every response (notes/security.md)."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, request

STATIC = {"static", "static_unversioned"}
# Never a document of their own, so most headers say nothing about them; a page asks for some fifty of them.
PARTS_OF_A_PAGE = {"text/javascript", "text/css", "font/woff2"}


def csp_nonce() -> str:
    """Return this response's nonce for scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def policy() -> str:
    """Return what this response may load. A static file opened by itself may load nothing."""
    if request.endpoint in STATIC:
        return "default-src 'none'; frame-ancestors 'none'"
    nonce = csp_nonce()
    socket = current_app.config["SETTINGS"].origin.replace("http", "ws", 1)
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        f"img-src 'self' data:; font-src 'self'; connect-src 'self' {socket}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def add_headers(response: Response) -> Response:
    """Add the headers; a signed-in page is never stored. A script or a style says its kind, and that it is no other."""
    settings = current_app.config["SETTINGS"]
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.endpoint in STATIC and response.mimetype in PARTS_OF_A_PAGE:
        return response
    response.headers.setdefault("Content-Security-Policy", policy())
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if settings.is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint not in STATIC:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def init_app(app: Flask) -> None:
    """Register the headers and the nonce for templates."""
    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
