"""What texts speak of, and how many of those who were asked answered."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import rate, wilson
from analytics.metrics.satisfaction import part_of


def themes(texts: ir.Table, marked: ir.Table) -> pd.DataFrame:
    """How often texts speak of each theme, and in what mood. `marked`: the texts by theme_id.

    Returns a row per theme, the most frequent first: theme_id, texts, of (all texts), members (int64), share, low,
    high, scored, happy, unhappy (int64: of those whose mood is known), unhappy_share.
    """
    found = marked.group_by("theme_id").aggregate(
        texts=marked.count(),
        members=marked.member_id.nunique(),
        scored=marked.count(where=marked.mood.notnull()),
        happy=marked.count(where=marked.mood == 1),
        unhappy=marked.count(where=marked.mood == -1),
    )
    frame = found.to_pandas().astype(np.int64)
    frame["of"] = int(texts.count().to_pyarrow().as_py())
    frame["share"] = rate(frame["texts"], frame["of"])
    frame["low"], frame["high"] = wilson(frame["texts"], frame["of"])
    frame["unhappy_share"] = rate(frame["unhappy"], frame["scored"])
    return frame.sort_values(["texts", "theme_id"], ascending=[False, True]).reset_index(drop=True)


def response_rate(invitations: ir.Table, part: str) -> pd.DataFrame:
    """Who answered of those who were reached, by a column of invitations ("": all in one).

    Returns a row per part, in order: part, asked, delivered, answered, members (int64: who answered), rate, low, high
    (answered of delivered).
    """
    found = invitations.group_by(part=part_of(invitations, part)).aggregate(
        asked=invitations.count(),
        delivered=invitations.is_delivered.sum(),
        answered=invitations.is_answered.sum(),
        members=invitations.member_id.nunique(where=invitations.is_answered == 1),
    )
    frame = found.to_pandas().astype(np.int64).sort_values("part").reset_index(drop=True)
    frame["rate"] = rate(frame["answered"], frame["delivered"])
    frame["low"], frame["high"] = wilson(frame["answered"], frame["delivered"])
    return frame


def mix(buyers: ir.Table, stays: ir.Table, *, base: int, day: int) -> pd.DataFrame:
    """Members by tier at the end of a day. Returns rows: part (rank), people (int64). `base`: where all others are."""
    held = stays.filter(stays.from_day <= day, stays.to_day > day)
    ranks = held.group_by(of_member=held.member_id).aggregate(tier=held["rank"].max())
    people = buyers.filter(buyers.member_id.notnull()).select("member_id").distinct()
    joined = people.left_join(ranks, people.member_id == ranks.of_member)
    part = joined.tier.fill_null(base).cast("int64")
    found = joined.group_by(part=part).aggregate(people=joined.count())
    return found.to_pandas().astype(np.int64).sort_values("part").reset_index(drop=True)
