"""A small demo shop with a sign-in per role and an import at every step, for tests that only look."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analytics.services.publish import publish
from loyalty_site.demo.generate import Wish
from loyalty_site.services import demo
from members.lib import clock
from members.lib.actor import Actor, system
from members.lib.registry import webhook_events
from members.lib.roles import Role
from members.models import (
    ImportBatch,
    Job,
    Member,
    Order,
    PrivacyRequest,
    ShopDelivery,
    Store,
    User,
    WebhookMessage,
)
from members.queries.actors import actor_for
from members.services import (
    approvals,
    imports,
    invitations,
    jobs,
    member_requests,
    passwords,
    private_exports,
    segments,
    staff,
    tags,
    views,
)
from members.services.imports import decide, discard, presets, undo
from members.services.shops import connections
from members.services.webhooks import subscriptions
from rewards.models import CouponOffer
from rewards.services import ledger, own_pages
from surveys.models import Action, Case, FollowUp, Survey
from surveys.services import links

END = dt.date(2026, 11, 21)
SCALE = 0.05
BY = system("test")
GOOD = "订单号,会员号,下单时间,金额,门店,渠道\n" + "".join(
    f"T{n:04d},M{n % 7:03d},2026-11-{n % 20 + 1:02d} 10:00,{n}.50,徐汇店,小程序\n" for n in range(1, 60)
)
BAD_ROWS = "T9001,M001,昨天,12.00,徐汇店,小程序\nT9002,M001,2026-11-02 10:00,十二,徐汇店,小程序\n"
MENDABLE = "T9003,M001,2026-11-02 10:00,8.00,徐家汇,小程序\nT9004,M001,2026-11-02 10:00,-8.00,徐汇店,小程序\n"
TORN = "订单号,会员号,手机号,下单时间,金额,门店\n" + "".join(
    f"T7{n:02d},{who},{phone},2026-11-02 10:00,18.00,徐汇店\n"
    for n, (who, phone) in enumerate([("M501", ""), ("", "13800139999"), ("M501", "13800139999")])
)
UNDONE = "订单号,会员号,下单时间,金额,门店\nT6001,M601,2026-11-02 10:00,18.00,徐汇店\n"


@dataclass(frozen=True)
class Shop:
    """Who works there, and the addresses of what tests open."""

    users: dict[str, User]
    member: str
    excluded: str
    order: str
    pair: str
    person: str  # where the rights of the member are
    segment: int
    offer: int  # of coupons, some of which are out
    survey: int
    code: str  # of a store, to answer by
    complaints: str  # the same, to complain by
    case: str  # still to be worked
    call: int
    action: int  # in effect
    imports: dict[str, str]
    invitation: str
    new_password: str
    hooks: dict[str, str]
    approvals: dict[str, str]
    own_member: Member  # of the manager, with a phone
    own_page: str  # of a member with points


def open_demo() -> Shop:
    """Fill the empty test database."""
    demo.open_shop(wish=Wish(end=END, scale=SCALE), by=BY)
    store = Store.objects.order_by("code")[:1]
    users = {
        role.value: staff.create(
            username=role.value,
            password="pw-for-tests",
            display_name={"admin": "王建国", "manager": "李敏"}.get(role.value, "周晓雯"),
            role=role,
            stores=store if role in {Role.MANAGER, Role.CLERK} else (),
            by=BY,
        )
        for role in Role
    }
    buyer = Order.objects.exclude(member=None).order_by("id")[100]
    other = Order.objects.exclude(member=None).exclude(member=buyer.member).order_by("id")[0].member
    excluded = Member.objects.filter(exclusions__isnull=False).order_by("id")[0]
    return Shop(
        users=users,
        member=f"/members/{buyer.member.number}/",
        person=f"/members/id/{buyer.member.pk}/",
        excluded=f"/members/{excluded.number}/",
        order=f"/members/orders/{buyer.pk}/",
        pair=f"/members/quality/compare/{buyer.member.pk}/{other.pk}/",
        segment=_keep_segments(actor_for(users["admin"])),
        survey=Survey.objects.earliest("pk").pk,
        complaints=links.hang_out_for_complaints(Store.objects.earliest("pk"), by=BY).token,
        code=links.hang_out(Survey.objects.earliest("pk"), Store.objects.earliest("pk"), by=BY).token,
        case=Case.objects.exclude(state="closed").earliest("pk").number,
        action=Action.objects.earliest("pk").pk,
        call=FollowUp.objects.earliest("pk").pk,
        offer=CouponOffer.objects.filter(issued__gt=0).order_by("pk")[0].pk,
        imports=dict(_imports(actor_for(users["admin"]))),
        invitation=_invite(actor_for(users["manager"]), store),
        new_password=_forget(),
        hooks=_hooks(actor_for(users["admin"]), store[0], buyer.member),
        approvals=_ask(users, store),
        own_member=Member.objects.filter(home_store__in=store, merged_into=None, identifiers__kind="phone")[0],
        own_page=_give_points(buyer, excluded),
    )


def _give_points(order: Order, other: Member) -> str:
    """Points that an order earned, some of them spent, on the page of its buyer; the link of somebody's own page."""
    today = clock.local_date(clock.now(), "Asia/Shanghai")
    for member, sold in ((order.member, order), (other, None)):
        deed = ledger.Deed(key=f"look-{member.pk}", by=BY, happened_at=clock.now(), order=sold)
        term = ledger.Term(expires_on=today + dt.timedelta(days=5), zone="Asia/Shanghai")
        ledger.earn(member=member, points=137, deed=deed, term=term)
        spent = ledger.Deed(key=f"look-{member.pk}-spent", by=BY, happened_at=clock.now())
        ledger.redeem(member=member, points=37, deed=spent)
    publish()
    return f"/m/{own_pages.make(member=other, by=BY)}/"


