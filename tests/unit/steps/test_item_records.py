"""What a release tells a desk of its items' use: how often, when, and by how many they were seen, and nobody's name."""

from dataclasses import replace
from datetime import timedelta

from itembank.domain.paper import Form
from itembank.formats.plan_file import plan_document
from itembank.formats.pool_content import PoolContent
from itembank.steps import viewing
from keys.encoding import canonical
from tests.province import FIRST, SESSION, TINY, After, Province


def content(province: Province, pool: str) -> PoolContent:
    province.release_pool(pool)
    return next(held for _, held in province.pools() if held.pool == pool)


def test_three_people_brought_an_item_in_and_go_as_three_numbers(after: After) -> None:
    province = after("author")

    records = content(province, "city").records

    assert {len(record.eyes) for record in records.values()} == {3} and {record.uses for record in records.values()} == {0}
    assert "item_writer" not in content(province, "city").encode().decode()


def test_one_person_has_one_number_in_every_pool_and_release_of_a_bank(after: After) -> None:
    province = after("author")

    eyes = [{number for record in content(province, pool).records.values() for number in record.eyes} for pool in
            ("city", "national", "city")]  # fmt: skip

    assert eyes[0] == eyes[1] == eyes[2]


def test_a_paper_that_was_used_counts_with_its_day_its_readers_and_its_printers(after: After) -> None:
    province = after("seal")
    drawn = province.draft().papers[Form.MAIN].item_nos
    for step in (Province.approve, Province.publish):
        step(province)
    province.release()
    province.fetch(FIRST)
    province.arm(FIRST)
    province.open(FIRST)
    province.send_uses()
    held = [content(province, pool) for pool in ("national", "city")]
    records = {no: record for pool in held for no, record in pool.records.items()}

    used = {no: record for no, record in records.items() if record.uses}
    assert set(used) == set(drawn)
    assert {(record.uses, record.used_on) for record in used.values()} == {(1, "2026-12-05")}
    # three who brought it in, the proof pair, two operators
    assert {len(record.eyes) for record in used.values()} == {7}


def test_who_stands_aside_is_a_trainer_whose_items_are_not_drawn(after: After) -> None:
    province = after("author")
    until = province.clock() + timedelta(days=90)
    book = province.centre.book
    with book.begin() as transaction:
        blueprint = transaction.bank.pools()["city"]
    writer, reason = province.signer("item_writer-1"), "所授学员参加考试"
    viewing.declare_recusal(book, province.directory, province.clock, blueprint, reason, until, writer)

    trainers = content(province, "city").trainers

    assert len(trainers) == 1
    eyes = {number for record in content(province, "city").records.values() for number in record.eyes}
    assert set(trainers) <= eyes


def test_the_desk_bounds_how_many_have_seen_a_paper(after: After) -> None:
    """Three people brought everything in; with a bound of two there is no paper, with three there is."""
    province = after("author")
    for pool in ("national", "city"):
        province.release_pool(pool)
    province.order()
    province.seeds()
    plan = f"sessions/{SESSION}/plan"
    province.desk.replace(plan, canonical(plan_document(replace(TINY, eyes_at_most=3))))

    certificate = province.assemble()

    [line] = [line for line in certificate.lines if line.rule == "eyes"]
    assert line.found == {"A": "3", "S": "3"} and line.bound == "<=3"
