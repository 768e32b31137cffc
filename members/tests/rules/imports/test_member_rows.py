"""Rows of a members file: which of them are one person, and what they say together."""

from hypothesis import given
from hypothesis import strategies as st

from members.rules.imports.member_rows import Said, full_name, people, said_of, together


def said(row: int, *, number: str = "", phone: str = "", email: str = "", name: str = "", city: str = "") -> Said:
    return Said(row, False, False, [number] * bool(number), [], [phone] * bool(phone), [email] * bool(email),
                name, city=city)  # fmt: skip


CELL = st.sampled_from(["", "a", "b", "c", "d"])
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=8)


def test_the_first_row_stands_and_later_ones_fill_what_it_leaves_blank() -> None:
    person = together([said(1, number="M1", name="张伟"), said(4, number="M2", name="章伟", city="北京")])
    assert (person.row, person.name, person.city, list(person.numbers)) == (1, "张伟", "北京", ["M1", "M2"])


def test_rows_are_one_person_also_by_way_of_a_third() -> None:
    rows = [said(1, phone="p"), said(2, email="e"), said(3, phone="q"), said(4, phone="p", email="e")]
    assert [[one.row for one in person] for person in people(rows)] == [[1, 2, 4], [3]]


@given(rows=ROWS)
def test_people_share_nothing_and_no_row_is_lost(rows: list[tuple[str, str, str]]) -> None:
    all_said = [said(row, number=n, phone=p, email=e) for row, (n, p, e) in enumerate(rows, 1)]
    found = people(all_said)
    assert sorted(one.row for person in found for one in person) == list(range(1, len(rows) + 1))
    identifiers = [{key for one in person for key in one.identifiers()} for person in found]
    assert sum(map(len, identifiers)) == len(set().union(*identifiers))


@given(rows=ROWS, data=st.data())
def test_who_is_who_does_not_depend_on_the_order(rows: list[tuple[str, str, str]], data: st.DataObject) -> None:
    all_said = [said(row, number=n, phone=p, email=e) for row, (n, p, e) in enumerate(rows, 1)]
    shuffled = data.draw(st.permutations(all_said))
    sets = [{frozenset(one.row for one in person) for person in people(some)} for some in (all_said, shuffled)]
    assert sets[0] == sets[1]


@given(name=st.text(max_size=20), city=st.text(max_size=20))
def test_a_row_survives_being_text(name: str, city: str) -> None:
    one = said(7, number="M1", phone="+8613800138001", name=name, city=city)
    assert said_of(one.text()) == one
    assert "\x1e" not in one.text()


def test_names_are_put_together_as_they_are_written() -> None:
    assert full_name("伟", "王") == "王伟"
    assert full_name("Jane", "Doe") == "Jane Doe"
    assert full_name("", "Doe") == "Doe"
