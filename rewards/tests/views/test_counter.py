"""The counter: found by what they show, enrolled, sold to, given back to; each deed once, and only as it was seen."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.test import Client

from members.lib import clock
from members.models import Consent, Identifier, Member, Order, Refund
from rewards.models import CouponOffer, Gift, GiftClaim, PointsRules
from rewards.queries import cards
from rewards.services import coupons, ledger
from rewards.tests import shop

COUNTER = "/rewards/counter/"
PHONE = "13800138000"


@pytest.fixture
def wang(merchant, stores) -> Member:
    """Of the other store, with 1,000 points; 100 points pay one yuan, and each yuan earns one."""
    PointsRules.objects.create(
        first_day=dt.date(2020, 1, 1), points=1, per=1, cash_points=100, cash_amount=1, published_at=clock.now()
    )
    one = Member.objects.create(number="M1", name="Wang", home_store=stores[1])
    Identifier.objects.create(member=one, kind="phone", value=f"+86{PHONE}")
    ledger.earn(member=one, points=1000, deed=shop.deed("opening"), term=shop.lasting(300))
    return one


@pytest.fixture
def clerk(people, signed_in) -> Client:
    return signed_in(people.clerk)


def served(client: Client, shown: str = PHONE) -> str:
    """The address of the member who was found."""
    answer = client.post(COUNTER, {"identifier": shown})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def sale(amount: str = "100", **said: object) -> dict[str, object]:
    return {"amount": amount, "store": "S1", "key": str(uuid.uuid4())} | said


def sealed(answer) -> str:
    return re.search(r'name="sealed" value="([^"]+)"', answer.content.decode())[1]


def sold(client: Client, here: str, **said: object) -> Order:
    seen = client.post(f"{here}quote/", sale(**said))
    assert seen.status_code == 200, seen.context["form"].errors
    done = client.post(f"{here}sell/", {"sealed": sealed(seen)})
    return Order.objects.get(pk=done.headers["Location"].strip("/").split("/")[-1])


# --- find and enrol ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", [PHONE, "M1", "m1 ", "+86 138 0013 8000", "１３８００１３８０００"])
def test_a_member_of_any_store_is_found_by_exactly_what_they_show(wang, clerk, shown) -> None:
    page = clerk.get(served(clerk, shown))
    assert page.context["member"] == wang
    assert "Wang" not in page.content.decode()


def test_a_scanned_card_is_found(wang, clerk) -> None:
    assert clerk.get(served(clerk, cards.card_code(wang))).context["member"] == wang


@pytest.mark.parametrize("shown", ["1380013800", "138", "M", "W", "Wang", "%", "HT" + "A" * 24])
def test_a_part_of_it_finds_nobody_and_offers_to_enrol(wang, clerk, shown) -> None:
    answer = clerk.post(COUNTER, {"identifier": shown})
    assert answer.status_code == 200
    assert answer.context["enrol_form"]


def test_who_was_found_by_somebody_else_or_long_ago_is_found_again_first(wang, clerk, people, signed_in) -> None:
    here = served(clerk)
    assert signed_in(people.manager).get(here).headers["Location"] == COUNTER
    assert clerk.get(f"{COUNTER}m/5-1:x:y/").headers["Location"] == COUNTER


def test_a_new_member_is_enrolled_with_what_they_allow(merchant, clerk) -> None:
    said = {"phone": PHONE, "name": "Li", "store": "S1", "consents": ["promotions"]}
    said["consents"] = [Consent.Purpose.values[0]]
    here = clerk.post(f"{COUNTER}enrol/", said).headers["Location"]
    made = Member.objects.get()
    assert (made.name, made.home_store.code) == ("Li", "S1")
    assert Consent.objects.get().source == "counter"
    assert clerk.get(here).status_code == 200


def test_who_is_known_is_served_and_nothing_is_changed(wang, clerk) -> None:
    said = {"phone": PHONE, "name": "Other", "store": "S1", "consents": Consent.Purpose.values}
    here = clerk.post(f"{COUNTER}enrol/", said).headers["Location"]
    assert clerk.get(here).context["member"] == wang
    assert not Consent.objects.exists()


@pytest.mark.parametrize("said", [{}, {"phone": "12"}, {"email": "x"}, {"phone": PHONE, "store": "S2"}, {"name": "\0"}])
def test_nobody_is_enrolled_by_nonsense(merchant, clerk, said) -> None:
    assert clerk.post(f"{COUNTER}enrol/", {"store": "S1"} | said).status_code == 422
    assert not Member.objects.exists()


# --- sell ----------------------------------------------------------------------------------------------------------


def test_a_quote_sells_nothing(wang, clerk) -> None:
    here = served(clerk)
    seen = clerk.post(f"{here}quote/", sale(points="300"))
    assert (seen.context["sold"].to_pay, seen.context["sold"].earned) == (Decimal(97), 97)
    assert not Order.objects.exists()
    assert shop.figures(wang) == (1000, 0, 0)


def test_change_it_brings_the_form_back_as_it_was_typed(wang, clerk) -> None:
    here = served(clerk)
    seen = clerk.post(f"{here}quote/", sale("88", points="100"))
    back = clerk.post(f"{here}quote/", {**dict(seen.context["typed"]), "change": "1"})
    assert back.status_code == 200
    form = back.context["form"]
    assert (form["amount"].value(), form["points"].value()) == ("88", "100")
    assert not Order.objects.exists()


def test_it_is_sold_once_however_often_it_is_confirmed(wang, clerk) -> None:
    here = served(clerk)
    confirm = {"sealed": sealed(clerk.post(f"{here}quote/", sale(points="300")))}
    first, again = (clerk.post(f"{here}sell/", confirm).headers["Location"] for _n in range(2))
    assert first == again
    assert Order.objects.count() == 1
    assert shop.figures(wang) == (797, 0, 0)
    assert clerk.get(first).context["receipt"].kept == 97


def test_back_and_confirm_again_with_the_same_form_is_one_sale(wang, clerk) -> None:
    here, form = served(clerk), sale()
    first = clerk.post(f"{here}quote/", form)
    clerk.post(f"{here}sell/", {"sealed": sealed(first)})
    again = clerk.post(f"{here}quote/", form)
    assert again.headers["Location"] == f"{COUNTER}orders/{Order.objects.get().pk}/"
    assert Order.objects.filter(voided_at=None).count() == 1
    assert shop.figures(wang) == (1100, 0, 0)


def test_what_would_come_out_otherwise_is_shown_again_and_not_sold(wang, clerk) -> None:
    offer = CouponOffer.objects.create(name="Ten off", kind="amount", amount=10)
    coupon = coupons.issue(offer, wang, "c", reason="hand", by=shop.BY)
    here = served(clerk)
    confirm = {"sealed": sealed(clerk.post(f"{here}quote/", sale(codes=[coupon.code])))}
    CouponOffer.objects.update(amount=5)
    answer = clerk.post(f"{here}sell/", confirm)
    assert answer.status_code == 409
    assert answer.context["sold"].to_pay == Decimal(95)
    assert not Order.objects.exists()
    clerk.post(f"{here}sell/", {"sealed": sealed(answer)})
    assert Order.objects.get().gross == Decimal(95)


def test_points_spent_meanwhile_are_not_spent_twice(wang, clerk) -> None:
    here = served(clerk)
    confirm = {"sealed": sealed(clerk.post(f"{here}quote/", sale(points="1000")))}
    ledger.redeem(member=wang, points=1, deed=shop.deed("r"))
    assert clerk.post(f"{here}sell/", confirm).headers["Location"] == here
    assert not Order.objects.exists()
    assert shop.figures(wang) == (999, 0, 0)


@pytest.mark.parametrize(
    "amount", ["12.345", "-3", "1E9", "0", "", "ten", "1,5", "$5", "9" * 40, "1 2", "0x1", "\0", "NaN", "#REF!", "=1+1"]
)
def test_an_amount_that_is_none_is_said_at_the_field(wang, clerk, amount) -> None:
    answer = clerk.post(f"{served(clerk)}quote/", sale(amount))
    assert answer.status_code == 422
    assert answer.context["form"].errors["amount"]


@pytest.mark.parametrize(
    ("amount", "total"), [("1,234.5", "1234.5"), ("１２．５", "12.5"), ("¥8", "8"), (" 9.90 ", "9.9"), ("7元", "7")]
)
def test_amounts_are_read_as_people_type_them(wang, clerk, amount, total) -> None:
    seen = clerk.post(f"{served(clerk)}quote/", sale(amount))
    assert seen.context["sold"].to_pay == Decimal(total)


@pytest.mark.parametrize("points", ["1001", "-1", "1.5", "1E2", "150000", "7"])
def test_points_that_cannot_pay_are_refused(wang, clerk, points) -> None:
    answer = clerk.post(f"{served(clerk)}quote/", sale("5000", points=points))
    assert answer.status_code == (200 if points == "7" else 422)


@pytest.mark.parametrize("said", [{"store": "S2"}, {"store": ""}, {"key": "x"}, {"other_code": "NONE"}])
def test_another_store_a_made_up_key_or_coupon_is_refused(wang, clerk, said) -> None:
    answer = clerk.post(f"{served(clerk)}quote/", sale() | said)
    assert answer.status_code == 422


def test_products_are_sold_by_their_codes_and_unknown_ones_are_not_made(wang, clerk) -> None:
    from members.models import Product  # noqa: PLC0415

    Product.objects.create(sku="T1", name="Tea")
    here = served(clerk)
    order = sold(clerk, here, amount="", sku_0="T1", line_0="30", sku_1="T1", line_1="12.5")
    assert order.total == Decimal("42.5")
    answer = clerk.post(f"{here}quote/", sale("", sku_0="T9", line_0="30"))
    assert answer.status_code == 422
    assert Product.objects.count() == 1


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "é"])
def test_a_deed_that_nobody_looked_at_is_not_done(wang, clerk, text) -> None:
    here = served(clerk)
    assert clerk.post(f"{here}sell/", {"sealed": text}).headers["Location"] == here
    assert not Order.objects.exists()


def test_what_a_colleague_looked_at_is_not_sold_by_another(wang, clerk, people, signed_in) -> None:
    confirm = {"sealed": sealed(clerk.post(f"{served(clerk)}quote/", sale()))}
    other = signed_in(people.manager)
    other.post(f"{served(other)}sell/", confirm)
    assert not Order.objects.exists()


def test_what_was_looked_at_for_one_member_is_not_sold_on_the_page_of_another(wang, clerk) -> None:
    Member.objects.create(number="M2", name="Li", home_store=wang.home_store)
    confirm = {"sealed": sealed(clerk.post(f"{served(clerk)}quote/", sale()))}
    theirs = served(clerk, "M2")
    assert clerk.post(f"{theirs}sell/", confirm).headers["Location"] == theirs
    assert not Order.objects.exists()


# --- give back -----------------------------------------------------------------------------------------------------


def look(client: Client, order: Order, deed: str, **said: object):
    return client.post(f"{COUNTER}orders/{order.pk}/look/", {"deed": deed, "key": str(uuid.uuid4())} | said)


def confirm(client: Client, order: Order, seen) -> None:
    for _again in range(2):  # a double click
        client.post(f"{COUNTER}orders/{order.pk}/give-back/", {"sealed": sealed(seen)})


def test_half_the_money_takes_half_the_points_and_returns_half_of_what_paid(wang, clerk) -> None:
    order = sold(clerk, served(clerk), points="300")
    seen = look(clerk, order, "refund", amount="48.5")
    assert (seen.context["back"].taken_back, seen.context["back"].returned) == (49, 150)
    assert not Refund.objects.exists()
    confirm(clerk, order, seen)
    assert Refund.objects.get().amount == Decimal("48.5")
    assert shop.figures(wang) == (797 - 49 + 150, 0, 0)
    shop.assert_right()


@pytest.mark.parametrize("amount", ["97.01", "1000", "-1", "0", "1.234", ""])
def test_no_more_is_given_back_than_was_paid_with_money(wang, clerk, amount) -> None:
    order = sold(clerk, served(clerk), points="300")
    assert look(clerk, order, "refund", amount=amount).status_code == 422
    assert not Refund.objects.exists()


def test_a_purchase_is_undone_as_a_whole(wang, clerk) -> None:
    order = sold(clerk, served(clerk), points="300")
    clerk.cookies["django_language"] = "en"
    confirm(clerk, order, look(clerk, order, "void"))
    page = clerk.get(f"{COUNTER}orders/{order.pk}/").content.decode()
    assert "¥97.00 went back. 97 points it had earned were taken. 300 points that had paid are returned." in page
    assert Order.objects.get(voided_at=None).status == Order.Status.CANCELLED
    assert shop.figures(wang) == (1000, 0, 0)
    page = clerk.get(f"{COUNTER}orders/{order.pk}/")
    assert page.context["receipt"].left == 0


def test_an_exchange_does_both_or_neither(wang, clerk) -> None:
    order = sold(clerk, served(clerk))
    seen = look(clerk, order, "exchange", amount="40", instead="60")
    assert seen.context["due"] == Decimal(20)
    confirm(clerk, order, seen)
    assert shop.figures(wang) == (1000 + 60 + 60, 0, 0)
    assert Order.objects.filter(voided_at=None).count() == 2
    assert look(clerk, order, "exchange", amount="400", instead="60").status_code == 422
    assert Order.objects.filter(voided_at=None).count() == 2


def test_what_was_looked_at_for_one_order_is_not_given_back_at_another(wang, clerk) -> None:
    here = served(clerk)
    one, other = sold(clerk, here), sold(clerk, here)
    seen = look(clerk, one, "refund", amount="40")
    confirm(clerk, other, seen)
    assert not Refund.objects.exists()
    confirm(clerk, one, seen)
    assert Refund.objects.get().order == one


def test_an_order_of_another_store_is_not_found(wang, clerk, people, signed_in) -> None:
    order = sold(clerk, served(clerk))
    stranger = signed_in(people.stranger)
    assert stranger.get(f"{COUNTER}orders/{order.pk}/").status_code == 404
    assert look(stranger, order, "void").status_code == 404
    assert stranger.get(f"{COUNTER}orders/", {"number": order.number}).context["orders"] == []
    assert clerk.get(f"{COUNTER}orders/", {"number": order.number}).status_code == 302


def test_a_guests_order_is_shown_and_given_back_without_points(wang, clerk, stores) -> None:
    from members.tests import counter  # noqa: PLC0415

    order = counter.order("G1", stores[0])
    page = clerk.get(f"{COUNTER}orders/{order.pk}/")
    assert page.status_code == 200
    seen = look(clerk, order, "refund", amount="1")
    assert (seen.context["back"].taken_back, seen.context["back"].has) == (0, None)


def test_a_guest_exchanges_too(merchant, clerk, stores) -> None:
    from members.tests import counter  # noqa: PLC0415

    order = counter.order("G1", stores[0], source="counter")
    assert "Exchange" in clerk.get(f"{COUNTER}orders/{order.pk}/", headers={"accept-language": "en"}).content.decode()
    seen = look(clerk, order, "exchange", amount="4", instead="6")
    assert seen.context["due"] == Decimal(2)
    confirm(clerk, order, seen)
    new = Order.objects.exclude(number="G1").get()
    assert (new.total, new.member, Refund.objects.get().amount) == (Decimal(6), None, Decimal(4))


# --- gifts ---------------------------------------------------------------------------------------------------------


def test_a_gift_is_taken_once_and_handed_over_once(wang, clerk) -> None:
    gift = Gift.objects.create(name="Mug", points=400)
    here, key = served(clerk), str(uuid.uuid4())
    first = clerk.post(f"{here}gifts/{gift.pk}/", {"key": key})
    assert (first.context["has"].available, first.context["after"]) == (1_000, 600)
    assert not GiftClaim.objects.exists()  # one touch takes nothing
    for _again in range(2):
        clerk.post(f"{here}gifts/{gift.pk}/", {"key": key, "sure": "1"})
    claim = GiftClaim.objects.get()
    for _again in range(2):
        clerk.post(f"{here}claims/{claim.pk}/", {})
    claim.refresh_from_db()
    assert (claim.state, shop.figures(wang)) == (GiftClaim.State.DONE, (600, 0, 0))
    assert clerk.post(f"{here}gifts/{gift.pk}/", {"key": "x"}).status_code == 404
