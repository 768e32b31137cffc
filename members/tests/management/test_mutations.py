"""Files that were written or damaged in every way: refused, rejected with a reason, or stored as it is true.

"None silently wrong": no wrong value, no lost row, no second copy. Fifty cases in the suite, five hundred in
`make prove`. A case is repeated by its seed.
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from members.models import ImportBatch, Member, Merchant, Order, Refund
from members.services.imports.options import stage_path
from members.services.imports.stage import Stage
from members.tests import mutations
from members.tests.mutations import Case, Sold

pytestmark = pytest.mark.django_db
SUITE, PROVE = range(50), range(50, 500)


def run(path: Path) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_orders", str(path), stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def told() -> set[str]:
    """The codes of everything that was said about the rows of the last file."""
    with Stage(stage_path(ImportBatch.objects.latest("id"))) as stage:
        return set(stage.column("select distinct code from problem"))


def hold(case: Case, folder: Path) -> str:
    """Import a case twice and hold what is stored to the truth. Returns what became of it."""
    Merchant.objects.create(pk=1, name="Shop")
    if case.before:
        (folder / "before.csv").write_bytes(case.before)
        run(folder / "before.csv")
    first, path = Order.objects.count(), folder / "case.csv"
    path.write_bytes(case.content)
    try:
        answer = run(path)
    except CommandError:
        assert (Order.objects.count(), Refund.objects.count()) == (first, 0), "nothing of a refused file is stored"
        return "refused"
    assert answer["rows"] == sum(answer[name] for name in ("accepted", "fixed", "rejected", "duplicates"))
    said = told()
    stored = {order.number: order for order in Order.objects.filter(voided_at=None)}
    _hold_orders(case, stored, answer, said)
    _hold_refunds(case, answer, said)
    again = run(path)
    assert (again["orders"], again["refunds"], again["members"]) == (0, 0, 0), "a second time adds nothing"
    assert Order.objects.filter(voided_at=None).count() == len(stored)
    return "rejected rows" if answer["rejected"] else "taken"


def _hold_orders(case: Case, stored: dict[str, Order], answer: dict[str, Any], said: set[str]) -> None:
    unknown = {number for number in stored.keys() - case.orders.keys() if not _is_excused(case, number, said)}
    assert not unknown, "no order that there never was"
    missing = case.orders.keys() - stored.keys() - case.cut
    assert len(missing) <= answer["rejected"], "no row is lost without a word"
    for number, order in stored.items():
        if _is_excused(case, number, said):
            continue
        true = case.orders[number]
        assert (order.total, order.ordered_at) == (true.total, true.at), number
        if true.lines and order.itemised:
            lines = order.lines.values_list("product__sku", "quantity", "amount")
            assert tuple(sorted(lines)) == true.lines, number
        _hold_buyer(order, true, said)


def _is_excused(case: Case, number: str, said: set[str]) -> bool:
    """Whether the file was cut off in the row of this number, and that was said."""
    last = case.content.decode(case.encoding, "ignore").splitlines()[-1]
    return "no_line_end" in said and number in last


def _hold_buyer(order: Order, true: Sold, said: set[str]) -> None:
    """The right member, or none where it was said that the phone or number cannot be taken."""
    if order.member_id is None:
        excused = said & {"phone_left_out", "masked_left_out"}
        assert not true.member, order.number
        assert not true.phone or excused, order.number
        return
    member: Member = order.member  # type: ignore[assignment]
    phones = set(member.identifiers.filter(kind="phone").values_list("value", flat=True))
    by_number = bool(true.member) and member.number.casefold() == true.member.casefold()
    assert by_number or f"+86{true.phone}" in phones or (true.phone[:10] and said & {"no_line_end"}), order.number


def _hold_refunds(case: Case, answer: dict[str, Any], said: set[str]) -> None:
    stored = {refund.number: refund for refund in Refund.objects.filter(voided_at=None)}
    assert not {number for number in stored.keys() - case.refunds.keys() if not _is_excused(case, number, said)}
    missing = case.refunds.keys() - stored.keys() - case.cut
    assert len(missing) <= answer["rejected"]
    for number, refund in stored.items():
        if _is_excused(case, number, said):
            continue
        order, at, amount = case.refunds[number]
        assert refund.order is not None
        assert (refund.order.number, refund.refunded_at, refund.amount) == (order, at, amount), number


@pytest.mark.parametrize("seed", SUITE)
def test_no_file_is_taken_silently_wrong(seed: int, tmp_path: Path) -> None:
    hold(mutations.made(seed), tmp_path)


@pytest.mark.prove
@pytest.mark.parametrize("seed", PROVE)
def test_none_of_five_hundred_is_taken_silently_wrong(seed: int, tmp_path: Path) -> None:
    hold(mutations.made(seed), tmp_path)


def test_the_cases_are_no_walkover() -> None:
    """Most mutations are met in the suite's cases, and every kind of file."""
    cases = [mutations.made(seed) for seed in SUITE]
    assert {case.kind for case in cases} == {"orders", "lines", "refunds"}
    assert len({name for case in cases for name in case.done}) >= len(mutations.MUTATIONS) - 2
