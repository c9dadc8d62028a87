"""Browser modules arrive without comments and indentation, unchanged otherwise, and a page announces those it needs."""

import json
import subprocess
import sys
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from drafting.domain.permissions import ParticipationRole
from drafting.web.modules import as_sent, needed, without_comments
from tests import factories
from tests.signing_in import sign_in

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
OURS = sorted((STATIC / "js").rglob("*.js"))
PARSE = """
import { transform } from "esbuild";
let input = "";
for await (const part of process.stdin) input += part;
const options = { minifyWhitespace: true, legalComments: "none", charset: "utf8" };
const parsed = await Promise.all(JSON.parse(input).map((source) => transform(source, options)));
console.log(JSON.stringify(parsed.map(({ code }) => code)));
"""
COMMENTED = """// L’œuvre commence ici.
/** @import { Text } from "./types.js" */
import { a } from "./a.js"; // beside code
import {
  b,
} from "./b.js";

/**
 * Dit « été » · 😀.
 * @import { C } from "./c.js"
 */
export const text = "https://example.org"; /* beside code */
  // indented
export const typed = /** @type {number} */ (JSON.parse("1"));
export const ending = `
  a /* part */ b
`;
"""


def parsed(sources: list[str]) -> list[str]:
    """Return what a real parser makes of each, comments left out."""
    done = subprocess.run(
        [sys.executable, "tools/node.py", "node", "--input-type=module", "-e", PARSE],
        cwd=ROOT, input=json.dumps(sources), capture_output=True, text=True, check=True,
    )
    return list(json.loads(done.stdout))


def test_no_module_is_changed_by_leaving_its_comments_and_indentation_out() -> None:
    whole = [path.read_text(encoding="utf-8") for path in OURS]
    bare = [as_sent(source) for source in whole]

    assert parsed(bare) == parsed(whole)
    assert all("\n\n" not in source for source in bare)
    assert sum(map(len, bare)) < 0.9 * sum(map(len, whole))


def test_only_comments_that_fill_their_lines_are_left_out() -> None:
    bare = without_comments(COMMENTED)

    assert bare.count("beside code") == 2
    assert [part for part in ("œuvre", "« été »", "@import", "@type", "indented") if part in bare] == []
    assert [part for part in ("https://example.org", "/* part */") if part not in bare] == []
    assert bare.splitlines()[2] == COMMENTED.splitlines()[2]


def test_what_a_module_needs_is_what_its_imports_lead_to(tmp_path: Path) -> None:
    (tmp_path / "main.js").write_text(COMMENTED)
    (tmp_path / "a.js").write_text('import "./d.js";\nexport const a = () => import("./later.js");\n')
    (tmp_path / "b.js").write_text('export * from "./a.js";\nexport { d } from "./d.js";\n')
    (tmp_path / "d.js").write_text('import * as all from "./a.js";\n')

    assert [path.name for path in needed(tmp_path / "main.js")] == ["main.js", "a.js", "b.js", "d.js"]


def test_the_page_of_a_contribution_announces_its_modules(client: FlaskClient, app: Flask) -> None:
    contribution, organisation = factories.contribution(), factories.organisation()
    factories.participation(contribution, organisation, ParticipationRole.COORDINATOR)
    sign_in(client, factories.member(organisation))
    path = f"/contributions/{contribution.key}"

    empty = client.get(path).get_data(as_text=True)
    factories.section(contribution)
    page = client.get(path).get_data(as_text=True)

    announced = [line.split('"')[3] for line in page.splitlines() if "modulepreload" in line]
    assert "modulepreload" not in empty
    assert announced[0].endswith("/vendor/codemirror.js")
    assert [path.split("/js/words/")[1] for path in announced if "/words/" in path] == ["fr/live.js", "fr/editor.js"]
    assert len(announced) == len(needed(STATIC / "js/live/page.js")) + 2 > 20
    assert all(client.get(address).status_code == 200 and "/static/v/" in address for address in announced)
