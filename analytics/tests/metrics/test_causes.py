"""Why they complain and leave: worked out by hand, and counted on fingers."""

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.causes import ALL, NONE, churn_causes, naming, of_complaints, of_exits
from analytics.tests.complaining import table, told
from analytics.tests.engines import load

DAY = "2026-05-04"
TAXONOMY = {1: ("price", 1), 2: ("price_value", 1), 3: ("price_hidden", 1), 4: ("life", 4), 5: ("life_moved", 4)}
EXIT, OTHER = 7, 8  # versions of surveys

_RESPONSES = pa.schema([("response_id", pa.int64()), ("version_id", pa.int64()), ("member_id", pa.int64())])
_ANSWERS = pa.schema([*_RESPONSES, ("question", pa.string()), ("choices", pa.string())])

Said = tuple[int | None, str, list[str]]  # member, group, causes


def exits(backend: Any, said: list[Said], version: int = EXIT) -> Any:
    """Responses of an exit survey; the spaces are those of either database."""
    responses, answers = [], []
    for number, (member, group, causes) in enumerate(said, start=1):
        one = {"response_id": number, "version_id": version, "member_id": member}
        responses.append(one)
        answers += [one | {"question": "group", "choices": json.dumps([group])}] if group else []
        answers += [one | {"question": f"cause_{group}", "choices": json.dumps(causes)}] if causes else []
    stored = load(
        backend,
        {
            "responses": pa.Table.from_pylist(responses, _RESPONSES),
            "answers": pa.Table.from_pylist(answers, _ANSWERS),
        },
    )
    return of_exits(stored["responses"], stored["answers"], {EXIT}, TAXONOMY)


def counted(rows: Any, *, causes: bool) -> dict[tuple[int, int], tuple[int, int]]:
    """(group, cause) -> how many name it, and how many people."""
    frame = churn_causes(rows, TAXONOMY, causes=causes)
    return {(row.group, row.cause): (row.n, row.members) for row in frame.itertuples()}


def test_complaints_by_group_and_cause(backend: Any) -> None:
    rows = [told(1, DAY, cause_id=2), told(1, DAY, cause_id=2), told(2, DAY, cause_id=3), told(3, DAY), told(4, DAY)]
    complaints = of_complaints(table(backend, rows), TAXONOMY)
    frame = churn_causes(complaints, TAXONOMY, causes=False)
    assert list(zip(frame.group, frame.cause, frame.n, frame.members, frame.of, strict=True)) == [
        (1, ALL, 3, 2, 5), (NONE, ALL, 2, 2, 5),
    ]  # fmt: skip
    assert list(frame.share) == pytest.approx([0.6, 0.4])
    assert frame.low[1] < 0.4 < frame.high[1]
    assert counted(complaints, causes=True) == {(1, 2): (2, 1), (1, 3): (1, 1), (NONE, ALL): (2, 2)}


def test_a_complaint_of_a_group_alone_has_no_cause_of_it(backend: Any) -> None:
    complaints = of_complaints(table(backend, [told(1, DAY, cause_id=4)]), TAXONOMY)
    assert counted(complaints, causes=True) == {(4, NONE): (1, 1), (NONE, ALL): (0, 0)}


def test_an_exit_survey_names_one_group_and_any_of_its_causes(backend: Any) -> None:
    said: list[Said] = [
        (1, "price", ["price_value", "price_hidden"]), (2, "price", []), (None, "life", ["life_moved"]), (3, "", []),
    ]  # fmt: skip
    rows = exits(backend, said)
    assert counted(rows, causes=False) == {(1, ALL): (2, 2), (4, ALL): (1, 0), (NONE, ALL): (1, 1)}
    assert counted(rows, causes=True) == {
        (1, NONE): (1, 1), (1, 2): (1, 1), (1, 3): (1, 1), (4, 5): (1, 0), (NONE, ALL): (1, 1),
    }  # fmt: skip


def test_other_surveys_are_no_exit_surveys(backend: Any) -> None:
    assert counted(exits(backend, [(1, "price", [])], version=OTHER), causes=False) == {}


def test_the_unknown_are_shown_even_when_there_are_none(backend: Any) -> None:
    frame = churn_causes(exits(backend, [(1, "price", ["price_value"])]), TAXONOMY, causes=False)
    assert (frame["group"].iloc[-1], frame["n"].iloc[-1], frame["share"].iloc[-1]) == (NONE, 0, 0)


def test_without_causes_nothing_is_known(backend: Any) -> None:
    assert len(churn_causes(of_complaints(table(backend, [told(1, DAY, cause_id=2)]), {}), {}, causes=True)) == 1


_said = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 3)), st.sampled_from(["price", "life", ""]),
        st.lists(st.sampled_from(["value", "hidden", "moved"]), unique=True),
    ),
    max_size=8,
)  # fmt: skip


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=_said, causes=st.booleans())
def test_it_agrees_with_counting_on_fingers(duckdb: Any, said: list[Said], causes: bool) -> None:
    known = {code for code, _group in TAXONOMY.values()}
    full: list[Said] = [
        (member, group, [f"{group}_{one}" for one in named if f"{group}_{one}" in known] if group else [])
        for member, group, named in said
    ]
    rows = exits(duckdb, full)
    codes = {number: code for number, (code, _group) in TAXONOMY.items()}
    for (group, cause), (n, members) in counted(rows, causes=causes).items():
        mine = [one for one in full if one[1] == codes.get(group, "")]
        if cause in codes:
            mine = [one for one in mine if codes[cause] in one[2]]
        elif cause == NONE:
            mine = [one for one in mine if not one[2]]
        assert (n, members) == (len(mine), len({one[0] for one in mine} - {None}))
        assert rows.filter(naming(rows, group, cause, TAXONOMY)).count().to_pyarrow().as_py() == n
