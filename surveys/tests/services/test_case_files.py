"""Cases from files: each once, impossible times kept and flagged, what is wrong told line by line."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from members.lib.actor import system
from members.models import AuditEntry, Member, Store, Touched
from surveys.exports import case_files as words
from surveys.models import BusinessHours, Case, CaseEntry, ResponseTarget
from surveys.rules.named_rows import Unreadable
from surveys.services import case_files

pytestmark = pytest.mark.django_db
BY, DAY = system("test"), dt.date(2026, 5, 1)
HEAD = "编号,投诉内容,受理时间,首次回复时间,解决时间,状态,优先级,渠道,门店,会员\n"


def taken(text: str, encoding: str = "utf-8", *, dry_run: bool = False) -> case_files.Outcome:
    return case_files.import_file((HEAD + text).encode(encoding), source="desk", day=DAY, dry_run=dry_run, by=BY)


def test_a_case_of_a_file_has_its_times_its_clocks_and_a_line_in_its_log(
    stores: tuple[Store, Store], merchant: object
) -> None:
    for weekday in range(5):
        BusinessHours.objects.create(weekday=weekday, opens=dt.time(9), closes=dt.time(18))
    ResponseTarget.objects.update_or_create(priority=1, defaults={"first_minutes": 60, "resolve_minutes": 480})
    member = Member.objects.create(number="M1", home_store=stores[0])
    line = f"7,茶是凉的,2026-04-10 17:30,2026-04-13 09:30,2026-04-13 12:00,已结案,紧急,电话,{stores[0].code},m1\n"
    assert (taken(line).new, taken(line, "gb18030").same) == (1, 1)  # Friday evening to Monday morning
    case = Case.objects.get()
    assert (case.number, case.source_number, case.member, case.store) == (f"C{case.pk:06d}", "7", member, stores[0])
    assert (case.state, case.priority, case.intake, case.is_flagged) == ("closed", 1, "phone", False)
    assert (case.first_minutes, case.resolve_minutes, case.business_date) == (60, 210, dt.date(2026, 4, 10))
    assert case.first_due_at == dt.datetime(2026, 4, 13, 1, 30, tzinfo=dt.UTC)
    assert list(CaseEntry.objects.values_list("kind", flat=True)) == ["opened"]
    assert Touched.objects.filter(kind="case", key=case.pk).count() == 1
    assert AuditEntry.objects.filter(verb="import_cases").count() == 2


@pytest.mark.parametrize(
    ("times", "is_flagged"),
    [
        ("2026-04-10 10:00,2026-04-10 11:00,2026-04-10 12:00", False),
        ("2026-04-10 10:00,2026-04-10 12:00,2026-04-10 11:00", True),  # solved before it was answered
        ("2026-04-10 10:00,,2026-04-10 09:00", True),  # solved before it was opened
        ("2026-04-10 10:00,2026-04-09 11:00,", True),  # answered before it was opened
        ("2026-04-10 10:00,2199-01-01 11:00,", True),  # answered in years to come
        (",2026-04-10 11:00,2026-04-10 12:00", True),  # nobody knows when it was opened
        ("2026-04-10,2026-04-10 11:00,", True),  # a day is no time of which minutes can be counted
    ],
)
def test_times_that_cannot_be_are_kept_flagged_and_counted_in_no_minutes(
    merchant: object, times: str, is_flagged: bool
) -> None:
    outcome = taken(f"1,x,{times},,,,,\n")
    case = Case.objects.get()
    assert (case.is_flagged, outcome.flagged) == (is_flagged, int(is_flagged))
    assert (case.first_minutes is None) == is_flagged
    assert not is_flagged or case.resolve_minutes is None
    said = [cell for cell in times.split(",")[1:] if cell]
    assert len([at for at in (case.first_response_at, case.resolved_at) if at]) == len(said)


def test_the_state_is_that_of_the_file_or_the_one_its_times_speak_of(merchant: object) -> None:
    lines = [
        "1,x,2026-04-10 10:00,,,,,,,", "2,x,2026-04-10 10:00,2026-04-10 11:00,,,,,,",
        "3,x,2026-04-10 10:00,2026-04-10 11:00,2026-04-10 12:00,,,,,",
        "4,x,2026-04-10 10:00,2026-04-10 11:00,,等待顾客,,,,", "5,x,2026-04-10 10:00,,,Open,,,,",
    ]  # fmt: skip
    taken("\n".join(lines))
    states = dict(Case.objects.values_list("source_number", "state"))
    assert states == {"1": "new", "2": "open", "3": "closed", "4": "waiting", "5": "new"}


def test_what_is_worked_here_is_not_changed_by_a_newer_file(merchant: object) -> None:
    taken("1,first words,2026-04-10 10:00,,,,,,,\n")
    assert taken("1,other words,2026-04-10 10:00,,,closed,,,,\n").same == 1
    assert Case.objects.get().text == "first words"


def test_trying_says_the_same_and_writes_nothing(merchant: object) -> None:
    assert (taken("1,x,,,,,,,,\n", dry_run=True).new, Case.objects.count()) == (1, 0)
    assert not AuditEntry.objects.filter(verb="import_cases").exists()


def test_every_fault_names_its_line_and_how_to_mend_it_and_the_rest_is_taken(
    stores: tuple[Store, Store], merchant: object
) -> None:
    outcome = taken(
        ",x,,,,,,,,\n2,,,,,,,,,\n3,x,gestern,,,,,,,\n4,x,,,,lost,,,,\n5,x,,,,,maybe,,,\n6,x,,,,,,,nowhere,\n"
        f"7,x,,,,,,,,nobody\n8,{'x' * 8_001},,,,,,,,\n9,x,2199-01-01 10:00,,,,,,,\n1,x,,,,,,,,\n1,x,,,,,,,,\n"
    )
    assert [(one.line, one.what) for one in outcome.faults] == [
        (2, "number"), (3, "nothing"), (4, "opened"), (5, "state"), (6, "priority"), (7, "store"), (8, "member"),
        (9, "text"), (10, "future"), (12, "twice"),
    ]  # fmt: skip
    assert list(Case.objects.values_list("source_number", flat=True)) == ["1"]
    with translation.override("en"):
        said = words.faults(outcome)
    assert said[2] == "Line 4: “gestern” is not a time. Write it like 2026-11-21 14:30."
    assert said[6] == "Line 8: no member has the number “nobody”. Import the member first, or leave it empty."


def test_a_text_of_several_lines_and_formulas_stays_as_it_was_said(merchant: object) -> None:
    taken('1,"=1+1\nBillig, sagt er: ""so""",2026-04-10 10:00,,,,,,,\n')
    assert Case.objects.get().text == '=1+1\nBillig, sagt er: "so"'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"), (b"a,b\n1,2\n", "columns"), (b"\xff\xff\xff", "encoding"),
        (b'id,text\n1,"' + b"x" * (11 * 2**20), "quotes"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_a_reason(merchant: object, content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        case_files.import_file(content, source="desk", day=DAY, by=BY)
    assert not Case.objects.exists()


def test_the_command_says_what_became_of_it(
    tmp_path: Path, merchant: object, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_cases", str(tmp_path / "none.csv"), source="desk")
    file = tmp_path / "tickets.csv"
    head = "Ticket ID,Ticket Subject,Ticket Description,Ticket Status,Ticket Priority,Ticket Channel"
    file.write_text(f"{head}\n1,Refund,Please help,Pending Customer Response,Critical,Social media\n")
    with translation.override("en"):
        call_command("import_cases", str(file), source="tickets")
    assert "1 new case, 0 known already" in capsys.readouterr().out
    case = Case.objects.get()
    assert (case.text, case.state, case.priority, case.intake) == ("Refund\nPlease help", "waiting", 1, "social")
