"""Styles and modules are kept by browsers for good, compressed, and change address when they change."""

import gzip
from pathlib import Path

from flask import Flask, url_for

from drafting.web.modules import as_sent
from drafting.web.static_files import version_of

MODULE = "js/outline.js"
STATIC = Path(__file__).parents[2] / "static"


def address(app: Flask) -> str:
    with app.test_request_context():
        return url_for("static", filename=MODULE)


def test_a_versioned_module_is_kept_for_good_and_compressed(app: Flask) -> None:
    response = app.test_client().get(address(app), headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data).decode() == as_sent((STATIC / MODULE).read_text())
    assert "immutable" in response.headers["Cache-Control"]
    assert "Accept-Encoding" in response.headers["Vary"]
    assert response.headers["Content-Type"].startswith("text/javascript")


def test_what_is_not_our_own_is_sent_as_it_is(app: Flask) -> None:
    for name in ("vendor/turndown.js", "css/app.css"):
        response = app.test_client().get(f"/static/v/1/{name}", headers={"Accept-Encoding": "gzip"})

        assert gzip.decompress(response.data) == (STATIC / name).read_bytes()


def test_a_module_costs_little_beside_its_own_bytes(app: Flask) -> None:
    response = app.test_client().get(address(app), headers={"Accept-Encoding": "gzip"})

    assert len(str(response.headers)) < 250
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_opened_by_itself_may_load_nothing(app: Flask) -> None:
    response = app.test_client().get("/static/icons/favicon.svg")

    assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    response.close()


def test_without_compression_the_bytes_are_the_file(app: Flask) -> None:
    response = app.test_client().get(address(app))

    assert "Content-Encoding" not in response.headers
    assert response.data == (STATIC / MODULE).read_bytes()


def test_an_address_from_before_an_update_still_answers(app: Flask) -> None:
    client = app.test_client()

    assert client.get(f"/static/v/000000000000/{MODULE}").status_code == 200
    assert client.get(f"/static/{MODULE}").status_code == 200


def test_nothing_outside_the_folder_is_served(app: Flask) -> None:
    client = app.test_client()

    for path in ("../wsgi.py", "..%2fwsgi.py", "js/../../wsgi.py", "%2e%2e/wsgi.py"):
        assert client.get(f"/static/v/1/{path}").status_code == 404


def test_the_version_changes_with_any_content_and_any_name(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = version_of(tmp_path)
    (tmp_path / "a.js").write_text("2")
    second = version_of(tmp_path)
    (tmp_path / "a.js").rename(tmp_path / "b.js")

    assert len({first, second, version_of(tmp_path)}) == 3
