"""Weekly mails: once a week, with the rights of who gets them, and never a list of members."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail as outbox
from hypothesis import given
from hypothesis import strategies as st

from analytics.models import ReportMail
from analytics.services import report_mails
from analytics.services.publish import publish
from conftest import People
from members.lib import clock
from members.lib.actor import Actor
from members.models import AuditEntry, Job, Merchant, Store, Touched
from members.services import jobs
from members.tests.counter import member, order


@pytest.fixture
def shop(merchant: Merchant, stores: tuple[Store, Store], people: People) -> SimpleNamespace:
    here, there = stores
    for number, store in (("1", here), ("2", there), ("3", there)):
        sale = order(number, store, member(f"M{number}", store))
        Touched.objects.create(kind="order", key=sale.pk)
    publish()
    for user in people:
        user.email = f"{user.username}@example.com"
        user.save()
    return SimpleNamespace(people=people)


def set_up(by: Actor, recipient: int, **changes: Any) -> ReportMail:
    given = {"report": "kpi", "filters": {"range": "all"}, "weekday": 0, "hour": 8} | changes
    return report_mails.create(recipient_id=recipient, by=by, **given)


def make_due(mail: ReportMail) -> None:
    ReportMail.objects.filter(pk=mail.pk).update(next_at=clock.now() - dt.timedelta(minutes=1))


def work() -> None:
    for job in Job.objects.filter(kind="report_mail", state="queued"):
        jobs.run(job.pk)


@pytest.mark.django_db(transaction=True)
class TestSending:
    def test_a_due_mail_goes_out_once_however_often_it_is_looked_for(
        self, shop: SimpleNamespace, actors: dict[str, Actor]
    ) -> None:
        mail = set_up(actors["marketer"], shop.people.manager.pk)
        assert report_mails.sweep() == 0
        make_due(mail)
        assert [report_mails.sweep(), report_mails.sweep()] == [1, 0]
        work()
        assert len(outbox.outbox) == 1
        assert ReportMail.objects.get().next_at > clock.now()
        Job.objects.update(state="queued", finished_at=None)
        work()
        assert len(outbox.outbox) == 1, "a job that is run again finds its due time taken"

    def test_the_figures_are_those_the_recipient_may_see(self, shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
        for name in ("manager", "marketer"):
            make_due(set_up(actors["admin"], getattr(shop.people, name).pk))
        report_mails.sweep()
        work()
        rows = {sent.to[0]: sent.attachments[0][1] for sent in outbox.outbox}
        here = rows["manager@example.com"].splitlines()[1].split(",")[1]
        everywhere = rows["marketer@example.com"].splitlines()[1].split(",")[1]
        assert (here, everywhere) == ("1", "3")

    def test_it_says_what_it_is_in_words_with_a_link_that_works(
        self, shop: SimpleNamespace, actors: dict[str, Actor]
    ) -> None:
        make_due(set_up(actors["admin"], shop.people.marketer.pk))
        report_mails.sweep()
        work()
        (sent,) = outbox.outbox
        assert sent.subject == "Test：关键数字"
        assert "数据截至 2026-05-04" in sent.body
        assert "期间 2026-05\n活跃会员 3\n" in sent.body
        assert "销售额 ¥30.00\n" in sent.body
        assert "/analytics/reports/kpi/?range=all" in sent.body
        entry = AuditEntry.objects.get(verb="mail")
        assert (entry.user_id, entry.subject_id) == (shop.people.marketer.pk, "kpi")

    def test_a_table_without_periods_is_told_from_its_beginning(
        self, shop: SimpleNamespace, actors: dict[str, Actor]
    ) -> None:
        make_due(set_up(actors["admin"], shop.people.marketer.pk, report="hour-weekday", filters={"range": "all"}))
        report_mails.sweep()
        work()
        (sent,) = outbox.outbox
        lines = sent.body.splitlines()
        assert lines[4] == "星期 星期一、时段 0、订单数 0、销售额 ¥0.00"
        assert "另有 153 行，见附件" in lines

    @pytest.mark.parametrize("change", [{"is_active": False}, {"role": "clerk"}, {"email": ""}])
    def test_who_has_left_or_lost_the_right_gets_nothing(
        self, shop: SimpleNamespace, actors: dict[str, Actor], change: dict[str, Any]
    ) -> None:
        make_due(set_up(actors["admin"], shop.people.manager.pk))
        type(shop.people.manager).objects.filter(pk=shop.people.manager.pk).update(**change)
        report_mails.sweep()
        work()
        assert outbox.outbox == []

    def test_a_mail_server_that_is_away_fails_the_job_which_can_be_tried_again(
        self, shop: SimpleNamespace, actors: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_due(set_up(actors["admin"], shop.people.marketer.pk))
        report_mails.sweep()
        with monkeypatch.context() as broken:
            broken.setattr("django.core.mail.EmailMessage.send", _away)
            work()
        job = Job.objects.get(kind="report_mail")
        assert (job.state, job.error) == ("failed", report_mails.NOT_SENT)
        jobs.retry(job, by=actors["admin"])
        work()
        assert len(outbox.outbox) == 1

    def test_a_stopped_mail_is_not_sent(self, shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
        mail = set_up(actors["admin"], shop.people.marketer.pk)
        make_due(mail)
        report_mails.stop(mail=mail, by=actors["admin"])
        assert report_mails.sweep() == 0
        assert [entry.verb for entry in AuditEntry.objects.filter(subject_type="reportmail").order_by("pk")] == [
            "schedule",
            "stop",
        ]


def _away(_message: Any) -> None:
    raise ConnectionRefusedError


@pytest.mark.django_db
class TestSettingUp:
    @pytest.mark.parametrize("who", ["clerk", "nobody"])
    def test_only_colleagues_who_may_see_reports_can_get_one(
        self, shop: SimpleNamespace, actors: dict[str, Actor], who: str
    ) -> None:
        recipient = shop.people.clerk.pk if who == "clerk" else 0
        with pytest.raises(report_mails.Refused):
            set_up(actors["admin"], recipient)

    def test_a_report_of_members_stays_in_the_house(self, shop: SimpleNamespace, actors: dict[str, Actor]) -> None:
        with pytest.raises(report_mails.Refused):
            set_up(actors["admin"], shop.people.admin.pk, report="rfm-members")


@given(st.integers(0, 6), st.integers(0, 23), st.integers(0, 10 * 365 * 24 * 3600))
def test_the_next_time_is_the_first_one_within_the_week(weekday: int, hour: int, seconds: int) -> None:
    after = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    due = report_mails.following(weekday, hour, "Asia/Shanghai", after)
    local = due + dt.timedelta(hours=8)
    assert (local.weekday(), local.hour, local.minute) == (weekday, hour, 0)
    assert dt.timedelta(0) < due - after <= dt.timedelta(days=7)
