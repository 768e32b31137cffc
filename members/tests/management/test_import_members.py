"""`import_members`: whose row it is, what it changes of somebody stored, and why a file is refused."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.lib import clock
from members.lib.actor import system
from members.models import (
    AuditEntry,
    Identifier,
    IdentityConflict,
    ImportBatch,
    Member,
    MemberEdit,
    MemberMerge,
    Order,
    Store,
)
from members.services import imports, jobs
from members.services.imports import options
from members.services.imports.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)
Answer = dict[str, Any]
Run = Callable[..., Answer]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def command(text: str, *options: str, name: str = "import_members") -> Answer:
        path = tmp_path / "members.csv"
        path.write_text(text, encoding="utf-8")
        out = io.StringIO()
        call_command(name, str(path), *options, stdout=out)
        answer: Answer = json.loads(out.getvalue())
        taken = answer["accepted"] + answer["fixed"] + answer["rejected"] + answer["duplicates"]
        assert answer["rows"] == taken, "every row is accounted for"
        return answer

    return command


def outcome(answer: Answer) -> tuple[int, int, int, int]:
    return answer["accepted"], answer["fixed"], answer["rejected"], answer["duplicates"]


def known(member: Member) -> set[tuple[str, str]]:
    return set(member.identifiers.filter(voided_at=None).values_list("kind", "value"))


def edits() -> set[tuple[str, str, str]]:
    return set(MemberEdit.objects.values_list("field", "before", "after"))


HEADER = "member_no,name,phone,email,card,account,gender,birthday,city,store,registered_at\n"
ZHANG = "M1,张伟,13800138001,zhang@example.com,C1,zhang88,男,1990-05-01,北京,徐汇店,2025-01-01 10:00:00\n"


class TestNew:
    def test_everything_a_row_says_is_stored(self, run: Run) -> None:
        answer = run(HEADER + ZHANG, "--source", "taobao")
        assert (outcome(answer), answer["members"]) == ((1, 0, 0, 0), 1)
        member = Member.objects.get()
        assert (member.number, member.name, member.gender, member.city) == ("M1", "张伟", "male", "北京")
        assert (member.birth_year, member.birth_month, member.birth_day) == (1990, 5, 1)
        assert str(member.joined_on) == "2025-01-01"
        assert member.home_store == Store.objects.get(code="徐汇店")
        assert known(member) == {("phone", "+8613800138001"), ("email", "zhang@example.com"), ("card", "c1"),
                                 ("account", "zhang88")}  # fmt: skip
        assert Identifier.objects.get(kind="account").source == "taobao"
        assert Identifier.objects.get(kind="phone").last4 == "8001"
        batch = ImportBatch.objects.get()
        assert {member.batch, *(one.batch for one in Identifier.objects.all())} == {batch}
        assert AuditEntry.objects.filter(verb="import", subject_id=str(batch.pk)).count() == 1

    def test_no_store_is_made_for_rows_that_name_none(self, run: Run) -> None:
        run("member_no,phone\nM1,13800138001\n")
        assert Member.objects.get().home_store is None
        assert not Store.objects.exists()

    def test_a_store_named_in_the_command_is_the_home_of_rows_that_name_none(self, run: Run) -> None:
        run("member_no,phone,store\nM1,13800138001,\nM2,13800138002,S2\n", "--store", "S1")
        assert set(Member.objects.values_list("number", "home_store__code")) == {("M1", "S1"), ("M2", "S2")}

    def test_somebody_without_a_number_gets_one_of_ours(self, run: Run) -> None:
        run("phone,name\n13800138001,张\n")
        member = Member.objects.get()
        assert member.number == f"HT-{member.pk}"

    def test_several_phones_and_emails(self, run: Run) -> None:
        run("会员号,手机,电话,邮箱\nM1,13800138001/13800138002,010-62345678,a@example.com；b@example.com\n")
        assert known(Member.objects.get()) == {
            ("phone", "+8613800138001"), ("phone", "+8613800138002"), ("phone", "+861062345678"),
            ("email", "a@example.com"), ("email", "b@example.com"),
        }  # fmt: skip

    def test_a_second_number_is_a_card(self, run: Run) -> None:
        run("会员编号,会员卡号,手机\nM1,88001,13800138001\n")
        assert ("card", "88001") in known(Member.objects.get(number="M1"))


class TestOnePerson:
    def test_rows_that_share_an_identifier_wherever_they_stand(self, run: Run) -> None:
        text = "member_no,phone,email,city\nM1,13800138001,,\nM2,,b@example.com,上海\nM3,13800138001,b@example.com,\n"
        answer = run(text)
        assert (outcome(answer), answer["members"]) == ((1, 0, 0, 2), 1)
        member = Member.objects.get(number="M1")
        assert member.city == "上海"
        assert {value for kind, value in known(member) if kind == "card"} == {"m2", "m3"}

    def test_the_same_name_is_no_identifier(self, run: Run) -> None:
        assert run("name,phone\n李四,13800138001\n李四,13800138002\n")["members"] == 2

    def test_what_is_masked_is_no_identifier(self, run: Run) -> None:
        answer = run("member_no,phone,account\nM1,138****8001,z***8\nM2,138****8001,z***8\nM3,13800138003,z***8\n")
        assert outcome(answer) == (0, 1, 2, 0)
        assert known(Member.objects.get()) == {("phone", "+8613800138003")}

    def test_a_number_alone_is_enough_when_it_is_known(self, run: Run) -> None:
        assert outcome(run("member_no,phone,city\nM1,,北京\n")) == (0, 0, 1, 0)
        run("member_no,phone\nM1,13800138001\n")
        assert outcome(run("member_no,phone,city\nM1,,北京\n")) == (1, 0, 0, 0)
        assert Member.objects.get().city == "北京"

    def test_a_number_alone_is_enough_in_a_file_without_contacts(self, run: Run) -> None:
        assert run("member_no,name\nM1,张\n")["members"] == 1

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_the_order_of_the_rows_makes_no_difference_to_who_is_who(self, run: Run, data: st.DataObject) -> None:
        cell = st.sampled_from(["", "1", "2", "3", "4"])
        rows = data.draw(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=7))
        texts = [
            f"{number and 'M' + number},{phone and '1380013800' + phone},{email and email + '@example.com'}\n"
            for number, phone, email in rows
        ]
        partitions = []
        for order in (texts, data.draw(st.permutations(texts))):
            Identifier.objects.all().delete()
            MemberEdit.objects.all().delete()
            Member.objects.all().delete()
            first = run("member_no,phone,email\n" + "".join(order))
            partitions.append(people())
            again = run("member_no,phone,email\n" + "".join(order))
            assert (again["accepted"], again["fixed"], again["members"]) == (0, 0, 0)
            assert again["rejected"] == first["rejected"]
            assert people() == partitions[-1]
        assert partitions[0] == partitions[1]


def people() -> set[frozenset[tuple[str, str]]]:
    """Who is who: the identifiers of each member, numbers and cards alike."""
    found = set()
    for member in Member.objects.all():
        own = set() if member.number.startswith("HT-") else {("number", member.number_key)}
        found.add(frozenset(own | {("number" if kind == "card" else kind, value) for kind, value in known(member)}))
    return found


class TestKnown:
    def test_blanks_are_filled_and_what_is_there_stays(self, run: Run) -> None:
        run("member_no,name,phone\nM1,张伟,13800138001\n")
        answer = run(HEADER + ZHANG.replace("张伟", "章伟"))
        assert (outcome(answer), answer["members"]) == ((1, 0, 0, 0), 0)
        member = Member.objects.get()
        assert (member.name, member.city, member.gender, member.birth_year) == ("张伟", "北京", "male", 1990)
        store = str(Store.objects.get().pk)
        assert edits() == {("gender", "", "male"), ("birthday", "", "1990-05-01"), ("city", "", "北京"),
                           ("home_store", "", store), ("joined_on", "", "2025-01-01")}  # fmt: skip
        assert ("card", "c1") in known(member)

    def test_differing_values_are_told_by_column_and_taken_only_where_that_is_decided(self, run: Run) -> None:
        run("member_no,name,phone,city\nM1,张伟,13800138001,北京\nM2,王芳,13800138002,上海\n")
        text = "member_no,name,phone,city\nM1,章伟,13800138001,天津\nM2,王芳,13800138002,苏州\n"
        run(text, "--dry-run")
        differing = ImportBatch.objects.latest("id").summary["differing"]
        assert [(column["field"], column["rows"]) for column in differing] == [("city", 2), ("name", 1)]
        assert differing[0]["samples"][0] == {"row": 1, "ours": "北京", "theirs": "天津", "number": "M1"}
        assert outcome(run(text)) == (0, 0, 0, 2)
        assert outcome(run(text, "--differing", "city=take", "--differing", "name=keep")) == (2, 0, 0, 0)
        assert set(Member.objects.values_list("name", "city")) == {("张伟", "天津"), ("王芳", "苏州")}
        assert edits() == {("city", "北京", "天津"), ("city", "上海", "苏州")}
        assert outcome(run(text, "--differing", "city=take")) == (0, 0, 0, 2)

    def test_a_birthday_with_its_year_says_more_than_one_without(self, run: Run) -> None:
        run("member_no,phone,birthday\nM1,13800138001,05-01\n")
        run("member_no,phone,birthday\nM1,13800138001,1990-05-01\n")
        assert edits() == {("birthday", "--05-01", "1990-05-01")}
        assert outcome(run("member_no,phone,birthday\nM1,13800138001,05-01\n"))[3] == 1

    def test_a_known_phone_is_that_member_and_its_number_becomes_a_card(self, run: Run) -> None:
        run("member_no,phone\nM1,13800138001\n")
        answer = run("member_no,phone\nX9,138 0013 8001\n")
        assert (answer["fixed"], answer["members"]) == (1, 0)
        assert known(Member.objects.get(number="M1")) == {("phone", "+8613800138001"), ("card", "x9")}
        assert run("member_no,name\nx9,张\n")["members"] == 0

    def test_a_number_that_we_made_up_gives_way_to_the_merchants(self, run: Run) -> None:
        run("phone,name\n13800138001,张\n")
        ours = Member.objects.get().number
        run("member_no,phone\nM1,13800138001\n")
        member = Member.objects.get()
        assert (member.number, member.number_key, edits()) == ("M1", "m1", {("number", ours, "M1")})
        assert known(member) == {("phone", "+8613800138001")}

    def test_two_rows_that_are_one_stored_member_count_once(self, run: Run) -> None:
        run("member_no,phone,email\nM1,13800138001,a@example.com\n")
        text = "phone,email,city,gender\n13800138001,,北京,\n,a@example.com,上海,女\n"
        assert outcome(run(text, "--dry-run")) == (1, 0, 0, 1)
        assert outcome(run(text, "--differing", "city=take")) == (1, 0, 0, 1)
        member = Member.objects.get()
        assert (member.city, member.gender) == ("北京", "female")

    def test_what_is_merged_counts_for_its_owner(self, run: Run) -> None:
        run("member_no,phone\nM1,13800138001\nM2,13800138002\n")
        kept, gone = Member.objects.order_by("number")
        MemberMerge.objects.create(member=gone, into=kept, owner=kept, recorded_at=clock.now())
        Member.objects.filter(pk=gone.pk).update(merged_into=kept)
        answer = run("member_no,phone,email,city\nM1,13800138002,a@example.com,北京\n")
        assert outcome(answer) == (1, 0, 0, 0)
        assert Member.objects.get(pk=kept.pk).city == "北京"
        assert Member.objects.get(pk=gone.pk).city == ""

    def test_guest_orders_become_those_of_the_member_who_brings_their_phone(self, run: Run) -> None:
        text = "order_no,phone,ordered_at,amount\nA,13800138001,2025-01-05,10\n"
        batch = imports.receive(
            name="orders.csv", content=[text.encode()], chosen=imports.Options(contacts="guests"), by=system("test")
        )
        job = imports.start(batch, by=system("test"))
        assert job is not None
        jobs.run(job.pk)
        assert Order.objects.get().member is None
        run("member_no,phone\nM1,13800138001\n")
        assert Order.objects.get(voided_at=None).member == Member.objects.get(number="M1")


class TestAnotherName:
    """Rows that a phone alone ties together, under two names: one member, and it is said."""

    def _found(self) -> list[tuple[int, str, dict[str, str]]]:
        with Stage(options.stage_path(ImportBatch.objects.latest("id"))) as stage:
            rows = stage.select("select row, value, params from problem where code = 'other_name'")
        return [(row, value, json.loads(params)) for row, value, params in rows]

    def test_names_the_row_that_stands(self, run: Run) -> None:
        assert outcome(run("member_no,name,phone\nM1,王芳,13800138001\nM2,李雷,13800138001\n")) == (1, 0, 0, 1)
        assert self._found() == [(2, "李雷", {"row": "1", "name": "王芳"})]

    @pytest.mark.parametrize("second", ["M2,王 芳,13800138001", "M2,,13800138001", "M1,王小芳,13800138001"])
    def test_nothing_is_said_of_the_same_name_or_number(self, run: Run, second: str) -> None:
        run(f"member_no,name,phone\nM1,王芳,13800138001\n{second}\n")
        assert self._found() == []


class TestConflicts:
    @pytest.fixture(autouse=True)
    def _two(self, run: Run) -> None:
        run("member_no,phone,email\nM1,13800138001,a@example.com\nM2,13800138002,b@example.com\n")

    def test_a_row_that_points_to_two_members_is_rejected_and_kept_for_review(self, run: Run) -> None:
        text = "member_no,phone,city\nM1,13800138001,北京\nM1,13800138002,上海\nM2,13800138002,苏州\n"
        assert outcome(run(text, "--dry-run")) == (2, 0, 1, 0)
        assert not IdentityConflict.objects.exists()
        assert outcome(run(text)) == (2, 0, 1, 0)
        conflict = IdentityConflict.objects.get()
        first, second = Member.objects.order_by("number")
        assert (conflict.row, conflict.subject, conflict.first, conflict.second) == (2, "M1", first, second)
        assert conflict.keys == [
            {"kind": "number", "value": "m1", "member": first.pk},
            {"kind": "phone", "value": "+8613800138002", "member": second.pk},
        ]
        assert set(Member.objects.values_list("number", "city")) == {("M1", "北京"), ("M2", "苏州")}

    def test_a_new_identifier_that_two_members_share_belongs_to_neither(self, run: Run) -> None:
        text = "member_no,phone\nM1,13800138009\nM2,13800138009\n"
        assert outcome(run(text)) == (0, 0, 2, 0)
        assert IdentityConflict.objects.count() == 2
        assert not Identifier.objects.filter(value="+8613800138009").exists()


class TestRefusals:
    def test_a_file_of_orders_names_the_other_command(self, run: Run) -> None:
        with pytest.raises(CommandError, match="import_orders"):
            run("order_no,ordered_at,amount,phone\nA,2025-01-05,10,13800138001\n")

    def test_a_file_of_members_names_the_other_command(self, run: Run) -> None:
        with pytest.raises(CommandError, match="import_members"):
            run(HEADER + ZHANG, name="import_orders")

    def test_columns_that_tell_nobody_apart(self, run: Run) -> None:
        with pytest.raises(CommandError, match=r"member_no.*phone"):
            run("name,email\n张伟,a@example.com\n")

    def test_a_column_whose_values_speak_against_its_name_is_asked_about_and_never_left_out(self, run: Run) -> None:
        rows = "".join(f"M{n},2025-01-0{n},a{n}@example.com\n" for n in range(1, 5))
        with pytest.raises(CommandError, match="手机"):
            run("member_no,phone,email\n" + rows)
        assert not Member.objects.exists()

    @pytest.mark.parametrize("option", ["city", "city=maybe", "phone=take"])
    def test_decisions_that_cannot_be(self, run: Run, option: str) -> None:
        with pytest.raises(CommandError, match="--differing"):
            run(HEADER + ZHANG, "--differing", option)

    def test_columns_given_by_hand(self, run: Run) -> None:
        run("Nr,Wer,Ort\nM1,张,北京\n", "--map", "member_no=Nr", "--map", "name=Wer", "--map", "city=Ort")
        assert Member.objects.get().city == "北京"


class TestPresets:
    NEW = (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address City,"
        "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags\n"
    )
    OLD = (
        "First Name,Last Name,Email,Company,Address1,City,Province,Country,Zip,Phone,Accepts Marketing,Total Spent,"
        "Total Orders,Tags,Note,Tax Exempt\n"
    )

    def test_shopify_newer(self, run: Run) -> None:
        run(self.NEW + "'6940095564,Jane,Doe,Jane@Example.com,yes,,London,,+442083661177,no,10.00,1,,no,vip\n")
        member = Member.objects.get()
        assert (ImportBatch.objects.get().preset, member.name, member.city) == ("shopify", "Jane Doe", "London")
        assert known(member) == {("account", "6940095564"), ("email", "jane@example.com"), ("phone", "+442083661177")}
        assert Identifier.objects.get(kind="account").source == "shopify"

    def test_shopify_older(self, run: Run) -> None:
        run(self.OLD + "伟,王,wang@example.com,,,上海,,China,,13800138001,yes,0.00,0,,,no\n")
        assert (Member.objects.get().name, Member.objects.get().city) == ("王伟", "上海")

    def test_shopify_customers_without_contacts_are_known_by_their_id(self, run: Run) -> None:
        assert run(self.NEW + "694,Jane,Doe,,no,,,,,no,0.00,0,,no,\n")["members"] == 1

    def test_zoho(self, run: Run) -> None:
        run(
            "Record Id,Contact Owner,First Name,Last Name,Account Name,Email,Phone,Mobile,Date of Birth,Created Time,"
            "Mailing City,Secondary Email\n"
            "zcrm_1,Boss,Jane,Doe,Acme Ltd,j@example.com,,13800138001,1990-05-01,2025-01-05 10:00:00,Leeds,"
            "k@example.com\n"
        )
        member = Member.objects.get()
        assert (ImportBatch.objects.get().preset, member.name, member.city) == ("zoho", "Jane Doe", "Leeds")
        assert {value for _, value in known(member)} == {"zcrm_1", "j@example.com", "k@example.com", "+8613800138001"}

    def test_fxiaoke(self, run: Run) -> None:
        run(
            "客户名称,客户编号,负责人,客户级别,手机,邮件,市,创建时间\n王伟,K001,小李,重要,13800138001,,上海,2025-01-05\n"
        )
        member = Member.objects.get()
        assert (ImportBatch.objects.get().preset, member.number, member.name) == ("fxiaoke", "K001", "王伟")
