"""How the reports that compare parts in a funnel plot name what chance allows, and what follows."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.reports.columns import Column, Kind

LIMITS = ("low95", "high95", "low998", "high998")


def verdicts() -> Mapping[str, str]:
    """What the verdicts are called."""
    return {
        "few": gettext("Too few answers"),
        "usual": gettext("As the others"),
        "above": gettext("Probably better"),
        "below": gettext("Probably worse"),
        "far_above": gettext("Clearly better"),
        "far_below": gettext("Clearly worse"),
    }


def columns(kind: Kind) -> tuple[Column, ...]:
    """The limits, in the kind of the figure they stand beside, and the verdict."""
    return (
        Column("low95", _("Usual, low"), kind, _("Lower limit, 95 %")),
        Column("high95", _("Usual, high"), kind, _("Upper limit, 95 %")),
        Column("low998", _("Possible, low"), kind, _("Lower limit, 99.8 %")),
        Column("high998", _("Possible, high"), kind, _("Upper limit, 99.8 %")),
        Column("verdict", _("So"), Kind.LABEL, _("What follows"), words=verdicts),
    )
