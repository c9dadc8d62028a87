"""What every application works out anew, though it is the same for all of a run: worked out once.

Thousands of tests make an application each. Nine tenths of the time that takes is Werkzeug compiling, for each
address, the function that writes it, and reading static/ for its version; then Jinja compiles each template that a
page needs. None of this depends on the instance.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from werkzeug.routing import Rule

from drafting.web import static_files

STATIC = Path(__file__).parents[1] / "static"


def work_out_once() -> None:
    """Keep addresses' functions, templates' code and the version of static/ from the first application on."""
    _keep_addresses()
    _keep_templates()
    version_of, of_static = static_files.version_of, cache(static_files.version_of)
    static_files.version_of = lambda folder: (of_static if folder == STATIC else version_of)(folder)


def _keep_addresses() -> None:
    compile_builder = Rule._compile_builder
    known: dict[Any, Callable[..., tuple[str, str]]] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # The function gets its rule as its first argument, and knows nothing of it but this.
        key = (*rule._trace, *sorted((rule.defaults or {}).items()), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    Rule._compile_builder = compiled  # type: ignore[method-assign]


def _keep_templates() -> None:
    compile_template = Environment.compile
    known: dict[tuple[object, ...], Any] = {}

    def compiled(environment: Environment, source: Any, *given: Any, **named: Any) -> Any:
        kind = (environment.trim_blocks, environment.lstrip_blocks, environment.autoescape, environment.undefined,
                *environment.extensions)
        key = (*kind, source, *given, *sorted(named.items()))
        if key not in known:
            known[key] = compile_template(environment, source, *given, **named)
        return known[key]

    Environment.compile = compiled  # type: ignore[assignment,method-assign]
