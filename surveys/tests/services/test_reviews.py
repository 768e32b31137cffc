"""Reviews from files: each once, the changed ones anew, what is wrong told line by line."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from members.lib.actor import system
from members.models import Store, Touched
from surveys.exports import reviews as words
from surveys.models import Review, Theme, ThemeMark
from surveys.rules.named_rows import Unreadable
from surveys.services import reviews, themes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_themes")]
BY, DAY = system("test"), dt.date(2026, 5, 1)
HEAD = "编号,评分,评价内容,日期,门店\n"


def taken(text: str, encoding: str = "utf-8", *, dry_run: bool = False) -> reviews.Outcome:
    return reviews.import_file((HEAD + text).encode(encoding), source="site", day=DAY, dry_run=dry_run, by=BY)


def test_the_same_file_again_changes_nothing(merchant: object) -> None:
    text = "1,5,好喝,2026-04-01,\n2,,只有话,,\n"
    assert (taken(text).new, taken(text, "gb18030").same) == (2, 2)
    assert list(Review.objects.order_by("number").values_list("rating", "business_date")) == [
        (5, dt.date(2026, 4, 1)), (None, DAY),
    ]  # fmt: skip
    assert Touched.objects.filter(kind="review").count() == 2


def test_a_changed_review_takes_the_place_of_the_old(merchant: object) -> None:
    taken("1,5,好喝,2026-04-01,\n")
    assert taken("1,2,难喝,2026-04-01,\n").changed == 1
    assert [one.rating for one in Review.objects.filter(voided_at__isnull=True)] == [2]
    assert Review.objects.count() == 2


def test_a_store_is_known_by_code_or_by_a_name_of_its_own(stores: tuple[Store, Store], merchant: object) -> None:
    first, second = stores
    Store.objects.create(code="Z1", name="Twice")
    Store.objects.create(code="Z2", name="Twice")
    outcome = taken(f"1,4,a,,{first.code}\n2,4,b,,{second.name}\n3,4,c,,Twice\n")
    assert [(one.line, one.what) for one in outcome.faults] == [(4, "store")]
    assert [one.store for one in Review.objects.order_by("number")] == [first, second]


def test_trying_writes_nothing(merchant: object) -> None:
    assert taken("1,5,好喝,,\n", dry_run=True).new == 1
    assert not Review.objects.exists()


def test_what_is_wrong_is_told_by_line_and_the_rest_is_taken(stores: tuple[Store, Store], merchant: object) -> None:
    code = stores[0].code
    outcome = taken(f"1,6,x,,\n2,4,y,32.13.2026,\n,3,z,,\n4,,,,\n5,3,w,,nowhere\n6,4,v,,{code}\n6,4,v,,{code}\n")
    assert [(one.line, one.what) for one in outcome.faults] == [
        (2, "rating"), (3, "date"), (4, "number"), (5, "nothing"), (6, "store"), (8, "twice"),
    ]  # fmt: skip
    assert Review.objects.get().store == stores[0]


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "empty"), (b"a,b\n1,2\n", "columns"), (b"\xff\xff\xff", "encoding")]
)
def test_a_file_that_is_none_is_refused_with_a_reason(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        reviews.import_file(content, source="site", day=DAY, by=BY)


def test_texts_have_their_themes_at_once(merchant: object) -> None:
    taken("1,2,排队半小时,,\n")
    assert list(ThemeMark.objects.values_list("theme__code", flat=True)) == ["waiting"]
    assert Theme.objects.count() >= 8


def test_what_a_file_says_of_a_theme_outranks_the_words(merchant: object) -> None:
    head = "编号,评价内容,theme:waiting,主题:TASTE\n"
    text = "1,排队半小时,-2,positive\n2,好喝,负面,\n3,一般,soso,\n"

    def take() -> reviews.Outcome:
        return reviews.import_file((head + text).encode(), source="site", day=DAY, by=BY)

    outcome = take()
    assert [(one.line, one.what, one.value) for one in outcome.faults] == [(4, "mood", "soso")]
    marks = ThemeMark.objects.filter(is_removed=False).order_by("review__number", "theme__code")
    expected = [("1", "taste", 1), ("2", "taste", None), ("2", "waiting", -1)]
    assert list(marks.values_list("review__number", "theme__code", "mood")) == expected
    list(themes.mark_all())
    assert list(marks.values_list("review__number", "theme__code", "mood")) == expected
    assert take().same == 2
    text = text.replace("负面", "正面")
    assert take().changed == 1


def test_a_heading_that_names_no_theme_is_refused(merchant: object) -> None:
    with pytest.raises(Unreadable) as refused:
        reviews.import_file("编号,评分,主题：wating\n1,5,正面\n".encode(), source="site", day=DAY, by=BY)
    assert "wating" in words.unreadable(refused.value)


def test_the_command_says_what_became_of_it_and_refuses_a_missing_file(tmp_path: object, merchant: object) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_reviews", f"{tmp_path}/none.csv", source="site")
