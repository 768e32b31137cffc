"""The list of cases as its address asks for it: which of them, narrowed by what. Page and file alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters as df
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.filters import unread
from members.lib.access import actor_of, request_of
from members.lib.actor import Actor
from members.lib.display import in_language
from members.models import Store
from members.queries import scope as member_scope
from surveys.models import Case
from surveys.queries import cases as queries

SHOWS = ("open", "late", "mine", "waiting", "settled", "all")
ME, NOBODY = "me", "nobody"


def _stores(request: HttpRequest) -> QuerySet[Store]:
    return member_scope.stores(actor_of(request))


class CaseFilter(df.FilterSet):
    """`q`, `at` (store codes), `owner` ("me", "nobody" or a number), `cause` (codes), `priority`, `state`."""

    q = df.CharFilter(label=gettext_lazy("Search"), method="search")
    at = df.ModelMultipleChoiceFilter(
        label=gettext_lazy("Store"), field_name="store__code", to_field_name="code", queryset=_stores, distinct=False
    )
    owner = df.ChoiceFilter(label=gettext_lazy("Owner"), method="of_owner", choices=())
    cause = df.MultipleChoiceFilter(label=gettext_lazy("Cause"), field_name="cause__code", choices=(), distinct=False)
    priority = df.MultipleChoiceFilter(label=gettext_lazy("Priority"), choices=Case.Priority.choices, distinct=False)
    state = df.MultipleChoiceFilter(label=gettext_lazy("State"), choices=Case.State.choices, distinct=False)

    class Meta:
        model = Case
        fields: Sequence[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = [(str(user.pk), user.display_name or user.username) for user in queries.workers(actor_of(self.request))]
        self.filters["owner"].extra["choices"] = [(ME, _("Mine")), (NOBODY, _("nobody yet")), *staff]
        self.filters["cause"].extra["choices"] = [
            (cause.code, in_language(cause.name_zh, cause.name_en)) for cause in queries.causes()
        ]

    def search(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return queries.matching(queryset, value)

    def of_owner(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        if value == NOBODY:
            return queryset.filter(owner__isnull=True)
        return queryset.filter(owner=actor_of(self.request).user_id if value == ME else int(value))


@dataclass(frozen=True, slots=True)
class Found:
    """What the address asks for. `cases` are those on the screen and in the file."""

    show: str
    filters: CaseFilter
    warnings: Sequence[str]

    @property
    def cases(self) -> QuerySet[Case]:
        found: QuerySet[Case] = self.filters.qs
        return found


def find(actor: Actor, params: QueryDict) -> Found:
    """The cases of an address. Who asks for a state and not for a part of the list is shown that state of all."""
    show = params.get("show", "") or ("all" if params.get("state") else SHOWS[0])
    wrong = [] if show in SHOWS else [_("There is no list “%(name)s” here; it was left out.") % {"name": show}]
    show = show if show in SHOWS else SHOWS[0]
    filters = CaseFilter(params, _shown(actor, show), request=request_of(actor))
    return Found(show, filters, [*wrong, *unread(filters, None, "show")])


def _shown(actor: Actor, show: str) -> QuerySet[Case]:
    of: dict[str, Callable[[Actor], QuerySet[Case]]] = {
        "open": queries.unsettled, "late": queries.late, "waiting": queries.waiting, "settled": queries.settled,
        "mine": queries.mine, "all": queries.newest,
    }  # fmt: skip
    return of[show](actor)
