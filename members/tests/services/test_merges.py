"""Two records of one person: merged, found, listed and parted again."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import AuditEntry, IdentityConflict, ImportBatch, Member, MemberMerge, Order, Store, Touched
from members.queries import look_up, people, scope
from members.services import merges
from members.tests.counter import member, order

BY = system("test")
ADMIN = Actor(kind="user", name="Wang", role=Role.ADMIN, store_ids=None)
pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return Store.objects.create(code="S1", name="One")


@pytest.fixture
def two(store: Store) -> tuple[Member, Member]:
    """A with one order and a phone, B with two orders and a card."""
    a = member("A", store, "Li Wei", phone="+8613812345678")
    b = member("B", store, "李伟", card="c-7")
    for number, buyer in (("1", a), ("2", b), ("3", b)):
        order(number, store, buyer, gross="10")
    return a, b


def orders_of(found: Member) -> list[str]:
    return list(Order.objects.filter(member=found).order_by("number").values_list("number", flat=True))


def test_everything_of_a_merged_record_counts_for_its_owner(two: tuple[Member, Member]) -> None:
    a, b = two
    merges.merge(member=a, into=b, by=BY)
    [person] = people.with_figures(scope.members(ADMIN))
    assert (person.member, person.orders, str(person.gross)) == (b, 3, "30.0000")
    assert {contact.value for contact in person.contacts} == {"+8613812345678", "c-7"}
    assert list(look_up.exactly(ADMIN, "13812345678")) == list(look_up.exactly(ADMIN, "a")) == [b]
    assert list(people.matching(scope.members(ADMIN), "5678")) == [b]
    assert people.owner_of(ADMIN, "a") == b


def test_parting_restores_both(two: tuple[Member, Member]) -> None:
    a, b = two
    merges.merge(member=a, into=b, by=BY)
    merges.unmerge(member=a, by=BY)
    assert (orders_of(a), orders_of(b)) == (["1"], ["2", "3"])
    assert set(scope.members(ADMIN)) == {a, b}
    assert not MemberMerge.objects.filter(voided_at=None).exists()
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "merge_members",
        "unmerge_members",
    ]
    assert Touched.objects.filter(kind="merge").exists()


def test_an_order_that_comes_for_a_merged_record_goes_with_it(two: tuple[Member, Member], store: Store) -> None:
    a, b = two
    merges.merge(member=a, into=b, by=BY)
    late = order("4", store, b)
    Order.objects.filter(pk=late.pk).update(buyer=a)
    merges.unmerge(member=a, by=BY)
    assert orders_of(a) == ["1", "4"]


class TestThree:
    """A into B, then B into C."""

    @pytest.fixture
    def chain(self, two: tuple[Member, Member], store: Store) -> tuple[Member, Member, Member]:
        a, b = two
        c = member("C", store)
        order("5", store, c)
        merges.merge(member=a, into=b, by=BY)
        merges.merge(member=Member.objects.get(pk=b.pk), into=c, by=BY)
        return a, b, c

    def test_all_count_for_the_last(self, chain: tuple[Member, Member, Member]) -> None:
        assert orders_of(chain[2]) == ["1", "2", "3", "5"]

    def test_the_middle_one_takes_its_own_along(self, chain: tuple[Member, Member, Member]) -> None:
        a, b, c = chain
        merges.unmerge(member=b, by=BY)
        assert (orders_of(b), orders_of(c)) == (["1", "2", "3"], ["5"])
        merges.unmerge(member=a, by=BY)
        assert (orders_of(a), orders_of(b)) == (["1"], ["2", "3"])

    def test_the_first_can_go_alone(self, chain: tuple[Member, Member, Member]) -> None:
        a, _b, c = chain
        merges.unmerge(member=a, by=BY)
        assert (orders_of(a), orders_of(c)) == (["1"], ["2", "3", "5"])


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.usefixtures("english")
def test_what_cannot_be_merged_says_why(two: tuple[Member, Member], store: Store) -> None:
    a, b = two
    c = member("C", store)
    with pytest.raises(merges.Refused, match="two different"):
        merges.merge(member=a, into=a, by=BY)
    merges.merge(member=a, into=b, by=BY)
    with pytest.raises(merges.Refused, match="Member A has been merged"):
        merges.merge(member=a, into=c, by=BY)
    with pytest.raises(merges.Refused, match="Member A has been merged"):
        merges.merge(member=c, into=a, by=BY)
    with pytest.raises(merges.Refused, match="not merged any more"):
        merges.unmerge(member=b, by=BY)


def test_a_merge_decides_the_conflicts_between_the_two(two: tuple[Member, Member]) -> None:
    a, b = two
    batch = ImportBatch.objects.create(file_name="f.csv")
    conflict = IdentityConflict.objects.create(batch=batch, row=1, first=b, second=a)
    merges.merge(member=a, into=b, by=BY)
    conflict.refresh_from_db()
    assert (conflict.resolution, conflict.resolved_by) == ("merged", "test")
