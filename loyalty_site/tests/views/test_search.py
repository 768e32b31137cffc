"""The search of the top bar: what each role finds, as a page and below the box."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from conftest import People
from members.models import Store, User
from members.tests.counter import member, order


@pytest.fixture
def shop(stores: tuple[Store, Store]) -> None:
    here, there = stores
    order("A-1", here, member("M1", here, "王思琪", phone="+8613812341111"))
    order("B-1", there, member("M3", there, "Zhao", phone="+8613812343333"))


@pytest.fixture
def clients(people: People, signed_in: Callable[[User], Client], shop: None) -> SimpleNamespace:
    return SimpleNamespace(**{name: signed_in(user) for name, user in people._asdict().items()})


def hits(client: Client, text: str) -> dict[str, list[str]]:
    answer = client.post("/search/", {"q": text})
    assert answer.status_code == 200
    return {group.slug: [hit.label for hit in group.hits] for group in answer.context["groups"]}


def test_members_orders_pages_reports_and_actions_are_found_by_kind(clients: SimpleNamespace) -> None:
    assert hits(clients.marketer, "思琪") == {"members": ["王思琪"]}
    assert hits(clients.marketer, "A-1") == {"orders": ["A-1"]}
    assert hits(clients.marketer, "导入") == {"pages": ["导入", "批量积分"], "actions": ["导入文件"]}
    assert list(hits(clients.analyst, "复购")) == ["pages", "reports"]


def test_a_member_is_shown_with_number_masked_phone_and_store(clients: SimpleNamespace) -> None:
    page = clients.manager.post("/search/", {"q": "1111"}).content.decode()
    assert "M1 · 138****1111 · First" in page
    assert 'href="/members/M1/"' in page
    assert "13812341111" not in page


def test_a_clerk_gets_a_masked_name_without_a_page(clients: SimpleNamespace) -> None:
    answer = clients.clerk.post("/search/", {"q": "13812343333"})
    (hit,) = answer.context["groups"][0].hits
    assert (hit.label, hit.detail, hit.url) == ("Z**", "M3", "")
    assert "Zhao" not in answer.content.decode()
    assert hits(clients.clerk, "3333") == {}


def test_no_role_finds_a_page_it_may_not_open(clients: SimpleNamespace) -> None:
    for name in ("admin", "marketer", "manager", "clerk", "analyst"):
        client = getattr(clients, name)
        for text in ("导", "会员", "查", "报表", "留存", "设置", "下载", "店", "e "):
            groups = client.post("/search/", {"q": text}).context["groups"]
            for hit in (hit for group in groups for hit in group.hits if group.slug != "members"):
                assert client.get(hit.url).status_code in {200, 302}, (name, hit.label)


def test_the_tables_of_the_settings_are_found_by_who_may_open_them(clients: SimpleNamespace) -> None:
    for text, label in (
        ("门店", "门店"), ("店铺", "门店"), ("stores", "门店"), ("branches", "门店"), ("商品", "商品"),
        ("渠道", "渠道"), ("权限", "员工"), ("audit", "操作记录"), ("币种", "店铺"),
    ):  # fmt: skip
        assert label in hits(clients.admin, text).get("pages", []), text
        assert label not in hits(clients.marketer, text).get("pages", []), text
    page = clients.admin.post("/search/", {"q": "stores"}, headers={"accept-language": "en"})
    assert "Stores" in [hit.label for group in page.context["groups"] for hit in group.hits]


def test_pages_are_found_by_other_words_for_them_in_either_language(clients: SimpleNamespace) -> None:
    for text, label in (
        ("客户", "会员"),
        ("customers", "会员"),
        ("receipts", "订单"),
        ("首页", "今天"),
        ("重复", "数据质量"),
    ):
        assert label in hits(clients.manager, text)["pages"], text


def test_more_than_a_handful_leads_to_the_list_searched_for_the_same(
    clients: SimpleNamespace, stores: tuple[Store, Store]
) -> None:
    for n in range(7):
        member(f"X{n}", stores[0], "同名")
    answer = clients.marketer.post("/search/", {"q": "同名"})
    (group,) = answer.context["groups"]
    assert len(group.hits) == 6
    assert len(clients.marketer.get(group.more_url).context["rows"]) == 7


def test_below_the_box_comes_a_piece_of_a_page_that_says_how_much_was_found(clients: SimpleNamespace) -> None:
    piece = clients.marketer.post("/search/", {"q": "A-1"}, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in piece
    assert 'role="status"' in piece
    assert "找到 1 条" in piece
    nothing = clients.marketer.post("/search/", {"q": "zzz"}, headers={"hx-request": "true"}).content.decode()
    assert "没有找到" in nothing


@pytest.mark.parametrize(("text", "words"), [("", "您要找什么？"), ("a", "请至少输入两个字符"), ("zzzz", "没有找到")])
def test_nothing_to_show_is_said(clients: SimpleNamespace, text: str, words: str) -> None:
    assert words in clients.marketer.get("/search/", {"q": text}).content.decode()
