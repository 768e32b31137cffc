"""Opening balances and points by file: checked first, written once, above a limit with a second person."""

import datetime as dt
from pathlib import Path

import pytest

from members.lib import clock
from members.lib.actor import system
from members.models import Approval, Identifier, Member, Store
from members.services import approvals
from members.tests import workbooks
from members.tests.workbooks import number, row, text, texts
from rewards.models import Adjustment, Entry, Lot, PointsFile
from rewards.services import points_files
from rewards.tests import shop

HEAD = "member_no,points,earned_on,expires_on,reference"
NEXT_YEAR = clock.now().year + 1


@pytest.fixture(autouse=True)
def people_of_the_shop(merchant: object, stores: tuple[Store, Store]) -> None:
    here, there = stores
    one = Member.objects.create(number="M1", name="Wang", home_store=here)
    Identifier.objects.create(member=one, kind="phone", value="+8613800138000")
    Member.objects.create(number="M2", name="Li", home_store=there)


@pytest.fixture
def checked(tmp_path: Path):
    def check(text: str | bytes, kind: str = "opening", name: str = "points.csv", by: object = None) -> PointsFile:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return points_files.check(path, name, kind, by=by or system("test"))  # type: ignore[arg-type]

    return check


def one() -> Member:
    return Member.objects.get(number="M1")


def codes(file: PointsFile) -> list[tuple[int, str, str]]:
    return [tuple(found) for found in file.findings]


def test_a_check_writes_nothing_and_says_what_would_be(checked) -> None:
    file = checked(f"{HEAD}\nM1,100,2026-01-05,{NEXT_YEAR}-12-31,\nM2,50,,,\n")
    assert (file.rows, file.given, file.wrong) == (2, 150, 0)
    assert not Entry.objects.exists()


def test_lots_keep_the_days_they_came_with(checked, work_off) -> None:
    points_files.start(checked(f"{HEAD}\nM1,100,2026-01-05,{NEXT_YEAR}-12-31,\n"), by=system("test"))
    work_off()
    lot, entry = Lot.objects.get(), Entry.objects.get()
    assert (entry.kind, entry.amount, lot.expires_on) == (Entry.Kind.OPENING, 100, dt.date(NEXT_YEAR, 12, 31))
    assert clock.local_date(lot.available_at, "Asia/Shanghai") == dt.date(2026, 1, 5)
    assert clock.local_date(entry.happened_at, "Asia/Shanghai") == dt.date(2026, 1, 5)
    assert shop.figures(one()) == (100, 0, 0)
    shop.assert_right()


@pytest.mark.parametrize("reference", ["", "old-1"])
def test_the_same_file_twice_gives_nothing(checked, work_off, reference) -> None:
    text = f"{HEAD}\nM1,100,,,{reference}\n"
    for _again in range(2):
        file = checked(text)
        if file.lines.exists():
            points_files.start(file, by=system("test"))
        work_off()
    assert (file.repeated, file.given, shop.figures(one())) == (1, 0, (100, 0, 0))


def test_two_files_checked_before_either_is_written_give_once(checked, work_off) -> None:
    first, second = checked(f"{HEAD}\nM1,100,,,\n"), checked(f"{HEAD}\nM1,100,,,\n")
    points_files.start(first, by=system("test"))
    points_files.start(second, by=system("test"))
    work_off()
    assert shop.figures(one()) == (100, 0, 0)
    assert second.lines.get().problem == "again"


def test_equal_rows_of_one_file_are_rows_of_their_own(checked, work_off) -> None:
    points_files.start(checked(f"{HEAD}\nM1,100,,,\nM1,100,,,\n"), by=system("test"))
    work_off()
    assert shop.figures(one()) == (200, 0, 0)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("M9,10,,,", ("member_no", "unknown_member")),
        (",10,,,", ("member_no", "no_contact_and_no_key")),
        ("M1,,,,", ("points", "missing")),
        ("M1,0,,,", ("points", "no_points")),
        ("M1,-5,,,", ("points", "owed")),
        ("M1,1.5,,,", ("points", "too_many_decimals")),
        ("M1,1E3,,,", ("points", "scientific")),
        ("M1,=1+1,,,", ("points", "not_a_number")),
        ("M1,#REF!,,,", ("points", "excel_error")),
        ("M1,9999999999,,,", ("points", "implausibly_large")),
        ("M1,10,,2020-01-01,", ("expires_on", "expired")),
        (f"M1,10,{NEXT_YEAR}-01-01,,", ("earned_on", "future")),
        ("M1,10,2026-02-30,,", ("earned_on", "no_such_day")),
        ("M1,10,,soon,", ("expires_on", "not_a_date")),
        ("M1,10,,3000-01-01,", ("expires_on", "too_far")),
        ("M1,10", ("", "too_few_fields")),
        ("M1,10,,,,,,,", ("", "too_many_fields")),
        ("M\0,10,,,", ("member_no", "nul_byte")),
    ],
)  # fmt: skip
def test_each_wrong_row_is_named_and_the_others_stand(checked, said, found) -> None:
    file = checked(f"{HEAD}\nM1,7,,,\n{said}\n")
    assert codes(file) == [(2, *found)]
    assert (file.given, file.lines.count()) == (7, 1)


