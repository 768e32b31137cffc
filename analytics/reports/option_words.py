"""What readers call the choices of a report, where addresses and commands use codes."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def parameter(name: str) -> str:
    """A parameter as readers call it; its code where it has no other name."""
    names = {
        "grain": _("Period"),
        "return": _("Where they come back"),
        "metric": _("What the cells show"),
        "header": _("Headings"),
        "clock": _("How time is counted"),
        "measure": _("What counts as coming back"),
        "count": _("What counts as a purchase"),
        "lookback": _("How far back"),
        "cuts": _("Where the scores are cut"),
        "by": _("Groups"),
        "cmp": _("Compared with"),
        "align": _("Which days meet"),
        "group": _("Told apart by"),
        "survey": _("Survey"),
        "action": _("Improvement"),
        "kind": _("Kind of case"),
        "minutes": _("Minutes"),
        "window": _("How long they have"),
        "tab": _("Part of the page"),
    }
    return names.get(name, name)


def choice(code: str, name: str = "") -> str:
    """One value of a parameter as readers call it; `name` where the code means something else to another one."""
    words = {
        # periods
        "day": _("Day"),
        "week": _("Week"),
        "month": _("Month"),
        "all": _("Together"),
        # what a page shows
        "people": _("People"),
        "key": _("fixed names"),
        # parts of the Retention page
        "second": _("Second purchase"),
        "rhythm": _("Purchase rhythm"),
        # told apart by
        "none": _("all in one"),
        "store": _("store by store"),
        "channel": _("channel by channel"),
        # where they come back
        "any": _("any store"),
        "same_store": _("the same store"),
        # clock
        "calendar": _("calendar periods"),
        "elapsed": _("days since the first purchase"),
        # measure
        "classic": _("in that very period"),
        "rolling": _("in that period or later"),
        "cumulative": _("up to that period"),
        # count
        "count=day": pgettext("count", "each day"),
        "order": pgettext("count", "each order"),
        # lookback
        "365": _("the last 365 days"),
        "lookback=all": _("all purchases"),
        # cuts
        "fixed": _("fixed numbers of orders"),
        "quantile": _("fifths of the members"),
        # cmp
        "prev": _("the days before"),
        "yoy": _("last year"),
        # align
        "weekday": _("the same weekdays"),
        "date": _("the same dates"),
        # by
        "score": _("all three scores"),
        "grid": _("recency and frequency"),
        "segment8": _("eight classes"),
        "by=store": _("Stores"),
        "by=tier": _("Tiers"),
        "by=channel": _("Channels"),
        "by=segment": _("Segments"),
        "by=month": _("Months"),
        "by=sent_by": _("Ways of sending"),
        "by=cause": _("Groups of causes"),
        "by=group": _("Groups of causes"),
        # cases
        "kind=all": _("all cases"),
        "complaint": _("complaints"),
        "service": _("service cases"),
        "business": _("of business hours"),
        "minutes=calendar": _("of the calendar"),
        "90": _("90 days"),
        "60": _("60 days"),
    }
    return words.get(f"{name}={code}", words.get(code, code))
