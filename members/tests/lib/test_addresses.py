import pytest
from django.urls import resolve

from members.lib.addresses import member_url


@pytest.mark.parametrize("number", ["M0031877", "12346", "会员-7", "a_b"])
def test_a_member_is_addressed_by_number(number: str) -> None:
    match = resolve(member_url(number, 5).replace("%E4%BC%9A%E5%91%98", "会员"))
    assert (match.view_name, match.kwargs) == ("members:page", {"number": number})


@pytest.mark.parametrize("number", ["orders", "imports", "look-up", "a/b", "..", ".", "", "a b", "a?b#c", "orders/7"])
def test_a_number_no_address_can_carry_is_addressed_by_id(number: str) -> None:
    match = resolve(member_url(number, 5))
    assert (match.view_name, match.kwargs) == ("members:page-by-id", {"member_id": 5})