def test_full_width_digits_phones_and_chinese_headings_are_read(checked) -> None:
    file = checked("手机号,积分余额,到期日\n138 0013 8000,１２０,9999年12月31日\n".replace("9999", str(NEXT_YEAR)))
    assert (codes(file), file.given) == ([], 120)
    assert file.lines.get().member == one()


def test_a_workbook_is_read_and_a_formula_without_a_value_is_told(checked, tmp_path) -> None:
    rows = row(1, *texts("member_no", "points")) + row(2, text("M1"), number("40"))
    rows += row(3, text("M1"), "<c><f>A1*2</f></c>")
    workbooks.workbook(tmp_path / "made.xlsx", ("Sheet1", rows))
    file = checked((tmp_path / "made.xlsx").read_bytes(), name="points.xlsx")
    assert (file.given, codes(file)) == (40, [(2, "points", "excel_error")])


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"%PDF-1.7 x", b"\xff\xd8\xff\xe0", b"a,b\n1,2\n", b'member_no,points\n"M1,1\n' * 300]
)
def test_what_is_no_table_of_points_is_refused(checked, content) -> None:
    with pytest.raises(points_files.Refused):
        checked(content)
    assert not PointsFile.objects.exists()


def test_two_identifiers_of_two_people_are_a_conflict(checked) -> None:
    file = checked("member_no,phone,points\nM2,13800138000,5\n")
    assert codes(file) == [(1, "member_no", "identifiers_conflict")]


def test_a_reference_of_another_row_is_refused(checked, work_off) -> None:
    points_files.start(checked(f"{HEAD}\nM1,100,,,r1\n"), by=system("test"))
    work_off()
    assert codes(checked(f"{HEAD}\nM1,200,,,r1\n")) == [(1, "reference", "reference_used")]


def test_no_more_is_taken_than_the_rows_above_leave(checked, work_off) -> None:
    file = checked("member_no,points,reason\nM1,100,\nM1,-60,complaint\nM1,-60,投诉\n", kind="adjust")
    assert (codes(file), file.given, file.taken) == ([(3, "points", "not_enough")], 100, 60)
    points_files.start(file, by=system("test"))
    work_off()
    assert shop.figures(one()) == (40, 0, 0)
    assert set(Adjustment.objects.values_list("reason", flat=True)) == {"other", "complaint"}
    shop.assert_right()


def test_who_works_in_a_store_gives_to_its_members_only(checked, actors) -> None:
    file = checked(f"{HEAD}\nM1,10,,,\nM2,10,,,\n", by=actors["manager"])
    assert codes(file) == [(2, "member_no", "unknown_member")]


def test_above_the_limit_a_second_person_decides(checked, actors, work_off) -> None:
    file = checked(f"{HEAD}\nM1,10001,,,\n", by=actors["marketer"])
    asked = points_files.start(file, by=actors["marketer"])
    assert isinstance(asked, Approval)
    assert work_off() == 0
    with pytest.raises(points_files.Refused):
        points_files.start(file, by=actors["marketer"])
    approvals.approve(asked, note="", by=actors["admin"])
    work_off()
    file.refresh_from_db()
    assert (file.state, shop.figures(one())) == (PointsFile.State.DONE, (10001, 0, 0))


def test_the_limit_counts_all_files_of_a_day(checked, actors, work_off) -> None:
    points_files.start(checked(f"{HEAD}\nM1,6000,,,\n", by=actors["marketer"]), by=actors["marketer"])
    work_off()
    second = checked(f"{HEAD}\nM1,4001,,,\n", by=actors["marketer"])
    assert isinstance(points_files.start(second, by=actors["marketer"]), Approval)


def test_what_one_member_gets_by_file_has_the_limit_of_the_hand(checked, actors) -> None:
    for points, asks in ((500, False), (501, True)):
        file = checked(f"{HEAD}\nM1,{points},,,\n", kind="adjust", by=actors["marketer"])
        assert isinstance(points_files.start(file, by=actors["marketer"]), Approval) == asks


def test_a_file_that_was_declined_can_be_discarded(checked, actors) -> None:
    file = checked(f"{HEAD}\nM1,10001,,,\n", by=actors["marketer"])
    asked = points_files.start(file, by=actors["marketer"])
    approvals.decline(asked, note="Too many", by=actors["admin"])
    points_files.discard(file, by=actors["marketer"])
    assert not file.lines.exists()


def test_a_job_that_is_run_again_gives_once(checked, work_off) -> None:
    file = checked(f"{HEAD}\n" + "".join(f"M1,{n},,,\n" for n in range(1, 11)))
    points_files.start(file, by=system("test"))
    work_off()
    PointsFile.objects.filter(pk=file.pk).update(state=PointsFile.State.CHECKED)
    points_files.start(file, by=system("test"))
    work_off()
    assert shop.figures(one()) == (55, 0, 0)
