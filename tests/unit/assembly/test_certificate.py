"""The certificate counts fourteen rules; its public face names no item and can be signed."""

import pytest

from itembank.assembly.certificate import Certificate, Provenance, certify
from itembank.assembly.drawing import draw
from itembank.domain.paper import Form
from keys.encoding import canonical, read_canonical
from tests.unit.assembly.invented_bank import PLAN, SEED, blueprint, cards

BLUEPRINT = blueprint()
BANK = cards()
SOURCE = Provenance(("release-1", "release-2"), "ab" * 32, "cd" * 32, {"font.otf": "ef" * 32}, ("01" * 32, "02" * 32))


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return certify(draw(PLAN, BLUEPRINT, BANK, SEED), BANK, BLUEPRINT, PLAN, SOURCE)


def test_fourteen_rules_held(certificate: Certificate) -> None:
    assert certificate.score == "14/14"
    assert certificate.counts["A"] == {"items": 80, "points": 100, "national": 80, "local": 0}


def test_both_faces_are_plain_canonical_json(certificate: Certificate) -> None:
    for face in (certificate.public(), certificate.with_items()):
        assert read_canonical(canonical(face), "certificate") == face


def test_the_public_face_names_no_item_and_no_point(certificate: Certificate) -> None:
    text = canonical(certificate.public()).decode()
    named = [card.item_no for card in BANK if card.item_no in text] + [
        point.code for point in BLUEPRINT.points if point.code in text
    ]
    assert named == []
    inside = certificate.with_items()["items"]
    assert isinstance(inside, dict) and len(inside[Form.MAIN.value]) == 80


def test_the_public_face_hides_numbers_that_single_out_items(certificate: Certificate) -> None:
    """A bank with few figures tells by their number which ones were drawn; the bound tells nothing."""
    lines = certificate.public()["lines"]
    assert isinstance(lines, list)
    shown = {line["rule"]: line["found"] for line in lines}
    assert shown["figures"] == {"A": ">=1", "S": ">=1"}
    assert set(certificate.public()["areas"]["A"]) == {"A", "B"}  # type: ignore[index]


def test_printing_a_certificate_shows_no_item(certificate: Certificate) -> None:
    """Tracebacks and logs print objects by repr."""
    assert "national-" not in repr(certificate)