def _invite(by: Actor, stores: Iterable[Store]) -> str:
    """The link of somebody who is invited."""
    _one, secret = invitations.invite(
        name="林小雨", email="lin@example.com", role=Role.CLERK, stores=list(stores), by=by
    )
    return f"/invitation/{secret}/"


def _ask(users: dict[str, User], store: Iterable[Store]) -> dict[str, str]:
    """A request that waits and one that was declined, of the manager; and a file of each state for who administers."""
    manager, admin = actor_for(users["manager"]), actor_for(users["admin"])
    first, second = Member.objects.filter(home_store__in=store, merged_into=None).order_by("pk")[:2]
    open_one = member_requests.ask(
        member_requests.ERASE, first, ground="asked", reason="客人发邮件要求删除，已核对会员卡。", by=manager
    )
    declined = member_requests.ask(
        member_requests.HAND_OVER, second, ground="asked", reason="客人到店要求导出资料。", by=manager
    )
    approvals.decline(declined, note="请先核对身份。", by=admin)
    private_exports.ask_all_data(first, by=admin)
    for number in range(2):
        private_exports.ask("members", {"sort": ["-net"]}, rows=100, by=admin)
        if not number:
            work_off(private_exports.JOB)
    return {"open": f"/approvals/{open_one.pk}/", "declined": f"/approvals/{declined.pk}/"}


def _forget() -> str:
    """The link of somebody who has forgotten the password, and does not sign in meanwhile."""
    user = staff.create(username="forgetful", password="x", display_name="何静", role=Role.ANALYST, by=BY)
    link = passwords.reset_link(user)
    return f"/password/new/{link.uidb64}/{link.token}/"


def _hooks(by: Actor, store: Store, member: Member) -> dict[str, str]:
    """A connected shop with an event of each outcome, two without, and a webhook with a message of each state."""
    shop = connections.create(kind="shopify", name="官网商城", store=store, source="web", secret="x" * 20, by=by)
    quiet = connections.create(kind="woocommerce", name="礼品店", store=store, source="gifts", secret="x" * 20, by=by)
    ended = connections.create(kind="shopify", name="旧网店", store=store, source="old", secret="x" * 20, by=by)
    connections.deactivate(ended, by=by)
    connections.replace_secret(shop, "y" * 20, by=by)
    told = [("done", "new", []), ("done", "refunded", []), ("done", "older", []), ("done", "awaited", []),
            ("ignored", "other_topic", []), ("refused", "unreadable", [["unreadable", "updated_at", {}]]),
            ("refused", "refused", [["unknown_order", "order_no", {"order": "#1001"}]]), ("failed", "3FA2B1", []),
            ("done", "asked", [])]  # fmt: skip
    for place, (state, outcome, problems) in enumerate(told):
        ShopDelivery.objects.create(
            connection=shop, key=str(place), topic="orders/updated", state=state, outcome=outcome, problems=problems,
            number="9" * 120 if outcome == "new" else "#1001",
            body=b"{}" if state in {"refused", "failed"} else b"", worked_at=clock.now(),
        )  # fmt: skip
    PrivacyRequest.objects.create(kind="erase", connection=shop, member=member)
    url = "https://crm.example.com/hooks/loyalty"
    webhook, _secret = subscriptions.create(name="客服系统", url=url, events=list(webhook_events), by=by)
    soon = clock.now() + dt.timedelta(minutes=15)
    for state, error, answered, next_at in [
        ("sent", "", 200, None), ("failed", "bad_status", 503, None), ("waiting", "no_answer", None, soon),
    ]:  # fmt: skip
        WebhookMessage.objects.create(
            webhook=webhook, event="orders.recorded", state=state, error=error, answered=answered, next_at=next_at,
            attempts=2, tried_at=clock.now(),
        )  # fmt: skip
    pages = {"connection": shop, "quiet": quiet, "ended": ended}
    found = {name: f"/members/connections/{each.pk}/" for name, each in pages.items()}
    return found | {"webhook": f"/members/webhooks/{webhook.pk}/"}


