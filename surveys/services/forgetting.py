"""What is forgotten of a person who is erased: words, not numbers, so that no figure changes."""

import datetime as dt
from collections.abc import Sequence

from members.services import erasure
from surveys.models import Answer, Call, Case, CaseEntry, FollowUp, Note, Review, SurveyInvitation


@erasure.also
def forget(ids: Sequence[int], now: dt.datetime) -> None:
    """Texts, contacts and open doors of the records `ids`. Scores, dates and causes stay."""
    SurveyInvitation.objects.filter(member__in=ids).update(token_hash=None, ended_at=now)
    Answer.objects.filter(response__member__in=ids).exclude(text="").update(text="")
    Review.objects.filter(member__in=ids).update(text="")
    Note.objects.filter(member__in=ids).update(title="", text="")
    Case.objects.filter(member__in=ids).update(text="", contact="")
    CaseEntry.objects.filter(case__member__in=ids).update(text="")
    calls = FollowUp.objects.filter(member__in=ids)
    Call.objects.filter(follow_up__in=calls).update(note="", next_step="")
    calls.update(reason="", script="")
    calls.filter(state=FollowUp.State.WAITING).update(state=FollowUp.State.DROPPED, done_at=now)
