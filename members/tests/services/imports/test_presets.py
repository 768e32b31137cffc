"""Saved presets: what was matched and decided once reads the next file of its kind, by itself or by name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from members.lib.actor import system
from members.models import AuditEntry, ImportBatch, ImportPreset, Merchant, Order, Store
from members.rules.imports.problems import Refused
from members.services import imports
from members.services.imports import Options, decide, presets
from members.services.names import BadName

BY = system("test")
pytestmark = pytest.mark.django_db
HEADER = "甲,乙,丙,丁,戊\n"
FIRST = HEADER + "A1,2026-03-01 10:00,10.00,XH,x\n"
NEXT = HEADER + "A2,2026-03-02 10:00,20.00,XH,x\n"
COLUMNS = {"*": "", "order_no": "甲", "ordered_at": "乙", "amount": "丙", "store": "丁"}


def received(content: str, chosen: Options | None = None) -> ImportBatch:
    return imports.receive(name="sales.csv", content=[content.encode()], chosen=chosen or Options(), by=BY)


def fresh(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.fixture
def first(merchant: Merchant, work_off: Callable[[], int]) -> ImportBatch:
    Store.objects.create(code="S1", name="徐汇店")
    batch = received(FIRST, Options(kind="orders", columns=COLUMNS, source="till"))
    imports.check(batch, by=BY)
    work_off()
    decide.read_as(fresh(batch), "store", {"XH": "S1"}, by=BY)
    work_off()
    return fresh(batch)


def test_a_file_with_all_its_columns_is_read_by_it(first: ImportBatch, work_off: Callable[[], int]) -> None:
    preset = presets.save(first, "门店周报", by=BY)
    batch = received(NEXT)
    assert presets.recognise(batch) == preset
    chosen = imports.chosen_for(fresh(batch))
    assert (chosen.saved, chosen.source, chosen.columns) == ("门店周报", "till", COLUMNS)
    imports.start(fresh(batch), by=BY)
    work_off()
    order = Order.objects.get()
    assert (order.number, order.store.code, order.source) == ("A2", "S1", "till")


@pytest.mark.parametrize("content", ["甲,乙,丙\nA,2026-03-01,1\n", "", "订单号,日期,金额\nA,2026-03-01,1\n"])
def test_another_file_is_not(first: ImportBatch, content: str) -> None:
    presets.save(first, "门店周报", by=BY)
    assert presets.recognise(received(content)) is None


def test_of_two_the_one_with_more_columns_is_taken(first: ImportBatch) -> None:
    presets.save(first, "全部", by=BY)
    fewer = received(FIRST, Options(kind="orders", columns={k: v for k, v in COLUMNS.items() if k != "store"}))
    presets.save(fewer, "少一列", by=BY)
    found = presets.recognise(received(NEXT))
    assert found is not None
    assert found.name == "全部"


def test_a_preset_keeps_what_the_header_alone_had_matched(merchant: Merchant) -> None:
    batch = received("order_no,ordered_at,amount,memo\nA,2026-03-01,1,x\n")
    preset = presets.save(batch, "plain", by=BY)
    assert preset.options["columns"] == {
        "*": "", "order_no": "order_no", "ordered_at": "ordered_at", "amount": "amount",
    }  # fmt: skip
    assert preset.header == ["amount", "orderedat", "orderno"]
    assert (preset.options["preset"], preset.options["kind"]) == ("generic", "orders")


@pytest.mark.parametrize(("name", "why"), [(" ", "blank"), ("x" * 61, "long"), ("auto", "taken"), ("周报", "taken")])
def test_a_name_is_there_and_its_own(first: ImportBatch, name: str, why: str) -> None:
    presets.save(first, "周报", by=BY)
    with pytest.raises(BadName) as bad:
        presets.save(first, name, by=BY)
    assert bad.value.reason == why


def test_is_renamed_and_deleted_with_an_audit_row(first: ImportBatch) -> None:
    preset = presets.save(first, "周报", by=BY)
    presets.rename(preset, "周报", by=BY)
    presets.rename(preset, "月报", by=BY)
    presets.delete(preset, by=BY)
    assert not ImportPreset.objects.exists()
    verbs = AuditEntry.objects.filter(subject_type="import_preset").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["create", "rename", "rename", "delete"]


class TestByName:
    def test_what_is_asked_for_besides_goes_first(self, first: ImportBatch) -> None:
        presets.save(first, "周报", by=BY)
        asked = Options(preset="周报", source="other", columns={"store": ""})
        chosen = presets.expanded(asked)
        assert (chosen.source, chosen.columns["store"], chosen.columns["amount"]) == ("other", "", "丙")
        assert (chosen.preset, chosen.kind) == ("generic", "orders")

    def test_an_unknown_name_is_refused_with_those_there_are(self, first: ImportBatch) -> None:
        presets.save(first, "周报", by=BY)
        with pytest.raises(Refused) as refused:
            presets.expanded(Options(preset="月报"))
        assert refused.value.params["known"].endswith(", 周报")

    def test_the_command_takes_it_too(
        self, first: ImportBatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        presets.save(first, "周报", by=BY)
        file = tmp_path / "next.csv"
        file.write_text(NEXT, encoding="utf-8")
        call_command("import_orders", str(file), "--preset", "周报")
        assert json.loads(capsys.readouterr().out)["orders"] == 1
        with pytest.raises(CommandError, match="月报"):
            call_command("import_orders", str(file), "--preset", "月报")
