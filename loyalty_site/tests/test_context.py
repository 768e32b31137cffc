import pytest
from django.test import RequestFactory
from django.urls import reverse

from loyalty_site import context
from members.lib.actor import NOBODY

pytestmark = pytest.mark.django_db


def shell(actor, path="/"):
    request = RequestFactory().get(path)
    request.actor = actor
    return context.shell(request)


def labels(actor):
    return [str(entry.label) for _group, entries in shell(actor)["nav"] for entry in entries]


def test_a_role_sees_only_what_it_may_open(actors):
    assert "设置" in labels(actors["admin"])
    assert "设置" not in labels(actors["marketer"])
    assert "留存与复购" in labels(actors["analyst"])
    assert not {"会员", "订单", "导入"} & set(labels(actors["analyst"]))
    assert labels(actors["clerk"]) == ["今天", "收银台", "查会员", "待交付礼品", "登记投诉"]
    assert labels(NOBODY) == []


def test_everybody_searches_and_the_box_says_for_what(actors):
    said = {name: shell(actors[name])["search_for"] for name in ("admin", "manager", "clerk", "analyst")}
    assert said == {"admin": "see_members", "manager": "see_members", "clerk": "look_up", "analyst": ""}


def test_a_page_that_does_not_exist_is_not_drawn(actors, monkeypatch):
    ghost = context.Page("Ghost", "home", "no-such-page", context.Right.SIGNED_IN)
    monkeypatch.setattr(context, "GROUPS", (("", (ghost,)),))
    assert labels(actors["admin"]) == []


@pytest.mark.parametrize(
    ("path", "here"), [("/", ["today"]), ("/analytics/retention/", ["analytics:retention"]), ("/x/", [])]
)
def test_the_open_page_is_marked(actors, path, here):
    marked = [e.url for _group, entries in shell(actors["admin"], path)["nav"] for e in entries if e.is_here]
    assert marked == [reverse(name) for name in here]


def test_an_error_before_the_middleware_draws_no_frame():
    assert context.shell(RequestFactory().get("/")) == {}
