"""The import wizard: upload, columns, check, write, result; who may, and what is said when something is wrong."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from conftest import People
from members.lib import clock
from members.models import AuditEntry, IdentityConflict, ImportBatch, ImportPreset, Job, Merchant, Order
from members.models import User as Staff
from members.services import jobs
from members.services.imports import work

pytestmark = pytest.mark.django_db
SALES = (
    "订单号,会员号,下单时间,实付金额,手机号,备注\n"
    "A1,M1,2025-01-05 09:30:00,¥10.50,13800138001,常客\n"
    "A2,,2025-02-05 09:30:00,20.00,,\n"
    "A3,M2,05/01/2025,30.00,,\n"
)


@pytest.fixture
def desk(signed_in: Callable[[Staff], Client], people: People, merchant: Merchant) -> Client:
    return signed_in(people.marketer)


def upload(client: Client, content: str | bytes = SALES, name: str = "sales.csv") -> HttpResponse:
    content = content.encode() if isinstance(content, str) else content
    return client.post(reverse("members:import-new"), {"file": SimpleUploadedFile(name, content)})


def uploaded(client: Client, content: str | bytes = SALES) -> ImportBatch:
    upload(client, content)
    return ImportBatch.objects.latest("id")


def page(client: Client, batch: ImportBatch, name: str = "import") -> str:
    return client.get(
        reverse(f"members:{name}", args=[batch.pk]), headers={"accept-language": "zh-hans"}
    ).content.decode()


def act(client: Client, batch: ImportBatch, name: str, /, **data: str) -> HttpResponse:
    return client.post(reverse(f"members:import-{name}", args=[batch.pk]), data, headers={"accept-language": "zh-hans"})


COLUMNS = {
    "column-0": "order_no",
    "column-1": "member_no",
    "column-2": "ordered_at",
    "column-3": "amount",
    "kind": "orders",
}


class TestTheJourney:
    def test_from_upload_to_result(self, desk: Client, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk)
        columns = page(desk, batch)
        assert "138****8001" in columns, "contacts are masked already here"
        assert "13800138001" not in columns

        act(desk, batch, "check", **COLUMNS)
        assert "正在检查文件" in page(desk, batch)
        work_off()
        checked = page(desk, batch)
        assert "将写入 2 行：2 笔订单，共 ¥30.50、来自 1 位会员。" in checked
        assert "分不清哪个是日、哪个是月" in checked
        assert "¥10.50" in checked
        assert not Order.objects.exists(), "nothing is written before it is asked for"

        act(desk, batch, "start")
        work_off()
        assert "已写入 2 行" in page(desk, batch)
        assert Order.objects.count() == 2
        rejected = desk.get(reverse("members:import-rejected", args=[batch.pk]))
        lines = b"".join(rejected.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
        assert len(lines) == 2
        assert lines[1].startswith("3,ordered_at,05/01/2025,")

    def test_the_progress_row_asks_for_the_next_page_when_the_work_is_over(
        self, desk: Client, work_off: Callable[[], int]
    ) -> None:
        batch = uploaded(desk)
        act(desk, batch, "check", **COLUMNS)
        progress = reverse("members:import-progress", args=[batch.pk])
        assert "HX-Refresh" not in desk.get(progress)
        work_off()
        assert desk.get(progress)["HX-Refresh"] == "true"

    def test_cancelling_before_it_began_writes_nothing(self, desk: Client, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk)
        act(desk, batch, "start")
        act(desk, batch, "cancel")
        work_off()
        assert "没有写入任何数据" in page(desk, batch)
        assert not Order.objects.exists()

    def test_a_second_click_on_write_changes_nothing(self, desk: Client, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk)
        act(desk, batch, "start")
        act(desk, batch, "start")
        assert work_off() >= 1
        assert Order.objects.count() == 2


class TestMembers:
    FILE = "会员号,姓名,手机号,城市\nM1,王芳,13800138001,上海\nM2,李雷,13800138002,北京\n"

    def test_the_bar_says_how_many_are_new_and_changed(self, desk: Client, work_off: Callable[[], int]) -> None:
        columns = {"column-0": "member_no", "column-1": "name", "column-2": "phone", "kind": "members"}
        batch = uploaded(desk, self.FILE)
        act(desk, batch, "check", **columns)
        work_off()
        said = page(desk, batch)
        assert "将写入 2 行：新增 2 位会员。" in said
        assert "每笔订单都会注明" not in said
        assert "每位会员、每处修改都会注明" in said
        act(desk, batch, "start")
        work_off()
        assert "写入的订单" not in page(desk, batch)
        second = uploaded(desk, self.FILE.replace("李雷", "韩梅"))
        act(desk, second, "check", **columns | {"column-3": "city"})
        work_off()
        assert "将写入 2 行：修改 2 位会员。" in page(desk, second)

    def test_two_names_on_one_phone_are_told(self, desk: Client, work_off: Callable[[], int]) -> None:
        columns = {"column-0": "member_no", "column-1": "name", "column-2": "phone", "kind": "members"}
        batch = uploaded(desk, self.FILE.replace("8002", "8001"))
        act(desk, batch, "check", **columns)
        work_off()
        said = page(desk, batch)
        assert "手机号或邮箱与前面的行相同，姓名却不同" in said
        assert "已和第 1 行（王芳）当作同一个人" in said
        assert "行以前已经导入" not in said, "it is counted once"

    def test_the_pages_speak_of_members(self, desk: Client) -> None:
        assert "导入会员：对应列" in page(desk, uploaded(desk, self.FILE))
        said = desk.get(reverse("members:import-new"), headers={"accept-language": "zh-hans"}).content.decode()
        assert "会员号、手机号或邮箱；有姓名、性别、生日、城市、门店更好" in said


class TestConflictsOnly:
    """A file of which nothing can be taken, because its rows point to two members each."""

    def test_its_rows_can_be_kept_for_review(self, desk: Client, work_off: Callable[[], int]) -> None:
        known = {"column-0": "order_no", "column-1": "member_no", "column-2": "ordered_at", "column-3": "amount",
                 "column-4": "phone", "kind": "orders"}  # fmt: skip
        head = "订单号,会员号,下单时间,实付金额,手机号\n"
        first = uploaded(desk, head + "A1,M1,2025-01-05,1,13800138001\nA2,M2,2025-01-05,1,13800138002\n")
        act(desk, first, "check", **known)
        work_off()
        act(desk, first, "start")
        work_off()
        batch = uploaded(desk, head + "A3,M1,2025-01-06,1,13800138002\n")
        act(desk, batch, "check", **known)
        work_off()
        assert "留待核对 1 行" in page(desk, batch)
        act(desk, batch, "start")
        work_off()
        assert IdentityConflict.objects.get().subject == "A3"


class TestTheResult:
    def test_a_cancelled_one_tells_written_from_gone_through(
        self, desk: Client, monkeypatch: pytest.MonkeyPatch, work_off: Callable[[], int]
    ) -> None:
        first = uploaded(desk)
        act(desk, first, "start")
        work_off()
        monkeypatch.setattr(work, "CHUNK", 1)
        chunk = work._chunk
        seen: list[int] = []

        def stopped(*args: Any) -> None:
            seen.append(0)
            if len(seen) == 2:
                raise jobs.Cancelled
            chunk(*args)

        monkeypatch.setattr(work, "_chunk", stopped)
        batch = uploaded(desk)
        act(desk, batch, "start")
        work_off()
        said = page(desk, batch)
        assert "没有写入任何数据。" in said
        assert "已处理 1 / 2 笔。" in said
        assert "1 行之前已有。" in said

    def test_the_reports_are_being_updated_until_they_are(self, desk: Client, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk)
        act(desk, batch, "start")
        jobs.run(Job.objects.latest("id").pk)
        waiting = page(desk, batch)
        line = reverse("members:import-reports", args=[batch.pk])
        assert "报表正在更新" in waiting
        assert f'hx-get="{line}"' in waiting
        work_off()
        for said in (page(desk, batch), page(desk, batch, "import-reports")):
            assert "报表已是最新" in said
            assert line not in said

    def test_an_undone_file_can_be_imported_again_from_there(self, desk: Client, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk)
        act(desk, batch, "start")
        work_off()
        act(desk, batch, "undo")
        work_off()
        assert reverse("members:import-again", args=[batch.pk]) in page(desk, batch)
        act(desk, batch, "again")
        work_off()
        assert "将写入 2 行" in page(desk, ImportBatch.objects.latest("id"))


class TestInterrupted:
    @pytest.fixture
    def running(self, desk: Client) -> Job:
        """A worker has it, and has written one of two orders; it started two minutes ago."""
        act(desk, uploaded(desk), "start")
        job = Job.objects.latest("id")
        now = clock.now()
        job.state, job.attempts, job.progress, job.total = Job.State.RUNNING, 1, 1, 2
        job.started_at, job.heartbeat_at = now - dt.timedelta(minutes=2), now
        job.save()
        return job

    def test_the_time_left_is_said_while_somebody_works(self, desk: Client, running: Job) -> None:
        said = page(desk, running.batches.get(), "import-progress")
        assert "约剩 2 分钟" in said
        assert "没有进展" not in said

    def test_a_worker_that_has_gone_silent_is_said_in_its_place(self, desk: Client, running: Job) -> None:
        Job.objects.filter(pk=running.pk).update(heartbeat_at=clock.now() - dt.timedelta(seconds=34))
        said = page(desk, running.batches.get(), "import-progress")
        assert "已 34 秒没有进展，系统会自动接着做" in said
        assert "约剩" not in said

    def test_where_it_was_gone_on_with_is_said_then_and_in_the_result(
        self, desk: Client, running: Job, monkeypatch: pytest.MonkeyPatch, work_off: Callable[[], int]
    ) -> None:
        batch = running.batches.get()
        Job.objects.filter(pk=running.pk).update(state="queued", attempts=0, progress=0, total=0, heartbeat_at=None)
        monkeypatch.setattr(work, "CHUNK", 1)
        chunk = work._chunk
        seen: list[int] = []

        def killed(*args: Any) -> None:
            if len(seen) == 1:
                seen.append(0)
                raise SystemExit
            seen.append(0)
            chunk(*args)

        monkeypatch.setattr(work, "_chunk", killed)
        with pytest.raises(SystemExit):
            jobs.run(running.pk)
        Job.objects.filter(pk=running.pk).update(state="queued")
        jobs.run(running.pk)
        assert "中途断过，已从第 1 笔之后接着写" in page(desk, batch)
        assert Order.objects.count() == 2


class TestDiscarded:
    def test_a_checked_file_can_be_put_aside(self, desk: Client, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk)
        act(desk, batch, "check", **COLUMNS)
        work_off()
        assert "作废这次导入" in page(desk, batch)
        answer = desk.post(reverse("members:import-discard", args=[batch.pk]), follow=True)
        assert "已作废" in answer.content.decode()
        assert "没有写入任何数据" in page(desk, batch)

    def test_a_page_left_open_leads_back_to_it(self, desk: Client) -> None:
        batch = uploaded(desk)
        act(desk, batch, "discard")
        for name in ("check", "reread", "start", "resume", "save-preset", "discard"):
            assert act(desk, batch, name, name="周报", **COLUMNS).status_code == 302
        assert ImportBatch.objects.get().state == "discarded"

    def test_what_is_written_cannot_be(self, desk: Client, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk)
        act(desk, batch, "start")
        work_off()
        assert "作废这次导入" not in page(desk, batch)
        act(desk, batch, "discard")
        assert ImportBatch.objects.get().state == "done"


class TestColumns:
    def test_a_required_field_without_a_column_is_asked_for(self, desk: Client) -> None:
        batch = uploaded(desk)
        answer = act(desk, batch, "check", **{"column-0": "order_no", "kind": "orders"})
        assert answer.status_code == 422
        assert "请指定哪一列是：下单时间、金额" in answer.content.decode()

    def test_two_columns_for_one_field_are_told(self, desk: Client) -> None:
        batch = uploaded(desk)
        answer = act(desk, batch, "check", **COLUMNS | {"column-5": "amount"})
        assert answer.status_code == 422
        assert "有两列都对应到了：金额" in answer.content.decode()

    def test_unknown_headers_can_be_matched_by_hand(self, desk: Client, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk, "甲,乙,丙\nA1,2025-01-05 09:30:00,10\n")
        assert "还没对上：订单号、下单时间、金额" in page(desk, batch)
        act(
            desk,
            batch,
            "check",
            **{"column-0": "order_no", "column-1": "ordered_at", "column-2": "amount", "kind": "orders"},
        )
        work_off()
        assert "将写入 1 行" in page(desk, batch)


class TestDecisions:
    MESSY = (
        "订单号,下单时间,实付金额,门店,渠道,订单状态\n"
        "A1,2026-03-01 10:00,10.00,XH,小程序,已付款\n"
        "A2,2026-03-01 11:00,20.00,S1,小程序,贵宾\n"
        "A3,2026-03-01 12:00,免单,S1,小程序,已付款\n"
    )

    @pytest.fixture
    def checked(self, desk: Client, work_off: Callable[[], int]) -> ImportBatch:
        batch = uploaded(desk, self.MESSY)
        columns = ("order_no", "ordered_at", "amount", "store", "channel", "status")
        act(desk, batch, "check", kind="orders", **{f"column-{n}": name for n, name in enumerate(columns)})
        work_off()
        return batch

    def test_each_group_offers_what_it_would_do(self, desk: Client, checked: ImportBatch) -> None:
        said = page(desk, checked)
        assert "“贵宾”，1 行，当作" in said
        assert "当作 0：1 行按 ¥0 计" in said
        assert "“XH”，1 笔订单" in said
        assert "就是 First（S1）" in said

    def test_is_applied_shown_and_taken_back(
        self, desk: Client, checked: ImportBatch, work_off: Callable[[], int]
    ) -> None:
        act(desk, checked, "decide", field="store", written="XH", meant="S1")
        work_off()
        act(desk, checked, "decide", field="amount", code="not_a_number", action="zero")
        work_off()
        said = page(desk, checked)
        assert "门店“XH”当作“First（S1）”" in said
        assert "不是数字（金额）：按 ¥0 计" in said
        assert "新门店" not in said
        act(desk, checked, "decide", field="store", written="XH", meant="")
        work_off()
        assert "新门店" in page(desk, checked)

    def test_the_audit_row_of_the_import_holds_what_was_decided(
        self, desk: Client, checked: ImportBatch, work_off: Callable[[], int]
    ) -> None:
        act(desk, checked, "decide", field="amount", code="not_a_number", action="zero")
        work_off()
        act(desk, checked, "start")
        work_off()
        kept = AuditEntry.objects.get(verb="import").detail
        assert kept["decisions"] == {"codes": {"amount:not_a_number": "zero"}}

    def test_what_was_not_offered_is_refused(self, desk: Client, checked: ImportBatch) -> None:
        assert act(desk, checked, "decide", field="ordered_at", code="not_a_date", action="zero").status_code == 400
        assert act(desk, checked, "decide", field="store", written="XH", meant="S99").status_code == 400

    def test_the_rows_of_one_group_can_be_had_alone(self, desk: Client, checked: ImportBatch) -> None:
        url = reverse("members:import-rejected", args=[checked.pk])
        answer: Any = desk.get(url, {"code": "not_a_number", "field": "amount"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert lines[1].startswith("3,amount,免单,")

    def test_the_columns_can_be_changed_there(
        self, desk: Client, checked: ImportBatch, work_off: Callable[[], int]
    ) -> None:
        act(desk, checked, "decide", field="amount", code="not_a_number", action="zero")
        work_off()
        columns = {"column-0": "order_no", "column-1": "ordered_at", "column-2": "amount", "kind": "orders"}
        act(desk, checked, "check", **columns)
        work_off()
        said = page(desk, checked)
        assert "将写入 3 行" in said, "the state is no longer read; what was decided stays"
        assert "不是数字（金额）：按 ¥0 计" in said


class TestTheSameFileAgain:
    def test_what_was_corrected_is_not_said_to_be_no_row(self, desk: Client, work_off: Callable[[], int]) -> None:
        def written() -> ImportBatch:
            batch = uploaded(desk)
            for step, data in (("check", COLUMNS), ("start", {})):
                act(desk, batch, step, **data)
                work_off()
            return batch

        assert "已自动修好 1 行" in page(desk, written())
        again = page(desk, written())
        assert "已自动修好" not in again
        assert "读取时作了修正；这些行没有带来变化" in again


class TestPresets:
    def test_are_saved_named_done_without_renamed_and_deleted(self, desk: Client) -> None:
        act(desk, uploaded(desk), "save-preset", name="周报")
        batch = uploaded(desk)
        assert "已按你的模板“周报”读取" in page(desk, batch)
        act(desk, batch, "reread", encoding="")
        assert "已按你的模板" not in page(desk, batch)
        preset = ImportPreset.objects.get()
        desk.post(reverse("members:import-preset-rename", args=[preset.pk]), {"name": "月报"})
        new = reverse("members:import-new")
        assert "月报" in _said(desk.get(new))
        desk.post(reverse("members:import-preset-delete", args=[preset.pk]))
        assert not ImportPreset.objects.exists()

    def test_a_name_that_cannot_be_is_said(self, desk: Client) -> None:
        batch = uploaded(desk)
        for name in ("", "generic"):
            act(desk, batch, "save-preset", name=name)
        said = page(desk, batch)
        assert "请起个名称" in said
        assert "已经有叫“generic”的了" in said


class TestBadFiles:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"PK\x03\x04", "这其实是 Excel 文件"),
            ("a,b\n許功蓋,王\n".encode("big5"), "第 2 行既不是 UTF-8 也不是 GB18030"),
            (b'order_no,ordered_at,amount\nA,2025-01-01,"1\n', "引号没有收尾"),
        ],
    )
    def test_are_refused_in_words(self, desk: Client, content: bytes, said: str, work_off: Callable[[], int]) -> None:
        batch = uploaded(desk, content)
        assert said in page(desk, batch)

    def test_an_empty_upload_and_none_at_all(self, desk: Client) -> None:
        assert "请先选一个文件" in _said(
            desk.post(reverse("members:import-new"), headers={"accept-language": "zh-hans"})
        )
        assert "文件是空的" in page(desk, uploaded(desk, b""))

    def test_the_list_says_refused_until_it_can_be_read(self, desk: Client) -> None:
        batch = uploaded(desk, "訂單號,日期,金額\n許功蓋,2025-01-05,1\n".encode("big5"))
        listed = reverse("members:imports")
        chinese = {"accept-language": "zh-hans"}
        assert "不能导入" in _said(desk.get(listed, headers=chinese))
        act(desk, batch, "reread", encoding="big5")
        assert "待对应列" in _said(desk.get(listed, headers=chinese))

    def test_another_encoding_can_be_chosen(self, desk: Client) -> None:
        batch = uploaded(desk, "訂單號,日期,金額\n許功蓋,2025-01-05,1\n".encode("big5"))
        act(desk, batch, "reread", encoding="big5")
        assert "許功蓋" in page(desk, batch)


def _said(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


class TestWhoMay:
    @pytest.mark.parametrize("name", ["manager", "clerk", "analyst", "stranger"])
    def test_import_is_for_head_office(
        self, name: str, signed_in: Callable[[Staff], Client], people: People, desk: Client
    ) -> None:
        batch = uploaded(desk)
        client = signed_in(getattr(people, name))
        assert client.get(reverse("members:imports")).status_code == 403
        assert client.get(reverse("members:import", args=[batch.pk])).status_code == 403
        assert upload(client).status_code == 403

    def test_an_import_that_is_not_there(self, desk: Client) -> None:
        assert desk.get(reverse("members:import", args=[999])).status_code == 404


def test_the_list_shows_what_became_of_each_file(desk: Client, work_off: Callable[[], int], tmp_path: Path) -> None:
    batch = uploaded(desk)
    act(desk, batch, "start")
    work_off()
    with translation.override("en"):
        listed = desk.get(reverse("members:imports"), headers={"accept-language": "en"}).content.decode()
    assert "sales.csv" in listed
    assert "Imported" in listed


def test_a_template_can_be_imported_as_it_is(desk: Client) -> None:
    for kind in ("orders", "lines", "refunds"):
        header = desk.get(reverse("members:import-template", args=[kind])).content
        assert "列已对上" in page(desk, uploaded(desk, header))
