"""A place's variant: another order of the same paper, derived from a key; locks, sets and the marking key hold."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.domain.variant import Placed, Slot, arranged, as_written, marking_keys, place_name

KEY = bytes(range(32))
SLOTS = st.lists(
    st.builds(Slot, st.sampled_from([0, 3, 4, 5]), st.booleans(), st.sampled_from(["", "", "甲", "乙"])), max_size=12
)


@given(st.binary(min_size=32, max_size=32), st.lists(SLOTS, max_size=3))
def test_every_question_and_option_is_there_once_in_its_own_section(key: bytes, sections: list[list[Slot]]) -> None:
    for section, order in zip(sections, arranged(key, "A|45120101", sections), strict=True):
        assert sorted(placed.question for placed in order) == list(range(len(section)))
        for placed in order:
            assert sorted(placed.options) == list(range(section[placed.question].options))


@given(st.binary(min_size=32, max_size=32), SLOTS)
def test_locked_options_do_not_move_and_a_set_stays_together_in_its_order(key: bytes, section: list[Slot]) -> None:
    [order] = arranged(key, "A|45120101", [section])
    for placed in order:
        if section[placed.question].locked:
            assert placed.options == tuple(range(section[placed.question].options))
    for name in ("甲", "乙"):
        places = [i for i, placed in enumerate(order) if section[placed.question].item_set == name]
        members = [order[i].question for i in places]
        assert members == sorted(members) and (not places or places[-1] - places[0] == len(places) - 1)


@given(st.binary(min_size=32, max_size=32), st.lists(st.sampled_from(["A", "B", "ABD", "CD", "√", "答案; 乙"]), min_size=1))
def test_the_marking_key_follows_the_options(key: bytes, keys: list[str]) -> None:
    """Whoever ticks what was right before ticks what is right now."""
    section = [Slot(4 if answer[0] in "ABCD" else 0) for answer in keys]
    [order] = arranged(key, "S|45120102", [section])
    for placed, moved in zip(order, marking_keys([keys], (order,)), strict=True):
        old = keys[placed.question]
        if section[placed.question].options:
            assert {placed.options["ABCD".index(letter)] for letter in moved} == {"ABCD".index(letter) for letter in old}
        else:
            assert moved == old


def test_two_places_seats_and_keys_have_different_orders_and_one_has_always_the_same() -> None:
    sections = [[Slot(4)] * 60, [Slot(0)] * 20]
    places = [
        place_name("A", "45120101"),
        place_name("A", "45120102"),
        place_name("S", "45120101"),
        place_name("A", "45120101", 7),
    ]
    orders = [arranged(KEY, place, sections) for place in places] + [arranged(bytes(32), places[0], sections)]
    assert len(set(orders)) == 5 and arranged(KEY, places[0], sections) == orders[0]


def test_every_order_is_equally_likely() -> None:
    """6,000 places, three questions: each of the six orders about a thousand times."""
    seen = Counter(arranged(KEY, str(n), [[Slot(0)] * 3])[0] for n in range(6000))
    assert len(seen) == 6 and all(880 < times < 1120 for times in seen.values())


def test_the_first_order_is_pinned() -> None:
    """Changing it changes what a kept key says of papers that were printed."""
    assert [placed.question for placed in arranged(KEY, "A|45120101", [[Slot(4)] * 8])[0]] == PINNED


def test_the_order_of_the_proof_moves_nothing() -> None:
    order = as_written([[Slot(3), Slot(0)]])
    assert order == ((Placed(0, (0, 1, 2)), Placed(1, ())),) and marking_keys([["B", "√"]], order) == ("B", "√")


@pytest.mark.parametrize(("key", "moved"), [("AC", "AB"), ("B", "C"), ("ABC", "ABC"), ("甲", "甲"), ("D", "D")])
def test_letters_move_with_their_options_and_words_do_not(key: str, moved: str) -> None:
    assert marking_keys([[key]], ((Placed(0, (2, 0, 1)),),)) == (moved,)


PINNED = [6, 1, 0, 3, 4, 5, 2, 7]
