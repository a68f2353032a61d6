"""After the opening, what the bank tells of its items: in which version they were used, and everybody who has seen them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from itembank.domain.confidentiality import Seen, Sight
from itembank.domain.paper import Form
from itembank.formats.desk_statements import read_proof
from itembank.ports.bank import Wanted
from itembank.steps.exposure import seen_by, uses_of, who_saw
from keys.encoding import read_time
from tests.province import FIRST, SESSION, After, Province, refused
from tests.unit.steps.sample_items import bring, item


def eyes(province: Province, *item_nos: str) -> list[Seen]:
    with province.centre.book.read() as transaction:
        return who_saw(transaction, province.directory, item_nos)


def printed(province: Province, *item_nos: str) -> list[tuple[str, str, str]]:
    return sorted((line.item_no, line.person, line.where) for line in eyes(province, *item_nos) if line.sight is Sight.PRINT)


def drawn(province: Province) -> dict[Form, tuple[str, ...]]:
    return {form: paper.item_nos for form, paper in province.draft().papers.items()}


def test_who_printed_a_paper_has_seen_its_items(after: After) -> None:
    """The operators of the stations, whether their receipts came before the report or after it; of no other paper."""
    province = after("seal")
    papers = drawn(province)
    main, spare = (papers[form] for form in (Form.MAIN, Form.SPARE))
    province.approve()
    province.publish()
    province.fetch()
    province.arm()
    province.release()
    province.open(FIRST)
    assert printed(province, *main) == []

    province.send_uses()
    first = printed(province, *main)
    province.open_all()

    operators = [signer.name for signer in province.operators(FIRST)]
    assert first == sorted((no, who, f"{SESSION}A {FIRST}") for no in main for who in operators)
    assert {where for _, _, where in printed(province, *main)} > {f"{SESSION}A {FIRST}"}
    assert printed(province, *set(spare) - set(main)) == []
    with province.centre.book.read() as transaction:
        seen = seen_by(transaction, province.directory, operators[0])
    assert sorted(line.item_no for line in seen) == sorted(main) and {line.sight for line in seen} == {Sight.PRINT}


def test_proofreaders_saw_the_items_when_they_signed_the_proof_not_when_the_exam_began(after: After) -> None:
    province = after("return")
    [entry] = province.entries("proof")

    province.send_uses()

    with province.centre.book.read() as transaction:
        seen = seen_by(transaction, province.directory, "proofreader-1")
    assert seen and {line.sight for line in seen} == {Sight.PROOF}
    assert {line.at for line in seen} == {read_time(read_proof(entry.statement.encode(), province.directory)["at"])}


def test_a_use_and_its_eyes_are_of_the_version_that_was_drawn(after: After) -> None:
    """Though the item has a newer one by the time the desk reports."""
    province = after("seal")
    number = next(no for no in chain(*drawn(province).values()) if no.startswith("national-"))
    province.approve()
    province.publish()
    with province.centre.book.read() as transaction:
        [card] = [card for card in transaction.bank.cards(Wanted(pool="national", limit=1000)) if card.item_no == number]
    bring(
        province, replace(item(1, pool="national"), item_no=number, point=card.point, stem="改过的题：电阻的单位是（　　）。")
    )
    province.release()
    province.send_uses()

    with province.centre.book.read() as transaction:
        uses = uses_of(transaction, province.directory, number)
    assert [use.version for use in uses] == [1]
    assert {(line.sight, line.version) for line in eyes(province, number)} >= {(Sight.PROOF, 1), (Sight.AUTHOR, 2)}
    assert (Sight.PROOF, 2) not in {(line.sight, line.version) for line in eyes(province, number)}


def test_nobody_is_told_that_an_unknown_item_was_seen_by_nobody(after: After) -> None:
    province = after("author")

    refused("item.unknown", lambda: eyes(province, "city-999"))
    with province.centre.book.read() as transaction:
        refused("directory.unknown", lambda: seen_by(transaction, province.directory, "nobody"))
