"""Setting up a weekly mail on a report's page, and stopping it on the page of reports."""

from collections.abc import Callable

import pytest
from django.test import Client

from analytics.models import ReportMail
from analytics.services.publish import publish
from conftest import People
from members.models import Store, Touched, User
from members.tests.counter import member, order


@pytest.fixture
def reader(people: People, stores: tuple[Store, Store]) -> User:
    sale = order("1", stores[0], member("M1", stores[0]))
    Touched.objects.create(kind="order", key=sale.pk)
    publish()
    people.analyst.email = "analyst@example.com"
    people.analyst.save()
    return people.analyst


def test_a_mail_keeps_the_filters_of_the_page_and_is_listed_until_stopped(
    people: People, signed_in: Callable[[User], Client], reader: User
) -> None:
    client = signed_in(people.marketer)
    page = client.get("/analytics/reports/kpi/?by=week&range=30d&store=S1")
    assert page.context["mail"]["kept"] == {"range": "30d", "store": "S1", "by": "week"}
    form = {**page.context["mail"]["kept"], "recipient": reader.pk, "weekday": 1, "hour": 9}
    answer = client.post("/analytics/reports/kpi/mail/", form, follow=True)
    assert "星期二 9:00" in answer.content.decode()
    mail = ReportMail.objects.get()
    assert (mail.filters, mail.weekday, mail.hour) == ({"range": "30d", "store": "S1", "by": "week"}, 1, 9)
    assert client.post(f"/analytics/reports/mails/{mail.pk}/stop/", follow=True).context["mails"] == []


def test_a_mail_of_others_is_not_there(people: People, signed_in: Callable[[User], Client], reader: User) -> None:
    signed_in(people.admin).post("/analytics/reports/kpi/mail/", {"recipient": reader.pk})
    mail = ReportMail.objects.get()
    assert signed_in(people.manager).post(f"/analytics/reports/mails/{mail.pk}/stop/").status_code == 404
    assert signed_in(people.analyst).post(f"/analytics/reports/mails/{mail.pk}/stop/").status_code == 302


def test_without_a_colleague_with_an_address_the_page_says_so(
    people: People, signed_in: Callable[[User], Client], reader: User
) -> None:
    User.objects.update(email="")
    assert "都还没有填邮箱" in signed_in(people.marketer).get("/analytics/reports/kpi/").content.decode()
    answer = signed_in(people.marketer).post("/analytics/reports/kpi/mail/", {"recipient": reader.pk}, follow=True)
    assert "请选择一位可以看报表" in answer.content.decode()
