"""Every page, in both languages, on a laptop and a phone: nothing for axe to find, nothing to scroll sideways."""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from loyalty_site.tests.browser.desk import Desk, Faults, draw_all, faults_of_axe, sideways, turn_phone
from loyalty_site.tests.browser.shop import Shop
from members.models import MessageTemplate
from members.queries.actors import actor_for
from rewards.queries import serving

pytestmark = pytest.mark.browser

GUEST = ""
# Words a Chinese page may show: names of things that have no other name.
LATIN = {
    "NPS", "RFM", "CSV", "Excel", "EN", "UTF", "GB", "GBK", "Big", "utf", "gb", "big", "KB", "MB", "Ctrl", "K", "Tab",
    "Asia", "Shanghai", "CNY", "manage", "py", "demo", "generic", "SKU", "n",
    "erased",  # what stands in place of a name in texts that staff typed
    "name", "shop", "link", "out", "text", "case", "test",  # what a template may hold; who wrote a log
    "Wilson", "Fisher", "Greenwood", "Kaplan-Meier", "MOVER", "Newcombe", "artanh", "tanh", "log-log", "k", "p", "d",
    "r", "s", "z",  # of formulas
    "Shopify", "WooCommerce", "Webhook", "JSON", "https", "http", "localhost", "m", "csv", "DESK", "URL",
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """A page: its address, who opens it, the status it answers with, and what the reader does there."""

    url: str | Callable[[Shop], str]
    who: str = "admin"
    status: int = 200
    then: Callable[[Page], object] | None = None


def open_tables(page: Page) -> None:
    """Every table behind a chart."""
    page.evaluate("document.querySelectorAll('details.behind').forEach((each) => { each.open = true; })")


def open_filter(number: int) -> Callable[[Page], None]:
    return lambda page: page.locator(".fbar summary").nth(number).click()


def open_tool(number: int) -> Callable[[Page], None]:
    return lambda page: page.locator(".of-list summary").nth(number).click()


def send(page: Page) -> None:
    """Send the page's form and wait for the page that answers."""
    with page.expect_navigation():
        page.locator("main form button.btn-primary").first.click()


def sign_in_wrongly(page: Page) -> None:
    page.locator("[name=username]").fill("nobody")
    page.locator("[name=password]").fill("wrong")
    send(page)


def lock_out(page: Page) -> None:
    for _attempt in range(8):
        sign_in_wrongly(page)
        if not page.locator("[name=username]").count():
            return


def make_a_link(page: Page) -> None:
    with page.expect_navigation():
        page.locator("form[action$='password-link/'] button").click()


def invite(*, store: bool) -> Callable[[Page], None]:
    """Somebody to one store, or to none, which is refused; the link is shown."""

    def fill(page: Page) -> None:
        page.locator("[name=display_name]").fill("林小雨")
        page.locator("[name=role]").select_option("clerk")
        if store:
            page.locator(".checks input").last.check()
        with page.expect_navigation():
            page.locator("button[value=link]").click()

    return fill


def accept_as_somebody_else(page: Page) -> None:
    page.locator("[name=username]").fill("admin")
    page.locator("[name=password]").fill("three-long-words")
    page.locator("[name=password_again]").fill("three-long-word")
    send(page)


def change_password_wrongly(page: Page) -> None:
    page.locator("[name=old_password]").fill("wrong")
    page.locator("[name=new_password1]").fill("12345678")
    page.locator("[name=new_password2]").fill("12345678")
    with page.expect_navigation():
        page.locator("form[action$='password/'] button").click()


def look_up(text: str) -> Callable[[Page], None]:
    def ask(page: Page) -> None:
        page.locator("main [name=identifier]").fill(text)
        page.locator("main form button").click()
        page.locator("main [role=status]").wait_for()

    return ask


def at_counter(shop: Shop) -> str:
    """The page of a member whom the clerk has just found."""
    ticket = serving.ticket(actor_for(shop.users["clerk"]), shop.own_member)
    return f"/rewards/counter/m/{ticket}/"


def scan(text: str) -> Callable[[Page], None]:
    def ask(page: Page) -> None:
        page.locator("main [name=identifier]").fill(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    return ask


def basket(amount: str) -> Callable[[Page], None]:
    def ask(page: Page) -> None:
        page.locator("[name=amount]").fill(amount)
        with page.expect_navigation():
            page.locator("form[action$='quote/'] .btn-primary").click()

    return ask


def bring_points(page: Page) -> None:
    rows = "会员号,积分,到期日\n没有这个会员,12,\n,5,\n"
    page.locator("[name=file]").set_input_files(
        files=[{"name": "积分.csv", "mimeType": "text/csv", "buffer": rows.encode()}]
    )
    send(page)


def type_into_the_search(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("CSV")
    page.locator("#search-found a").first.wait_for()


def make_token(page: Page) -> None:
    page.locator("[name=name]").fill("收银机 " + str(page.evaluate("document.documentElement.lang.length")))
    page.locator("[value='orders:write']").check()
    page.locator("[name=every_store]").check()
    send(page)
    assert page.locator(".token").inner_text().startswith("loy_")


def show_contact(page: Page) -> None:
    page.locator("details.reveal summary").first.click()
    page.locator("select[name=reason]").first.select_option("order")
    with page.expect_navigation():
        page.locator("form[action$='reveal/'] button").first.click()


def press(selector: str) -> Callable[[Page], None]:
    """Send a form that is refused, or asks for more."""

    def push(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).click()

    return push


def ask_in_few_words(page: Page) -> None:
    page.locator("[name=reason]").fill("不知道")
    page.locator("form").evaluate_all("forms => forms.forEach((form) => { form.noValidate = true; })")
    send(page)


def make_wrong_token(page: Page) -> None:
    page.locator("[name=name]").fill("收银机 9")
    send(page)
    assert page.locator(".errorlist").count() == 2


def send_form(page: Page) -> None:
    """As it is, which the browser itself would not let through."""
    page.evaluate("document.querySelector('main form.form').noValidate = true")
    send(page)
    assert page.locator(".errorlist").count()


def connect_shop(page: Page) -> None:
    page.locator("[name=kind]").select_option("woocommerce")
    mark = str(page.evaluate("document.documentElement.lang.length"))
    page.locator("[name=name]").fill(f"网店 {mark}")
    page.locator("[name=source]").fill(f"web-{mark}")  # one that the shop opened before has not
    send(page)
    assert page.locator(".token").count() == 2


def add_webhook(page: Page) -> None:
    page.locator("[name=name]").fill("仓库 " + str(page.evaluate("document.documentElement.lang.length")))
    page.locator("[name=url]").fill("https://warehouse.example.com/in")
    page.locator("[value='orders.recorded']").check()
    with page.expect_navigation():
        page.locator("main form.form button.btn-primary").click()
    assert page.locator(".token").inner_text().startswith("whsec_")


RETENTION = "/analytics/retention/"
COHORT = "from=retention&by=month&cell=2026-03:1&set=active"
VISITS = {
    "today": Visit("/", then=open_tables),
    "today of a manager": Visit("/", "manager"),
    "today, menu": Visit("/", then=open_filter(0)),
    "today, account": Visit("/", then=lambda page: page.locator("summary.who").click()),
    "points": Visit("/rewards/points/", then=open_tables),
    "points of a member": Visit(lambda shop: f"/rewards/members/{shop.own_member.pk}/points/"),
    "own page, make a link": Visit(lambda shop: f"/rewards/members/{shop.own_member.pk}/own-page/", then=send),
    "own page": Visit(lambda shop: shop.own_page, GUEST),
    "own page that is none": Visit("/m/none/", GUEST, status=404),
    "search": Visit("/search/"),
    "search, found": Visit("/search/?q=会员"),
    "search, below the box": Visit("/search/", then=type_into_the_search),
    "search, nothing": Visit("/search/?q=xyzzy", "analyst"),
    "key figures compared": Visit("/analytics/reports/kpi/?range=30d"),
    "targets": Visit("/members/targets/"),
    "coupons": Visit("/rewards/coupons/"),
    "coupons, an offer": Visit(lambda shop: f"/rewards/coupons/{shop.offer}/"),
    "coupons, an offer that is out": Visit(lambda shop: f"/rewards/coupons/{shop.offer}/edit/"),
    "coupons, a wrong offer": Visit("/rewards/coupons/new/", then=send_form),
    "gifts": Visit("/rewards/gifts/"),
    "gifts, a new one": Visit("/rewards/gifts/new/"),
    "gifts to hand over": Visit("/rewards/claims/?show=all", "clerk"),
    "tiers": Visit("/rewards/tiers/"),
    "rules of points": Visit("/rewards/rules/"),
    "messages": Visit("/members/messages/"),
    "messages that need a word": Visit("/members/messages/?state=open&reason=no_answer"),
    "messages, a template": Visit(lambda shop: f"/members/messages/templates/{MessageTemplate.objects.first().pk}/"),
    "messages, a wrong template": Visit("/members/messages/templates/new/", then=send_form),
    "surveys": Visit("/surveys/"),
    "survey": Visit(lambda shop: f"/surveys/{shop.survey}/"),
    "survey, results": Visit(lambda shop: f"/surveys/{shop.survey}/results/"),
    "survey, a wrong question": Visit(lambda shop: f"/surveys/{shop.survey}/questions/add/single/", then=send_form),
    "survey, how it asks": Visit(lambda shop: f"/surveys/{shop.survey}/settings/"),
    "survey, codes": Visit(lambda shop: f"/surveys/{shop.survey}/links/"),
    "survey, on paper": Visit(lambda shop: f"/surveys/{shop.survey}/paper/", "clerk"),
    "survey, answered": Visit(lambda shop: f"/s/{shop.code}/", GUEST),
    "survey that is over": Visit("/s/none/", GUEST, status=404),
    "complaints": Visit("/surveys/complaints/", "manager"),
    "complaints, codes": Visit("/surveys/complaints/codes/"),
    "complaint, by a customer": Visit(lambda shop: f"/s/complaint/{shop.complaints}/", GUEST),
    "complaint by a code that is none": Visit("/s/complaint/none/", GUEST, status=404),
    "complaints, from a file": Visit("/surveys/complaints/import/", then=send_form),
    "complaint": Visit(lambda shop: f"/surveys/complaints/{shop.case}/"),
    "complaint, a new one": Visit("/surveys/complaints/new/", "clerk", then=send_form),
    "notes": Visit("/surveys/notes/"),
    "notes, a wrong one": Visit("/surveys/notes/new/", then=send_form),
    "improvements": Visit("/surveys/actions/", "manager"),
    "improvement": Visit(lambda shop: f"/surveys/actions/{shop.action}/", then=open_tables),
    "improvement, a wrong one": Visit("/surveys/actions/new/", then=send_form),
    "calls": Visit("/surveys/followups/"),
    "call": Visit(lambda shop: f"/surveys/followups/{shop.call}/"),
    "staff": Visit("/members/staff/"),
    "staff of a manager": Visit("/members/staff/", "manager"),
    "staff, somebody": Visit(lambda shop: f"/members/staff/{shop.users['clerk'].pk}/"),
    "staff, a clerk of a manager": Visit(lambda shop: f"/members/staff/{shop.users['clerk'].pk}/", "manager"),
    "staff, link to a password": Visit(lambda shop: f"/members/staff/{shop.users['clerk'].pk}/", then=make_a_link),
    "staff, invite": Visit("/members/staff/invite/"),
    "staff, invite without a store": Visit("/members/staff/invite/", "manager", then=invite(store=False)),
    "staff, link to hand over": Visit("/members/staff/invite/", then=invite(store=True)),
    "profile": Visit("/profile/"),
    "profile of a clerk, wrong password": Visit("/profile/", "clerk", then=change_password_wrongly),
    "invitation": Visit(lambda shop: shop.invitation, GUEST),
    "invitation, name taken": Visit(lambda shop: shop.invitation, GUEST, then=accept_as_somebody_else),
    "invitation that is none": Visit("/invitation/none/", GUEST, status=404),
    "password forgotten": Visit("/password/forgotten/", GUEST),
    "password asked for": Visit("/password/asked/", GUEST),
    "password, a new one": Visit(lambda shop: shop.new_password, GUEST),
    "API tokens": Visit("/members/tokens/"),
    "API tokens, a new one": Visit("/members/tokens/", then=make_token),
    "API tokens, a wrong one": Visit("/members/tokens/", then=make_wrong_token),
    "shop connections": Visit("/members/connections/"),
    "shop connections, a new one": Visit("/members/connections/", then=connect_shop),
    "shop connections, a wrong one": Visit("/members/connections/", then=send_form),
    "shop connection": Visit(lambda shop: shop.hooks["connection"]),
    "shop connection, nothing came": Visit(lambda shop: shop.hooks["quiet"]),
    "shop connection, deactivated": Visit(lambda shop: shop.hooks["ended"]),
    "shop connection, about to end": Visit(lambda shop: f"{shop.hooks['connection']}deactivate/"),
    "webhooks": Visit("/members/webhooks/"),
    "webhooks, a new one": Visit("/members/webhooks/", then=add_webhook),
    "webhooks, a wrong one": Visit("/members/webhooks/", then=send_form),
    "webhook": Visit(lambda shop: shop.hooks["webhook"]),
    "webhook, about to end": Visit(lambda shop: f"{shop.hooks['webhook']}deactivate/"),
    "own data": Visit("/own-data/"),
    "retention": Visit(RETENTION, then=open_tables),
    "retention, weeks": Visit(f"{RETENTION}?by=week"),
    "retention, people": Visit(f"{RETENTION}?metric=people&range=all"),
    "retention, cell": Visit(f"{RETENTION}?cell=2026-03:2"),
    "retention, dates": Visit(RETENTION, then=open_filter(0)),
    "retention, stores": Visit(RETENTION, then=open_filter(1)),
    "retention of a store": Visit(f"{RETENTION}?store=S12&channel=mini"),
    "retention, stale filters": Visit(f"{RETENTION}?store=S99&channel=X1&range=明天&cell=无"),
    "retention of an analyst": Visit(f"{RETENTION}?store=S12", "analyst"),
    "reports and jobs": Visit("/analytics/reports/"),
    "reports and jobs of an analyst": Visit("/analytics/reports/", "analyst"),
    "background jobs": Visit("/jobs/"),
    "background jobs, none fits": Visit("/jobs/?state=failed&kind=publish", "marketer"),
    "value": Visit("/analytics/value/", then=open_tables),
    "value, in fifths": Visit("/analytics/value/?lookback=all&cuts=quantile"),
    "value of a store": Visit("/analytics/value/?store=S12", "manager"),
    "value, how far back": Visit("/analytics/value/", then=open_filter(0)),
    "value of an analyst": Visit("/analytics/value/?store=S12&channel=mini", "analyst"),
    "report of RFM": Visit("/analytics/reports/rfm/?by=segment8"),
    "report of every member": Visit("/analytics/reports/rfm-members/?page=2"),
    "report of tenths": Visit("/analytics/reports/value-deciles/"),
    "members of a class": Visit("/members/?from=rfm&by=segment8&cell=:::重要价值客户&set=members"),
    "retention, second purchase": Visit(f"{RETENTION}?tab=second", then=open_tables),
    "retention, second purchase of a store": Visit(f"{RETENTION}?tab=second&store=S12&range=30d", "analyst"),
    "retention, rhythm": Visit(f"{RETENTION}?tab=rhythm", then=open_tables),
    "retention, rhythm of an analyst": Visit(f"{RETENTION}?tab=rhythm", "analyst"),
    "report of hours": Visit("/analytics/reports/hour-weekday/"),
    "report of hours of an analyst": Visit("/analytics/reports/hour-weekday/?store=S12&range=30d", "analyst"),
    "report of days": Visit("/analytics/reports/kpi/?range=30d"),
    "report of months": Visit("/analytics/reports/kpi/?by=month"),
    "report of retention": Visit("/analytics/reports/retention/"),
    "report of repeat purchase": Visit("/analytics/reports/repeat-purchase/"),
    **{
        f"report, {slug}": Visit(f"/analytics/reports/{slug}/")
        for slug in (
            "kpi-change",
            "retention-curves",
            "retention-gap",
            "churn-3m",
            "lapsed",
            "second-purchase",
            "repurchase-interval",
        )
    },
    "report of weeks, store by store": Visit("/analytics/reports/kpi/?by=week&group=store&page=2"),
    "report of products": Visit("/analytics/reports/first-to-second-product/?page=2"),
    "report of products of an analyst": Visit("/analytics/reports/first-to-second-product/?store=S12", "analyst"),
    "metric help": Visit("/help/metrics/"),
    "members": Visit("/members/"),
    "members, menu": Visit("/members/", then=open_filter(0)),
    "members, to be kept": Visit("/members/", then=open_tool(0)),
    "members, to be tagged": Visit("/members/", then=open_tool(1)),
    "members, a view": Visit("/members/?sort=-net&cols=tags,net", then=open_tool(2)),
    "members, columns": Visit("/members/?cols=tags,first_store,average,net&sort=-average&tag=重点"),
    "segments": Visit("/members/segments/", then=lambda page: page.locator("details.more summary").first.click()),
    "segments of a manager": Visit("/members/segments/", "manager"),
    "members of a segment": Visit(lambda shop: f"/members/?segment={shop.segment}"),
    "retention of a segment": Visit(lambda shop: f"{RETENTION}?segment={shop.segment}", "analyst"),
    "members, nobody fits": Visit("/members/?q=xyzzy"),
    "members behind a number": Visit(f"/members/?{COHORT}"),
    "members behind a broken link": Visit("/members/?from=retention&cell=无&set=active", status=400),
    "member": Visit(lambda shop: shop.member),
    "member of a list": Visit(
        lambda shop: f"{shop.member}?show=purchases&list=sort%3D-net&at=2&of=9", then=open_tables
    ),
    "member, none of a kind": Visit(lambda shop: f"{shop.member}?show=other"),
    "member, unknown filter": Visit(lambda shop: f"{shop.member}?show=无"),
    "member excluded": Visit(lambda shop: shop.excluded),
    "consent": Visit(lambda shop: f"{shop.person}consent/"),
    "erase a person": Visit(lambda shop: f"{shop.person}erase/", "admin"),
    "member, why a contact": Visit(
        lambda shop: f"/members/{shop.own_member.number}/",
        "manager",
        then=lambda page: page.locator("details.reveal summary").first.click(),
    ),
    "member, a whole contact": Visit(lambda shop: f"/members/{shop.own_member.number}/", "manager", then=show_contact),
    "ask about a member": Visit(lambda shop: f"/members/id/{shop.own_member.pk}/ask/", "manager"),
    "ask about a member, in few words": Visit(
        lambda shop: f"/members/id/{shop.own_member.pk}/ask/", "manager", then=ask_in_few_words
    ),
    "approvals": Visit("/approvals/"),
    "approvals, decided": Visit("/approvals/?tab=decided"),
    "approvals of a manager": Visit("/approvals/", "manager"),
    "approvals, none for a manager": Visit("/approvals/?tab=waiting", "manager"),
    "approval": Visit(lambda shop: shop.approvals["open"]),
    "approval, declined without a word": Visit(lambda shop: shop.approvals["open"], then=press("button[value=no]")),
    "approval, own": Visit(lambda shop: shop.approvals["open"], "manager"),
    "approval, declined": Visit(lambda shop: shop.approvals["declined"], "manager"),
    "exports": Visit("/exports/"),
    "exports, none": Visit("/exports/", "marketer"),
    "export, new": Visit("/exports/new/?of=members&list=sort%3D-net&whole=1"),
    "export, new, without a reason": Visit(
        "/exports/new/?of=members&list=sort%3D-net&whole=1", then=press("main form button.btn-primary")
    ),
    "export, new, of orders": Visit("/exports/new/?of=orders&list=at%3DS99", "manager"),
    "orders": Visit("/members/orders/"),
    "orders behind a number": Visit("/members/orders/?from=kpi&by=month&cell=2026-03&set=orders"),
    "order": Visit(lambda shop: shop.order),
    "counter": Visit("/rewards/counter/", "clerk"),
    "counter, nobody": Visit("/rewards/counter/", "clerk", then=scan("13800000000")),
    "counter, enrol": Visit("/rewards/counter/enrol/", "clerk"),
    "counter, enrol without anything": Visit("/rewards/counter/enrol/", "clerk", then=send),
    "counter, member": Visit(at_counter, "clerk"),
    "counter, no amount": Visit(at_counter, "clerk", then=basket("12.345")),
    "counter, quote": Visit(at_counter, "clerk", then=basket("38")),
    "counter, order": Visit(lambda shop: shop.order.replace("/members/", "/rewards/counter/")),
    "counter, give back": Visit(
        lambda shop: shop.order.replace("/members/", "/rewards/counter/"), then=press("[value=refund] ~ .acts button")
    ),
    "counter, no such order": Visit("/rewards/counter/orders/?number=0", "clerk"),
    "points by hand": Visit(lambda shop: f"/rewards/members/{shop.own_member.pk}/adjust/", "manager"),
    "points by file": Visit("/rewards/points/import/", "marketer"),
    "points by file, checked": Visit("/rewards/points/import/", "marketer", then=bring_points),
    "look-up": Visit("/members/look-up/", "clerk"),
    "look-up, nobody": Visit("/members/look-up/", "clerk", then=look_up("13800000000")),
    "data quality": Visit("/members/quality/"),
    "data quality of a manager": Visit("/members/quality/", "manager"),
    "members who lack something": Visit("/members/?lacks=birthday"),
    "conflicts": Visit("/members/quality/conflicts/"),
    "two members": Visit(lambda shop: shop.pair),
    "imports": Visit("/members/imports/"),
    "import, new": Visit("/members/imports/new/"),
    "import, columns": Visit(lambda shop: shop.imports["columns"]),
    "import, columns unknown": Visit(lambda shop: shop.imports["unmatched"]),
    "import, checked": Visit(lambda shop: shop.imports["checked"]),
    "import, running": Visit(lambda shop: shop.imports["running"]),
    "import, done": Visit(lambda shop: shop.imports["done"]),
    "import, cancelled": Visit(lambda shop: shop.imports["cancelled"]),
    "import, checked, decided": Visit(lambda shop: shop.imports["decided"]),
    "import, discarded": Visit(lambda shop: shop.imports["discarded"]),
    "import, undo": Visit(lambda shop: shop.imports["done"] + "undo/"),
    "import, undone": Visit(lambda shop: shop.imports["undone"]),
    "import, refused": Visit(lambda shop: shop.imports["refused"]),
    "sign-in": Visit("/sign-in/", GUEST),
    "sign-in, wrong": Visit("/sign-in/", GUEST, then=sign_in_wrongly),
    "lock-out": Visit("/sign-in/", GUEST, then=lock_out),
    "400": Visit("/damaged/", status=400),
    "403": Visit(RETENTION, "clerk", status=403),
    "404": Visit("/members/orders/999999999/", status=404),
    "500": Visit("/broken/", status=500),
}


def foreign_words(page: Page) -> set[str]:
    """Latin words among what a reader sees or hears on the page; no codes (with a digit), addresses, files or data."""
    text: str = page.evaluate("""() => {
        const shown = document.body.cloneNode(true);
        shown.querySelectorAll("script, .mono, [lang=en], option, tbody").forEach((each) => each.remove());
        const said = ["aria-label", "title", "placeholder", "data-failed", "data-copied"];
        const attributes = [...shown.querySelectorAll("*")].flatMap((e) => said.map((name) => e.getAttribute(name)));
        return [document.title, shown.textContent, ...attributes].join(" \\n ");
    }""")
    text = re.sub(r"https?://\S+|\S*[\w-]+\.(csv|py)\b", " ", text)
    words = re.findall(r"[A-Za-z0-9'*@-]+", text)
    return {word for word in words if re.search("[A-Za-z]", word) and not re.search(r"[\d*@]", word)} - LATIN


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", VISITS)
def test_page(desk: Desk, shop: Shop, name: str, language: str) -> None:
    """Axe, which takes most of the time, sees the laptop in Chinese and the phone in English."""
    with _visited(desk, shop, name, language) as (page, faults):
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == {"zh-hans": "zh-Hans", "en": "en"}[language]
        found = _of_axe(page, "1366") if language == "zh-hans" else []
        found += [fault for width in (1366, 1024) if (fault := sideways(page, width))]
        turn_phone(page)
        found += _of_axe(page, "390") if language == "en" else []
        found += [fault for width in (390, 320) if (fault := sideways(page, width))]
        if language == "zh-hans":
            found += [f"not Chinese: {word}" for word in sorted(foreign_words(page))]
        assert [*found, *faults.found] == []


@pytest.mark.prove
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", VISITS)
def test_axe_at_the_other_width(desk: Desk, shop: Shop, name: str, language: str) -> None:
    with _visited(desk, shop, name, language) as (page, _faults):
        if language == "zh-hans":
            turn_phone(page)
        assert _of_axe(page, language) == []


@contextlib.contextmanager
def _visited(desk: Desk, shop: Shop, name: str, language: str) -> Iterator[tuple[Page, Faults]]:
    """The page of a visit as its reader has it before them, and what the browser complains about."""
    visit, faults = VISITS[name], Faults()
    with desk.window(shop.users.get(visit.who), language) as window:
        page = window.new_page()
        faults.watch(page)
        answer = page.goto(visit.url if isinstance(visit.url, str) else visit.url(shop))
        assert answer is not None
        assert answer.status == visit.status
        draw_all(page)
        if visit.then:
            visit.then(page)
        yield page, faults


def _of_axe(page: Page, where: str) -> list[str]:
    return [f"{where}: {fault}" for fault in faults_of_axe(page)]


def test_the_documentation_of_the_api_is_drawn_from_here_alone(desk: Desk) -> None:
    """By Swagger UI, under the same policy as every page: no inline style or script, nothing from elsewhere."""
    faults = Faults()
    with desk.window() as window:
        page = window.new_page()
        faults.watch(page)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/api/docs/")
        page.locator(".opblock-summary").first.click()
        page.locator(".opblock.is-open .responses-inner").wait_for()
        assert page.locator(".opblock").count() >= 11
    assert [url for url in asked if not url.startswith((desk.url, "data:"))] == []
    assert faults.found == []
