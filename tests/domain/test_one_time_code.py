"""One-time codes, against the vectors of RFC 6238 (its appendix B, cut to six digits)."""

from __future__ import annotations

import pytest

from drafting.domain.one_time_code import address_of, recovery_digest, step_of, typed

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(("at_s", "code"), [
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
    (20000000000, "353130"),
])
def test_codes_are_those_of_the_standard(at_s: int, code: str) -> None:
    assert step_of(SECRET, code, at_s=at_s, last_step=0) == at_s // 30
    assert step_of(SECRET, f" {code[:3]} {code[3:]}", at_s=at_s, last_step=0) == at_s // 30


@pytest.mark.parametrize(("late_s", "accepted"), [(-61, False), (-30, True), (30, True), (59, True), (61, False)])
def test_a_telephone_may_be_half_a_minute_wrong(late_s: int, accepted: bool) -> None:
    at_s = 1111111111 // 30 * 30 + late_s + (30 if late_s < 0 else 0)

    assert (step_of(SECRET, "050471", at_s=at_s, last_step=0) is not None) == accepted


def test_a_code_is_good_once() -> None:
    step = step_of(SECRET, "287082", at_s=59, last_step=0)

    assert step is not None
    assert step_of(SECRET, "287082", at_s=59, last_step=step) is None


@pytest.mark.parametrize("code", ["", "28708", "2870821", "28708a", "２８７０８２", "é·😀", "-28708"])
def test_anything_else_is_no_code(code: str) -> None:
    assert step_of(SECRET, code, at_s=59, last_step=0) is None


def test_the_secret_is_typed_in_groups_and_named_in_the_address() -> None:
    assert typed(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert address_of(SECRET, account="à@exemple.example", issuer="Contributions communes (été)") == (
        "otpauth://totp/Contributions%20communes%20%28%C3%A9t%C3%A9%29:%C3%A0%40exemple.example"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Contributions%20communes%20%28%C3%A9t%C3%A9%29"
    )


def test_a_recovery_code_may_be_typed_in_any_way() -> None:
    digest = recovery_digest("abcd-efgh-jkmn")

    assert digest is not None
    assert {recovery_digest(code) for code in ("ABCDEFGHJKMN", " abcd efgh jkmn ", "abcd‑efgh–jkmn")} == {digest}
    assert recovery_digest("287082") is recovery_digest("abcd-efgh-jkm1") is recovery_digest("é" * 12) is None
