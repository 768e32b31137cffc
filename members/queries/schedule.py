import datetime as dt

from members.models import ScheduleMark


def last_done() -> dict[str, dt.datetime]:
    """When each task of the schedule was last done, by its name; those never done are missing."""
    return dict(ScheduleMark.objects.values_list("task", "done_at"))
