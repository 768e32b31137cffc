"""Undoing an import: what would happen is said first, then it happens, and the file can come in again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import People
from members.models import ImportBatch, Member, Merchant, Order
from members.models import User as Staff
from members.tests.views.test_imports import act, page, upload, uploaded

pytestmark = pytest.mark.django_db
SALES = "order_no,member_no,ordered_at,amount\nA1,M1,2026-03-01 10:00,10.00\nA2,,2026-03-02 10:00,20.00\n"
REFUND = "refund_no,order_no,refunded_at,amount\nR1,A1,2026-03-05 10:00,4.00\n"
Work = Callable[[], int]


@pytest.fixture
def desk(signed_in: Callable[[Staff], Client], people: People, merchant: Merchant) -> Client:
    return signed_in(people.marketer)


def written(desk: Client, content: str, work_off: Work) -> ImportBatch:
    batch = uploaded(desk, content)
    act(desk, batch, "start")
    work_off()
    return batch


def test_is_shown_confirmed_and_told(desk: Client, work_off: Work) -> None:
    batch = written(desk, SALES, work_off)
    assert "撤销这次导入" in page(desk, batch)
    asked = page(desk, batch, "import-undo")
    assert "撤销这次导入？" in asked
    assert "撤销的订单</dt><dd>2" in asked
    assert Order.objects.filter(voided_at=None).count() == 2, "looking changes nothing"

    act(desk, batch, "undo")
    assert "正在撤销导入" in page(desk, batch)
    work_off()
    said = page(desk, batch)
    assert "这次导入已撤销" in said
    assert "撤销的会员</dt><dd>1" in said
    assert not Order.objects.filter(voided_at=None).exists()
    assert not Member.objects.filter(voided_at=None).exists()

    written(desk, SALES, work_off)
    assert Order.objects.filter(voided_at=None).count() == 2


def test_the_reasons_against_it_are_said_and_nothing_is_offered(desk: Client, work_off: Work) -> None:
    batch = written(desk, SALES, work_off)
    written(desk, REFUND.replace("refund_no", "退款单号"), work_off)
    asked = page(desk, batch, "import-undo")
    assert "这次导入不能撤销" in asked
    assert "其他导入的 1 笔退款属于这次导入的订单" in asked
    assert '<button class="btn btn-danger"' not in asked
    act(desk, batch, "undo")
    work_off()
    assert "没能撤销，一切照旧" in page(desk, batch)
    assert Order.objects.filter(voided_at=None).count() == 2


def test_the_list_leads_there_and_what_is_not_in_cannot_be_undone(desk: Client, work_off: Work) -> None:
    batch = written(desk, SALES, work_off)
    upload(desk, SALES)
    new = ImportBatch.objects.latest("id")
    listed: Any = desk.get(reverse("members:imports"))
    assert reverse("members:import-undo", args=[batch.pk]) in listed.content.decode()
    assert reverse("members:import-undo", args=[new.pk]) not in listed.content.decode()
    assert act(desk, new, "undo").status_code == 302
    assert ImportBatch.objects.get(pk=new.pk).state == "uploaded"
