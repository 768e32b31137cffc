"""A shop of two stores in which everything of the second one carries a word that must never reach the first."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from analytics.models import ReportMail
from analytics.services.publish import publish
from conftest import People
from loyalty_site.tests import sentinel_surveys
from members.lib import clock
from members.lib.actor import system
from members.models import (
    Approval,
    AuditEntry,
    Category,
    Channel,
    Consent,
    Exclusion,
    Export,
    Identifier,
    IdentityConflict,
    ImportBatch,
    ImportPreset,
    InsightMark,
    Invitation,
    Job,
    Member,
    MemberEdit,
    MemberMerge,
    MemberTag,
    Merchant,
    Order,
    OrderLine,
    Payment,
    PrivacyRequest,
    Product,
    Refund,
    Segment,
    SegmentMember,
    ShopConnection,
    ShopDelivery,
    StaffSession,
    Store,
    Target,
    Touched,
    User,
    Webhook,
    WebhookMessage,
)  # fmt: skip
from members.services import audit, merges, private_files, tags, views
from members.tests import bearer
from rewards.models import (
    Adjustment,
    Benefit,
    BenefitUse,
    CouponOffer,
    Earning,
    Gift,
    Lot,
    MemberCard,
    OwnPageLink,
    PointsFile,
    PointsRules,
    RefundTaken,
    Tier,
    TierCondition,
    TierRules,
    TierStay,
    TillRequest,
)
from rewards.services import coupons, gifts, ledger, own_pages
from surveys.models import Survey

NAME, NUMBER, ORDER, REFUND, TAIL = "Zsentinelname", "ZSENTINELNO", "ZSENTINELORDER", "ZSENTINELREFUND", "7391"
DAY = dt.date(2026, 5, 4)
SALES = b"order_no,ordered_at,member_no,amount,store\nF1,2026-05-04 10:00,M1,10.00,S1\n"


@dataclass
class Shop:
    """`own` and `foreign`: what the parameters of an address stand for, in the first and the second store."""

    own: dict[str, Any] = field(default_factory=dict)
    foreign: dict[str, Any] = field(default_factory=dict)
    tail_of_foreign_phone: str = TAIL

    @classmethod
    def open(cls, people: People, importer: Client) -> "Shop":
        here, there = Store.objects.order_by("code")
        channel = Channel.objects.create(code="till", name="Till")
        product = Product.objects.create(sku="T1", name="Tea", category=Category.objects.create(name="Teas"))
        shop = cls(
            own=_store(here, channel, product, ("Wang", "M1", "O1", "R1", "1111")),
            foreign=_store(there, channel, product, (NAME, NUMBER, ORDER, REFUND, TAIL)),
        )
        _keep_segments(shop, people)
        _hire(shop, people)
        _ask(shop, people)
        shop.own |= _of_lists()
        importer.post("/members/imports/new/", {"file": SimpleUploadedFile("sales.csv", SALES)})
        batch = ImportBatch.objects.latest("pk")
        job = Job.objects.create(kind="test")
        audit.record(by=system("test"), verb="test", subject_type="test")
        shop.own |= {
            "batch": batch.pk, "importbatch": batch.pk, "job": job.pk, "auditentry": AuditEntry.objects.latest("pk").pk,
            "user": people.clerk.pk, "merchant": Merchant.objects.get().pk, "channel": channel.pk, "store": here.pk,
            "product": product.pk, "category": product.category_id, "app": "members", "one": 1, "kind": "orders",
            "report": "kpi", "reportmail": _mail(people),
            **_of_hooks(here),
            "tillrequest": _asked_by_till(),
            **sentinel_surveys.of_all(), "question_code": "easy", "question_kind": "text", "way": "up",
            "no_question": "none", "other_survey": Survey.objects.create(name="Other", title_zh="x", title_en="x").pk,
            **_of_tiers(Member.objects.get(pk=shop.own["member"])),
            "apitoken": bearer.issue(name="sentinel")[0].pk, **_of_imports(batch),
        }  # fmt: skip
        publish()
        return shop

    def drills(self, subject: str) -> list[str]:
        """Links to the people, or the orders, behind numbers of both stores."""
        groups = {"members": ["active", "new"], "orders": ["orders"]}[subject]
        links = [f"?from=kpi&cell=2026-05&set={group}&by=month&range=2026-05-01..2026-05-31" for group in groups]
        if subject == "members":
            links.append("?from=retention&cell=2026-05:1&set=lost&by=month")
        return [more for link in links for more in (link, f"{link}&store=S2")]

    @staticmethod
    def leaks(path: str, answer: Any) -> list[str]:
        """The sentinels an answer holds, except those the reader wrote into the address."""
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode(errors="replace")
        return [word for word in (NAME, NUMBER, ORDER, REFUND, "138****" + TAIL) if word in text and word not in path]


def _of_tiers(member: Member) -> dict[str, Any]:
    """A programme of two tiers, still a draft, with somebody who was in one and had a benefit of it."""
    now = clock.now()
    Tier.objects.create(code="ordinary", name="Ordinary", rank=0)
    tier = Tier.objects.create(code="silver", name="Silver", rank=1)
    rules = TierRules.objects.create()
    TierCondition.objects.create(rules=rules, tier=tier, spend=100)
    stay = TierStay.objects.create(member=member, tier=tier, reason="raised", starts_on=DAY, recorded_at=now)
    benefit = Benefit.objects.create(tier=tier, kind="gift", name="Cup")
    use = BenefitUse.objects.create(benefit=benefit, member=member, key="1", used_at=now, business_date=DAY)
    return {
        "tier": tier.pk, "tierrules": rules.pk, "tierstay": stay.pk, "benefit": benefit.pk, "benefituse": use.pk,
    }  # fmt: skip


def _asked_by_till() -> int:
    return TillRequest.objects.create(principal="token:1", key="1", asked=b"1", lease_until=clock.now()).pk


def _of_hooks(store: Store) -> dict[str, Any]:
    """A connected shop with an event that was not taken, and a webhook with a message that nobody took."""
    shop = ShopConnection.objects.create(kind="shopify", name="Shop", store=store, source="shopify", secret="x" * 20)
    event = ShopDelivery.objects.create(connection=shop, key="1", topic="orders/create", state="refused", body=b"{}")
    asked = PrivacyRequest.objects.create(kind="erase", connection=shop, member=Member.objects.earliest("pk"))
    webhook = Webhook.objects.create(name="Other", url="https://example.com/", events=[], secret="x")
    message = WebhookMessage.objects.create(webhook=webhook, event="test", state="failed", next_at=None)
    return {
        "shop": "shopify", "shopconnection": shop.pk, "shopdelivery": event.pk, "privacyrequest": asked.pk,
        "webhook": webhook.pk, "webhookmessage": message.pk,
    }  # fmt: skip


def _hire(shop: Shop, people: People) -> None:
    """A clerk and an invited one in each store, signed in on some day."""
    for place, store in zip((shop.own, shop.foreign), Store.objects.order_by("code"), strict=True):
        name = "Clerk" if place is shop.own else NAME
        clerk = User.objects.create(username=f"{name}-clerk", display_name=name, role="clerk")
        invitation = Invitation.objects.create(
            name=name, role="clerk", token_hash=name, expires_at=clock.now() + dt.timedelta(days=7)
        )
        clerk.stores.set([store])
        invitation.stores.set([store])
        session = StaffSession.objects.create(user=clerk, agent="Firefox/1")
        place |= {"person": clerk.pk, "invitation": invitation.pk, "staffsession": session.pk}


def _ask(shop: Shop, people: People) -> None:
    """A request of the manager of each store about its member; the file of a stranger."""
    for place, manager in ((shop.own, people.manager), (shop.foreign, people.stranger)):
        approval = Approval.objects.create(
            kind="hand_over_data", member_id=place["member"], payload={"ground": "asked"}, asked_by=manager,
            reason=NAME if place is shop.foreign else "", expires_at=clock.now() + dt.timedelta(days=7),
        )  # fmt: skip
        approval.stores.set(manager.stores.all())
        place["approval"] = approval.pk
        place.update(_by_hand(place["member"], manager, NAME if place is shop.foreign else ""))
    now = clock.now()
    export = Export.objects.create(
        number=1, owner=people.stranger, kind="members", language="en", ready_at=now, file="1.csv",
        expires_at=now + dt.timedelta(days=1),
    )  # fmt: skip
    shop.own |= {"export": export.pk, "export_number": 1, "export_key": private_files.link_key(export)}


def _by_hand(member: int, manager: User, words: str) -> dict[str, Any]:
    """A file of points that a manager brought, with a row that names somebody; a card that was revoked."""
    file = PointsFile.objects.create(kind="adjust", file_name=f"{words}.csv", state="done", rows=1, created_by=manager)
    line = Adjustment.objects.create(
        member_id=member, points=1, reason="other", note=words, key=f"k{member}", file=file, row=1, created_by=manager
    )
    card = MemberCard.objects.create(member_id=member, revoked=1)
    return {"pointsfile": file.pk, "adjustment": line.pk, "membercard": card.pk}


def _of_lists() -> dict[str, Any]:
    """A view, and a tag on everybody in both stores."""
    by = system("test")
    view = views.save("By value", {"sort": ["-net"]}, is_shared=True, by=by)
    tags.add(name="VIP", member_ids=list(Member.objects.values_list("pk", flat=True)), by=by)
    worn = MemberTag.objects.latest("pk")
    return {"savedview": view.pk, "tag": worn.tag_id, "membertag": worn.pk}


def _keep_segments(shop: Shop, people: People) -> None:
    """One that the manager of the first store saved, and one of head office; everybody is in both."""
    for place, owner in ((shop.own, people.manager), (shop.foreign, people.marketer)):
        segment = Segment.objects.create(name=f"By {owner.username}", kind="snapshot", user_id=owner.pk)
        SegmentMember.objects.bulk_create(
            SegmentMember(segment=segment, member_id=pk) for pk in (shop.own["member"], shop.foreign["member"])
        )
        place["segment"] = segment.pk


def _mail(people: People) -> int:
    """A weekly mail between administrators."""
    return ReportMail.objects.create(
        report="kpi", recipient=people.admin, created_by=people.admin, weekday=0, hour=8, next_at=clock.now()
    ).pk


def _of_imports(batch: ImportBatch) -> dict[str, Any]:
    """What else an import leaves behind: rows of the admin that no page of a store names."""
    one, other = (Member.objects.create(number=number) for number in ("X1", "X2"))
    edit = MemberEdit.objects.create(batch=batch, member=one, field="name", after="X")
    conflict = IdentityConflict.objects.create(batch=batch, row=1, first=one, second=other)
    preset = ImportPreset.objects.create(name="till")
    target = Target.objects.create(metric="sales", period="month", value=1, valid_from=DAY)
    mark = InsightMark.objects.create(user=User.objects.earliest("pk"), key="change", shown_on=DAY)
    return {
        "memberedit": edit.pk, "identityconflict": conflict.pk, "importpreset": preset.pk, "target": target.pk,
        "insightmark": mark.pk,
    }  # fmt: skip


def _store(store: Store, channel: Channel, product: Product, words: tuple[str, str, str, str, str]) -> dict[str, Any]:
    """One member with phone, exclusion, order and refund in a store."""
    name, number, order_number, refund_number, tail = words
    at = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
    member = Member.objects.create(number=number, name=name, home_store=store, joined_on=DAY)
    phone = Identifier.objects.create(member=member, kind="phone", value=f"+861381234{tail}")
    exclusion = Exclusion.objects.create(member=member, reason="staff", from_date="2020-01-01", to_date="2020-01-31")
    consent = Consent.objects.create(
        member=member, purpose="marketing", given=True, happened_on=DAY, source="form", wording=name
    )
    common = {"store": store, "channel": channel, "source": "till", "member": member, "business_date": DAY}
    other = Member.objects.create(number=f"{number}-2", name=name, home_store=store)
    merges.merge(member=other, into=member, by=system("test"))
    merge = MemberMerge.objects.get(member=other)
    order = Order.objects.create(
        number=order_number, ordered_at=at, total=Decimal(10), gross=Decimal(10), content_hash=b"1", **common
    )
    OrderLine.objects.create(order=order, product=product, quantity=1, amount=Decimal(10))
    Payment.objects.create(order=order, amount=Decimal(10))
    refund = Refund.objects.create(
        number=refund_number, order=order, refunded_at=at, amount=Decimal(1), content_hash=b"1", **common
    )
    Touched.objects.create(kind="order", key=order.pk)
    Touched.objects.create(kind="refund", key=refund.pk)
    return {
        "member": member.pk, "number": member.number, "order": order.pk, "refund": refund.pk,
        "consent": consent.pk, "exclusion": exclusion.pk, "identifier": phone.pk, "merge": merge.pk,
        "membermerge": merge.pk, **_points(member, order), **sentinel_surveys.of_store(member, order, name),
    }  # fmt: skip


def _points(member: Member, order: Order) -> dict[str, Any]:
    """Points for an order, which the ledger names."""
    deed = ledger.Deed(f"order-{order.pk}", system("test"), order.ordered_at, order, "purchase")
    entry = ledger.earn(member=member, points=10, deed=deed, term=ledger.Term()).entry
    own_pages.make(member=member, by=system("test"))
    looked = {"considered_at": order.ordered_at}
    earning = Earning.objects.create(order=order, entry=entry, points=10, kept=10, **looked)
    taken = RefundTaken.objects.create(refund=order.refunds.get(), **looked)
    return {
        "earning": earning.pk, "refundtaken": taken.pk, "pointsrules": PointsRules.objects.create().pk,
        "account": entry.account_id, "entry": entry.pk, "lot": Lot.objects.get(entry=entry).pk,
        "ownpagelink": OwnPageLink.objects.get(member=member).pk, **_gifts(member, order.store),
    }  # fmt: skip


def _gifts(member: Member, store: Store) -> dict[str, Any]:
    """An offer whose coupon the member has, and a gift that waits in the store."""
    by = system("test")
    offer = CouponOffer.objects.create(name=f"Ten off {store.pk}", kind="amount", amount=Decimal(10))
    coupon = coupons.issue(offer, member, f"sentinel-{member.pk}", reason="hand", by=by)
    gift = Gift.objects.create(name=f"Mug {store.pk}", points=1)
    claim = gifts.claim(gift, member, store, f"sentinel-{member.pk}", by=by)
    return {"couponoffer": offer.pk, "coupon": coupon.pk, "gift": gift.pk, "giftclaim": claim.pk}
