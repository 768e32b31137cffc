"""The pages of coupons: what they say, what they give out, and that the file holds what the page shows."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from conftest import People
from members.models import Merchant, Segment, SegmentMember, Store, User
from rewards.models import Coupon, CouponOffer
from rewards.services import coupons
from rewards.tests import offers
from rewards.tests.shop import BY, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(people: People, signed_in: Callable[[User], Client]) -> Client:
    client = signed_in(people.marketer)
    client.cookies["django_language"] = "en"
    return client


def text(client: Client, url: str) -> str:
    answer = client.get(url, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client: Client, url: str) -> list[list[str]]:
    body = b"".join(client.get(url).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(body)))[1:]


TERMS = {
    "name": "20 off 100", "kind": "amount", "amount": "20", "threshold": "100", "valid_days": "30", "stock": "500",
    "per_member": "1", "with_points": "on", "on_cancel": "renew", "is_active": "on",
}  # fmt: skip


def test_a_new_offer(desk: Client, merchant: object) -> None:
    tea = offers.product("tea", "Drinks")
    answer = desk.post("/rewards/coupons/new/", TERMS | {"product_skus": "tea", "categories": [tea.category_id]})
    offer = CouponOffer.objects.get()
    assert answer.url == f"/rewards/coupons/{offer.pk}/"  # type: ignore[attr-defined]
    assert (offer.amount, offer.threshold, offer.on_cancel) == (Decimal(20), Decimal(100), "renew")
    assert (list(offer.products.all()), list(offer.categories.all())) == ([tea], [tea.category])


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": ""}, {"kind": "percent"}, {"kind": "percent", "percent": "101"}, {"kind": "gift"},
        {"kind": "gift", "gift_sku": "none"}, {"product_skus": "none"}, {"name": ""},
        {"first_day": "2026-05-04", "last_day": "2026-05-03"},
    ],
)  # fmt: skip
def test_a_wrong_offer_is_told_and_not_kept(wrong: dict[str, str], desk: Client, merchant: object) -> None:
    assert desk.post("/rewards/coupons/new/", TERMS | wrong).status_code == 422
    assert not CouponOffer.objects.exists()


@pytest.mark.parametrize("said", [{"amount": "3.005"}, {"threshold": "99.999"}, {"at_most": "0.0001"}])
def test_an_amount_below_the_smallest_coin_is_told_and_not_kept(
    said: dict[str, str], desk: Client, merchant: object
) -> None:
    answer = desk.post("/rewards/coupons/new/", TERMS | said, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "Amounts in CNY have at most 2 decimals." in answer.content.decode()
    assert not CouponOffer.objects.exists()


def test_a_currency_without_coins_has_no_decimals(desk: Client, merchant: Merchant) -> None:
    Merchant.objects.update(currency="JPY")
    answer = desk.post("/rewards/coupons/new/", TERMS | {"amount": "20.5"}, headers={"accept-language": "en"})
    assert "Amounts in JPY have no decimals." in answer.content.decode()
    assert desk.post("/rewards/coupons/new/", TERMS).status_code == 302


def test_what_was_promised_cannot_be_changed_but_the_rest_can(desk: Client, merchant: object) -> None:
    offer = offers.offer(stock=5)
    coupons.issue_codes(offer, 3, by=BY)
    url = f"/rewards/coupons/{offer.pk}/edit/"
    assert desk.post(url, TERMS | {"stock": "2"}).status_code == 422
    assert desk.post(url, TERMS | {"amount": "1", "stock": "9"}).status_code == 302
    offer.refresh_from_db()
    assert (offer.amount, offer.threshold, offer.stock, offer.issued) == (Decimal(20), Decimal(0), 9, 3)


def test_the_list_says_what_became_of_them_and_the_file_says_the_same(
    desk: Client, stores: tuple[Store, Store], merchant: object
) -> None:
    offer = offers.offer(per_member=None, stock=10)
    one = member("M1")
    coupon = coupons.issue(offer, one, "1", reason="hand", by=BY)
    coupons.issue(offer, one, "2", reason="hand", by=BY)
    coupons.use(offers.order("O1", stores[0], one, (None, "100")), [coupon], by=BY)
    page = text(desk, "/rewards/coupons/")
    assert "1 offer runs today" in page
    assert "Of 2 coupons 1 were used (50.0%)" in page
    assert [row[3:] for row in rows(desk, "/rewards/coupons/coupons.csv")] == [["2", "8", "1", "0.5", "0", "20.00"]]
    assert coupon.code in text(desk, f"/rewards/coupons/{offer.pk}/?state=used")
    assert {row[0] for row in rows(desk, f"/rewards/coupons/{offer.pk}/codes.csv")} == set(
        Coupon.objects.values_list("code", flat=True)
    )


def test_one_member_gets_one_however_often_the_form_is_sent(desk: Client, merchant: object) -> None:
    offer = offers.offer(per_member=None)
    one = member("M1")
    sent = {"who": one.number, "key": "1b4e28ba-2fa1-11d2-883f-0016d3cca427"}
    for _time in range(2):
        assert desk.post(f"/rewards/coupons/{offer.pk}/issue/", sent).status_code == 302
    assert list(Coupon.objects.values_list("member", flat=True)) == [one.pk]
    assert desk.post(f"/rewards/coupons/{offer.pk}/issue/", sent | {"who": "nobody"}).status_code == 422


def test_a_segment_gets_one_each_as_long_as_there_are_some(
    desk: Client, merchant: object, work_off: Callable[[], int]
) -> None:
    offer, segment = offers.offer(stock=3), Segment.objects.create(name="S", kind="snapshot")
    for number in range(5):
        SegmentMember.objects.create(segment=segment, member=member(f"M{number}"))
    for _time in range(2):
        answer = desk.post(f"/rewards/coupons/{offer.pk}/issue-segment/", {"segment": segment.pk})
        assert answer.status_code == 302
        work_off()
    assert Coupon.objects.values("member").distinct().count() == Coupon.objects.count() == 3
    assert desk.post(f"/rewards/coupons/{offer.pk}/issue-segment/", {"segment": "x"}).status_code == 404


def test_codes_for_the_printer_and_one_withdrawn(desk: Client, merchant: object) -> None:
    offer = offers.offer()
    assert desk.post(f"/rewards/coupons/{offer.pk}/codes/", {"count": 4}).status_code == 302
    assert desk.post(f"/rewards/coupons/{offer.pk}/codes/", {"count": 0}).status_code == 422
    coupon = Coupon.objects.latest("pk")
    desk.post(f"/rewards/coupons/withdraw/{coupon.pk}/")
    coupon.refresh_from_db()
    assert (Coupon.objects.count(), coupon.state) == (4, "void")


def test_many_wait_for_a_second_person(desk: Client, merchant: object, settings: object) -> None:
    settings.COUPONS_ISSUE_LIMIT = 2  # type: ignore[attr-defined]
    offer, segment = offers.offer(), Segment.objects.create(name="S", kind="snapshot")
    SegmentMember.objects.bulk_create(SegmentMember(segment=segment, member=member(f"M{n}")) for n in range(3))
    page = f"/rewards/coupons/{offer.pk}/"
    assert "2 more coupons of this offer can be given out today" in text(desk, page)
    for url, sent in ((f"{page}codes/", {"count": 3}), (f"{page}issue-segment/", {"segment": segment.pk})):
        asked = desk.post(url, sent)
        assert "to everybody in “S”" in text(desk, asked.url) or "Make 3 codes" in text(desk, asked.url)  # type: ignore[attr-defined]
    assert desk.post(f"{page}issue-segment/", {"segment": segment.pk}).url == page  # type: ignore[attr-defined]
    assert not Coupon.objects.exists()
