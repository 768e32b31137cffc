"""What people wrote, with their score, their themes and what can be done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from members.lib import display
from members.lib.actor import Actor
from members.lib.addresses import member_url
from members.lib.display import in_language
from members.lib.roles import Right
from members.lib.widgets import Choice
from rewards.models import TierStay
from rewards.queries import tiers
from surveys.models import Theme
from surveys.queries import labels
from surveys.queries.voices import LOW, Wanted

PER_PAGE = 10
HIGH = 9


@dataclass(frozen=True, slots=True)
class Voice:
    """One text. `tone`: of its score. `case_url`, `case`: of its case; `may_open`: whether one may be opened."""

    text: str
    score: int | None
    tone: str
    member: str
    member_url: str
    about: str
    themes: Sequence[str]
    response_id: int
    answer_id: int
    case: str = ""
    may_open: bool = False


@dataclass(frozen=True, slots=True)
class Voices:
    """A page of texts and the filters above it."""

    voices: Sequence[Voice]
    shows: Sequence[Choice]
    themes: Sequence[Choice]
    choices: Sequence[tuple[str, str]] = ()  # themes that can be set by hand
    older: str = ""
    newer: str = ""

    @classmethod
    def of(
        cls, listed: "Page[Any]", wanted: Wanted, url: Callable[..., str], *, themes: Sequence[Theme], n_open: int,
        n_all: int, actor: Actor,
    ) -> "Voices":  # fmt: skip
        every = "" if wanted.open_only else "all"
        shows = [
            Choice("", _("To follow up %(n)s") % {"n": display.number(n_open)}, wanted.open_only,
                   url(theme=wanted.theme)),
            Choice("all", _("All %(n)s") % {"n": display.number(n_all)}, not wanted.open_only,
                   url(theme=wanted.theme, voices="all")),
        ]  # fmt: skip
        chips = [
            Choice(
                theme.code, f"{in_language(theme.name_zh, theme.name_en)} {display.number(theme.n)}",  # type: ignore[attr-defined]
                theme.code == wanted.theme, url(theme="" if theme.code == wanted.theme else theme.code, voices="all"),
            )
            for theme in themes
        ]  # fmt: skip
        known = [answer.response.member_id for answer in listed if answer.response.member_id]
        held = tiers.open_stays(known) if known and actor.may(Right.SEE_MEMBERS) else {}
        turn = {"theme": wanted.theme, "voices": every}
        return cls(
            [_voice(answer, actor, held) for answer in listed], shows, chips, sorted(labels.themes().values()),
            older=url(**turn, page=str(listed.next_page_number())) if listed.has_next() else "",
            newer=url(**turn, page=str(listed.previous_page_number())) if listed.has_previous() else "",
        )  # fmt: skip


def _voice(answer: Any, actor: Actor, held: Mapping[int, TierStay]) -> Voice:
    response, sees = answer.response, actor.may(Right.SEE_MEMBERS)
    member, case = response.member, getattr(response, "case", None)
    score = answer.score
    stay = held.get(response.member_id)
    moment = date_format(localtime(response.completed_at), "DATETIME_FORMAT")
    place = " · ".join(
        str(each) for each in (stay and stay.tier.name, response.store, response.channel, moment) if each
    )
    tone = "mut" if score is None else "bad" if score <= LOW else "good" if score >= HIGH else "mut"
    return Voice(
        text=answer.text, score=score, tone=tone,
        member=member.number if member and sees else "" if member else _("anonymous"),
        member_url=member_url(member.number, member.pk) if member and sees else "",
        about=place,
        themes=[in_language(mark.theme.name_zh, mark.theme.name_en) for mark in answer.kept],
        response_id=response.pk, answer_id=answer.pk, case=case.number if case and actor.may(Right.CASES) else "",
        may_open=case is None and actor.may(Right.CASES) and score is not None and score <= LOW,
    )  # fmt: skip
