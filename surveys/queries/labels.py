"""What codes in reports are called, in the reader's language."""

from typing import NamedTuple

from members.lib.display import in_language
from members.models import User
from surveys.models import Action, Cause, Question, Survey, Theme


class CauseName(NamedTuple):
    """`group`: the number of the group that it belongs to; its own, when it is one."""

    code: str
    name: str
    group: int


def drivers() -> dict[str, str]:
    """ "question:line" -> its text, as the newest version has it; the line alone where there is one."""
    found: dict[str, str] = {}
    for question in Question.objects.filter(is_driver=True).order_by("version_id"):
        found[f"{question.code}:"] = in_language(question.text_zh, question.text_en)
        found |= {f"{question.code}:{row['code']}": in_language(row["zh"], row["en"]) for row in question.rows}
    return found


def themes() -> dict[int, tuple[str, str]]:
    """Number -> (code, name)."""
    return {theme.pk: (theme.code, in_language(theme.name_zh, theme.name_en)) for theme in Theme.objects.all()}


def causes() -> dict[int, CauseName]:
    """Number -> names of every cause and group of causes, by their place."""
    return {
        cause.pk: CauseName(cause.code, in_language(cause.name_zh, cause.name_en), cause.parent_id or cause.pk)
        for cause in Cause.objects.all()
    }


def versions_asking_causes() -> frozenset[int]:
    """The versions of surveys that ask why somebody leaves, as the template “exit” does."""
    return frozenset(Question.objects.filter(code__startswith="cause_").values_list("version_id", flat=True))


def surveys() -> dict[str, str]:
    """Number, as addresses have it -> name."""
    return {str(pk): name for pk, name in Survey.objects.values_list("pk", "name")}


def actions() -> dict[str, str]:
    """Number, as addresses have it -> what is improved."""
    return {str(pk): title for pk, title in Action.objects.values_list("pk", "title")}


def staff() -> dict[str, str]:
    """Number, as addresses have it -> name of everybody who can own a case or once did."""
    named = User.objects.values_list("pk", "display_name", "username")
    return {str(pk): display or username for pk, display, username in named}
