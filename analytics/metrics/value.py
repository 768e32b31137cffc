"""Who brings how much: members in ten equal groups by what they spent."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import rate
from analytics.metrics.totals import exact

DECILES = range(1, 11)


def ranked(measured: ir.Table) -> ir.Table:
    """`rfm.measures` with decile: 1 for the tenth that spent most. Of equal spenders the older record goes first.

    The first k deciles hold the ceil(k·n/10) biggest spenders.
    """
    members = measured.count().as_scalar()
    place = ibis.row_number().over(order_by=[measured.monetary.desc(), measured.member_id])
    numbered = measured.mutate(place=place, of_all=members)
    return numbered.mutate(decile=(numbered.place * 10 // numbered.of_all + 1).cast("int64")).drop("place", "of_all")


def value_deciles(measured: ir.Table) -> pd.DataFrame:
    """Returns ten rows (none when nobody bought): decile, members, gross (int64, ten-thousandths), share, cum_share.

    Shares are of the gross of all ten, fractions; cum_share adds up from the first decile.
    """
    members = ranked(measured)
    found = members.group_by("decile").aggregate(members=members.count(), gross=exact(members.monetary.sum()))
    frame = found.to_pandas().set_index("decile")[["members", "gross"]].astype(np.int64)
    if frame.empty:
        frame = frame.reset_index().astype({"decile": np.int64})
    else:
        frame = frame.reindex(pd.Index(DECILES, name="decile"), fill_value=0).reset_index()
    total = frame.gross.sum()
    frame["share"] = rate(frame.gross, total)
    frame["cum_share"] = rate(frame.gross.cumsum(), total)
    return frame
