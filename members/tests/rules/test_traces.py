"""A text names a person by what they are called and reached by, and by nothing that only looks alike."""

import pytest

from members.rules.traces import ERASED, Traces

WANG = Traces(names=["王芳", ""], numbers=["HT-77", "12"], contacts=["+8613812341234", "wang@x.cn", "C-7777"])
LI = Traces(names=["Li", "O'Neil"], numbers=["A.b"], contacts=[])


@pytest.mark.parametrize(
    "text",
    [
        "王芳", "王芳的姐姐", "ht-77 owes", "12", " 12 ", "138 1234 1234", "+86-138-1234-1234", "13812341234,",
        "12341234",
        "WANG@X.CN", "card C-7777", "8613812341234",
    ],
)  # fmt: skip
def test_named(text: str) -> None:
    assert WANG.named_in(text)


@pytest.mark.parametrize("text", ["", "王", "芳", "HT-778", "120", "1234", "138", "swang@x.cno", "13812341235"])
def test_not_named(text: str) -> None:
    assert not WANG.named_in(text)


def test_a_short_latin_name_is_a_word() -> None:
    assert [LI.named_in(text) for text in ("li", "for Li, only", "likes tea", "o'neil", "axb", "A.b")] == [
        True, True, False, True, False, True,
    ]  # fmt: skip


def test_whoever_is_called_nothing_is_named_nowhere() -> None:
    nobody = Traces(names=[""], numbers=[], contacts=[])
    assert not any(map(nobody.named_in, ("", " ", "x")))
    assert nobody.hints == []


def test_only_the_texts_that_name_the_person_go() -> None:
    kept = {"q": ["王芳", "茶"], "n": 3, "more": {"x": None, "王芳": True}}
    assert WANG.without(kept) == {"q": [ERASED, "茶"], "n": 3, "more": {"x": None, ERASED: True}}