def _keep_segments(by: Actor) -> int:
    """A list kept as its filters and one as its people; the number of the latter."""
    tags.add(name="重点", member_ids=list(Member.objects.order_by("pk").values_list("pk", flat=True)[:20]), by=by)
    views.save("消费最多", {"sort": ["-net"], "cols": ["tags,net"]}, is_shared=True, by=by)
    segments.save_filter("缺生日的会员", {"lacks": ["birthday"]}, by=by)
    some = Member.objects.filter(pk__in=Member.objects.order_by("id").values("pk")[:60])
    return segments.save_snapshot("十一月邀约名单", some, {}, by=by).pk


def work_off(*kinds: str) -> None:
    """Do the imports (or jobs of other kinds) that wait, as a worker would; the reports stay as they are."""
    while (
        waiting := Job.objects.filter(state=Job.State.QUEUED, kind__in=kinds or [imports.work.KIND, undo.KIND])
        .order_by("id")
        .first()
    ):
        jobs.run(waiting.pk)


def _imports(by: Actor) -> Iterator[tuple[str, str]]:
    """An import at each step, by name."""

    settled = _settled(by)
    columns = _receive(by, "十一月订单.csv", GOOD)
    checked = _receive(by, "十一月订单-带错.csv", GOOD + BAD_ROWS)
    refused = _receive(by, "坏文件.csv", "")
    unmatched = _receive(by, "无法辨认.csv", "甲,乙,丙\n1,2,3\n")
    for batch in (checked, refused):
        imports.check(batch, by=by)
    work_off()
    done = _receive(
        by, "已写入.csv", "订单号,会员号,下单时间,金额,门店,渠道\nT8001,M001,2026-11-02 10:00,18.00,徐汇店,小程序\n"
    )
    imports.check(done, by=by)
    work_off()
    done.refresh_from_db()
    imports.start(done, by=by)
    work_off()
    cancelled = _receive(by, "已取消.csv", GOOD)
    imports.check(cancelled, by=by)
    cancelled.refresh_from_db()
    imports.cancel(cancelled, by=by)
    discarded = _receive(by, "已作废.csv", GOOD)
    discard.discard(discarded, by=by)
    running = _receive(by, "正在检查.csv", GOOD)
    imports.check(running, by=by)
    steps = {
        "columns": columns, "checked": checked, "refused": refused, "unmatched": unmatched, "done": done,
        "cancelled": cancelled, "running": running,
        "discarded": discarded,
    }  # fmt: skip
    for name, batch in {**steps, **settled}.items():
        yield name, f"/members/imports/{batch.pk}/"


def _settled(by: Actor) -> dict[str, ImportBatch]:
    """Imports about which something was decided; one leaves a conflict, and one way of reading is kept."""
    decided = _receive(by, "已决定.csv", GOOD + BAD_ROWS + MENDABLE)
    imports.check(decided, by=by)
    work_off()
    decide.settle(_fresh(decided), "amount", "not_a_number", "zero", by=by)
    work_off()
    presets.save(_fresh(decided), "门店周报", by=by)
    torn = _receive(by, "撞号.csv", TORN)
    imports.start(torn, by=by)
    undone = _receive(by, "已撤销.csv", UNDONE)
    imports.start(undone, by=by)
    work_off()
    undo.start(_fresh(undone), by=by)
    work_off()
    return {"decided": decided, "undone": undone}


def _receive(by: Actor, name: str, text: str) -> ImportBatch:
    return imports.receive(name=name, content=[text.encode()], chosen=imports.Options(), by=by)


def _fresh(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.get(pk=batch.pk)
