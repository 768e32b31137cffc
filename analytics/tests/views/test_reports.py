"""The report pages and their CSV: whose figures they show, what they hide, and how they take nonsense."""

import itertools
from collections.abc import Callable
from html import escape

import pytest
from django.test import Client

from analytics.reports import drill
from analytics.reports import report as reports
from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.pages import Table
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib import registry
from members.lib.actor import system
from members.models import Merchant

SignIn = Callable[..., Client]
ADDRESSES = [f"/analytics/reports/{found.slug}{tail}" for found in reports.every() for tail in ("/", ".csv")]
KPI = "/analytics/reports/kpi/"
WARNING = '<div class="call is-warn mb" role="status">'


@pytest.fixture
def shop(merchant: Merchant, people: People) -> Shop:
    """S1: seven first bought in January, three of them came back in February, and one guest. S2: one member."""
    shop = Shop()
    for number in range(7):
        shop.sell(f"m{number}", "2026-01-05", store=1)
    for number in range(3):
        shop.sell(f"m{number}", "2026-02-05", store=1)
    shop.sell(None, "2026-02-05", store=1)
    shop.sell("elsewhere", "2026-02-06", "500", store=2)
    publish()
    return shop


def shown(client: Client, slug: str, query: str = "range=all") -> Table:
    page = pages.read(client, f"/analytics/reports/{slug}/?{query}")
    return page.table(str(reports.get(slug).title))


def column(slug: str, table: Table, key: str) -> list[str]:
    place = [found.key for found in reports.get(slug).columns].index(key)
    return [row[place].value for row in table.rows]


def test_a_clerk_is_refused_and_a_stranger_sent_to_sign_in(shop: Shop, people: People, signed_in: SignIn) -> None:
    clerk, stranger = signed_in(people.clerk), Client()
    for address in (*ADDRESSES, "/analytics/retention/", "/help/metrics/"):
        assert clerk.get(address).status_code == 403, address
        assert stranger.get(address).headers["Location"].startswith("/sign-in/"), address


def test_an_empty_shop_is_led_to_its_first_import(people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    for slug in (found.slug for found in reports.every()):
        assert not pages.read(admin, f"/analytics/reports/{slug}/").tables
        assert admin.get(f"/analytics/reports/{slug}.csv").status_code == 404
    assert not pages.read(admin, "/analytics/retention/").tables


def test_an_unknown_report_is_not_found(shop: Shop, people: People, signed_in: SignIn) -> None:
    assert signed_in(people.admin).get("/analytics/reports/sales/").status_code == 404


def test_a_store_manager_sees_the_own_store(shop: Shop, people: People, signed_in: SignIn) -> None:
    everywhere = shown(signed_in(people.admin), "kpi")
    here = shown(signed_in(people.manager), "kpi")
    assert column("kpi", everywhere, "gross") == ["70.00", "530.00"]
    assert column("kpi", here, "gross") == ["70.00", "30.00"]
    assert column("kpi", here, "new_members") == ["7", "0"]


def test_a_foreign_store_in_the_address_adds_nothing_and_is_told(shop: Shop, people: People, signed_in: SignIn) -> None:
    manager = signed_in(people.manager)
    page = pages.read(manager, f"{KPI}?range=all&store=S1,S2")
    assert page.table(str(reports.get("kpi").title)).values() == shown(manager, "kpi").values()
    assert "“S2”" in page.text
    assert "Second" not in page.text


def test_a_manager_without_a_store_sees_no_figure(shop: Shop, people: People, signed_in: SignIn) -> None:
    people.manager.stores.clear()
    table = shown(signed_in(people.manager), "kpi")
    assert set(column("kpi", table, "orders")) == {"0"}
    assert shown(signed_in(people.manager), "retention").rows == []


def test_an_analyst_sees_no_small_group_anywhere(shop: Shop, people: People, signed_in: SignIn) -> None:
    """Three of seven came back: neither they nor the four others are shown, in no form of the report."""
    analyst = signed_in(people.analyst)
    table = shown(analyst, "retention")
    assert column("retention", table, "cohort_size") == ["7", "7", ""]
    assert column("retention", table, "active") == ["7", "", ""]
    assert column("retention", table, "retention") == ["1", "", ""]
    assert not table.links()
    assert pages.download(analyst, "/analytics/reports/retention.csv?range=all")[1:] == table.values()
    answered = analyst.get("/api/v1/reports/retention/").json()
    assert answered["meta"]["withheld"] is True
    assert [row["active"] for row in answered["rows"]] == [7, None, None]


def test_an_analyst_cannot_subtract_the_new_from_the_active(shop: Shop, people: People, signed_in: SignIn) -> None:
    """Seven new and none returning in January: showing seven would show the none; in February all are too few."""
    table = shown(signed_in(people.analyst), "kpi")
    assert column("kpi", table, "active_members") == ["7", ""]
    for key in ("new_members", "returning_members", "new_gross", "returning_gross"):
        assert column("kpi", table, key) == ["", ""]
    assert column("kpi", table, "gross") == ["70.00", ""]


def test_an_analyst_sees_neither_few_guests_nor_what_few_were_given_back(
    shop: Shop, people: People, signed_in: SignIn
) -> None:
    order = shop.sell("m1", "2026-01-06")
    shop.give_back(order, "2026-01-07")
    for _number in range(5):
        shop.sell(None, "2026-01-08")
    publish()
    table = shown(signed_in(people.analyst), "kpi")
    assert column("kpi", table, "refunds") == column("kpi", table, "net") == ["", ""]
    assert column("kpi", table, "guest_orders") == ["5", ""]
    assert column("kpi", table, "guest_gross") == ["50.00", ""]


@pytest.fixture
def churned(merchant: Merchant, people: People) -> Shop:
    """Eleven buy in January, six of them again in February, of whom two in May: five, then four stay away."""
    shop = Shop()
    for number in range(11):
        shop.sell(f"m{number}", "2026-01-05")
    for number in range(6):
        shop.sell(f"m{number}", "2026-02-05")
    for number in range(2):
        shop.sell(f"m{number}", "2026-05-31")
    publish()
    return shop


def test_an_analyst_sees_no_few_who_stayed_away(churned: Shop, people: People, signed_in: SignIn) -> None:
    """Of six in February four stayed away and two came back: neither may be seen, nor what tells them."""
    table = shown(signed_in(people.analyst), "churn-3m")
    assert column("churn-3m", table, "active") == ["11", "6"]
    for key, january in {"churned": "5", "rate": "0.4545454545"}.items():
        assert column("churn-3m", table, key) == [january, ""]
    assert column("churn-3m", table, "low")[1] == column("churn-3m", table, "high")[1] == ""


def test_a_list_leads_back_to_the_report_it_was_opened_from(churned: Shop, people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    linked = shown(admin, "churn-3m").links()[0].href
    assert 'href="/analytics/reports/churn-3m/?range=' in admin.get(linked).content.decode()


def test_dates_without_a_figure_say_so_and_lead_to_all(churned: Shop, people: People, signed_in: SignIn) -> None:
    page = pages.read(signed_in(people.admin), "/analytics/reports/churn-3m/?range=30d")
    assert "这些日期没有数据" in page.text
    assert any(link.href == "/analytics/reports/churn-3m/?range=all" for link in page.links)


def test_an_analyst_cannot_open_the_people(shop: Shop, people: People, signed_in: SignIn) -> None:
    linked = shown(signed_in(people.admin), "retention").links()[0].href
    assert signed_in(people.analyst).get(linked).status_code == 403


def test_the_list_of_another_stores_number_stays_with_the_own_people(
    shop: Shop, people: People, signed_in: SignIn
) -> None:
    """A link sent by a colleague counts again within the reader's own stores."""
    linked = shown(signed_in(people.admin), "kpi", "range=all&by=all").links()
    buyers = next(cell for cell in linked if pages.params(cell.href)["set"] == "active")
    assert buyers.value == "8"
    assert "elsewhere" not in pages.read(signed_in(people.manager), buyers.href).text
    assert "elsewhere" in pages.read(signed_in(people.stranger), buyers.href).text


NONSENSE = (
    "range=tomorrow", "range=2026-02-01..2026-01-01", "range=0001-01-01..9999-12-31", "range=..", "store=S9",
    "channel=moon", "by=year", "as_of=soon", "as_of=9999-12-31", "range=%00", "by=%F0%9F%8D%B5", "tier=gold",
    "segment=12", "cmp=yoy", "known_at=x", "page=3", "range=12m&cmp=yoy",
)  # fmt: skip


@pytest.mark.parametrize("address", [KPI, "/analytics/retention/"])
def test_a_page_shows_what_it_can_and_warns_of_the_rest(
    shop: Shop, people: People, signed_in: SignIn, address: str
) -> None:
    admin = signed_in(people.admin)
    plain = pages.read(admin, address)
    assert WARNING not in plain.text
    for query in NONSENSE:
        page = pages.read(admin, f"{address}?{query}")
        assert [table.values() for table in page.tables] == [table.values() for table in plain.tables], query
        assert WARNING in page.text, query


def test_days_after_the_data_are_left_out(shop: Shop, people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    for address in (KPI, "/"):
        late = pages.read(admin, f"{address}?range=2026-01-30..2026-12-31")
        assert late.tables == pages.read(admin, f"{address}?range=2026-01-30..2026-02-06").tables
    assert shown(admin, "kpi", "range=2030-01-01..2030-01-31").rows == []


@pytest.mark.parametrize("address", ["/", KPI, "/analytics/retention/"])
def test_what_is_left_out_is_named(shop: Shop, people: People, signed_in: SignIn, address: str) -> None:
    bar = signed_in(people.admin).get(f"{address}?tier=gold&segment=12&sound=yes").context["bar"]
    *named, last = bar.warnings
    assert len(named) == 3
    assert all(any(name in said for said in named) for name in ("gold", "12", "sound"))
    assert last == "以上条件没有生效，其余照常。"


@pytest.mark.parametrize("query", ["utm_source=mail", "tier=", "metric=people&cell=2026-01:1", "range="])
def test_what_the_page_reads_or_a_mailing_adds_is_no_warning(
    shop: Shop, people: People, signed_in: SignIn, query: str
) -> None:
    retention = "/analytics/retention/?range=all"
    assert signed_in(people.admin).get(f"{retention}&{query}").context["bar"].warnings == []


@pytest.mark.parametrize(
    ("query", "named"), [("cell=2026-07:99", "2026-07:99"), ("cell=2026-01:1&metric=euros", "euros")]
)
def test_the_heat_map_says_what_it_has_not(
    shop: Shop, people: People, signed_in: SignIn, query: str, named: str
) -> None:
    page = signed_in(people.admin).get(f"/analytics/retention/?range=all&{query}")
    assert named in page.context["bar"].warnings[0]
    assert named not in page.context["bar"].copy_url


def test_a_file_that_cannot_be_as_asked_is_not_made(shop: Shop, people: People, signed_in: SignIn) -> None:
    answer = signed_in(people.admin).get("/analytics/reports/kpi.csv?range=zzz&cmp=yoy&by=year")
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "<h1>没有生成文件</h1>" in text
    assert all(word in text for word in ("“zzz”", "“cmp”", "“year”", "月（month）、周（week）、日（day）"))
    assert "照常" not in text


def test_a_file_takes_the_grain_by_either_name(shop: Shop, people: People, signed_in: SignIn) -> None:
    admin = signed_in(people.admin)
    days = [pages.download(admin, f"/analytics/reports/kpi.csv?range=all&{name}=day") for name in ("by", "grain")]
    assert days[0] == days[1]
    assert len(days[0]) > 30


def test_points_stand_in_the_heading_and_not_in_every_cell(shop: Shop, people: People, signed_in: SignIn) -> None:
    page = pages.read(signed_in(people.admin), "/analytics/reports/retention-gap/?range=all").text
    assert page.count("（百分点）</th>") == 3
    assert "百分点</td>" not in page


def test_the_only_store_is_named(shop: Shop, people: People, signed_in: SignIn) -> None:
    for person, shown_name in ((people.manager, "First"), (people.admin, "全部 2 家门店")):
        assert signed_in(person).get(KPI).context["bar"].chips[2].value == shown_name


CELLS = ["", "x", "2026-13", "2026-01:x", "2026-01:", ":1", "2026-01:99999999999999999999", "2026-01:-7", "9" * 30,
         "-1", "2026-01-05", "9999-12:5", "0001-01", "' OR 1=1", "\x00", "٣", "1e3", "counter"]  # fmt: skip


def test_a_list_link_that_was_tampered_with_is_refused_or_means_something(shop: Shop) -> None:
    somebody = system("test")
    for slug in drill.sources():
        opened = reports.get(slug).drill
        assert opened
        for cell, group in itertools.product(CELLS, (*opened.subjects, "x")):
            try:
                found = registry.audience(somebody, {"from": [slug], "cell": [cell], "set": [group]})
            except registry.UnknownAudience:
                continue
            assert found.title
            assert len(found.ids) <= 13, (slug, cell, group)


@pytest.mark.parametrize(
    "link",
    ["from=retention&set=active&cell=2026-01:9", "from=repeat-purchase&set=repeated&cell=45", "from=x&set=x&cell=x",
     "from=kpi&set=lost&cell=2026-01", "from=retention-gap&set=after&cell=moon"],
)  # fmt: skip
def test_a_link_that_names_no_cell_says_so(shop: Shop, people: People, signed_in: SignIn, link: str) -> None:
    for path in ("/members/", "/members/members.csv"):
        assert signed_in(people.admin).get(f"{path}?{link}").status_code == 400


def test_nonsense_in_a_link_is_shown_as_text(shop: Shop, people: People, signed_in: SignIn) -> None:
    text = "<script>alert(1)</script>"
    page = pages.read(signed_in(people.admin), f"/members/?from=retention&set=active&cell={text}", status=400)
    assert text not in page.text
    assert escape(text) in page.text


def test_a_report_told_apart_by_place_is_turned_and_its_file_is_whole(
    shop: Shop, people: People, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, asked = signed_in(people.admin), "range=all&group=store"
    file = pages.download(admin, f"/analytics/reports/kpi.csv?{asked}&header=key")[1:]
    monkeypatch.setattr("analytics.views.reports.PER_PAGE", 1)
    turned = [pages.read(admin, f"{KPI}?{asked}&page={number}") for number in range(1, len(file) + 1)]
    assert len(file) > 1
    assert [row for page in turned for row in page.tables[0].values()] == file
    assert not [page for page in turned if WARNING in page.text]
    whole = pages.read(admin, f"{KPI}?range=all").tables[0].values()
    assert len(whole) == len(pages.download(admin, "/analytics/reports/kpi.csv?range=all&header=key")) - 1
