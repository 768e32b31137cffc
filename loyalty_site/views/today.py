"""Today: what needs me, what changed? The page collects what every app contributes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.facts import manifest
from analytics.metrics import periods
from analytics.reports import wording
from analytics.reports.headline import headline
from analytics.views import comparing, sales_card, satisfaction_card, today_cards
from analytics.views.filters import address, filter_bar, with_own_dates
from members.lib import clock, registry
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.queries import insights, merchants, people, quality

RANGES = ("7d", "30d", "90d", "month", "last_month")
DEFAULT_RANGE = "30d"


@needs(Right.SIGNED_IN)
def today(request: HttpRequest) -> HttpResponse:
    """The start page of each role; clerks start at the counter."""
    actor = actor_of(request)
    if not merchants.is_set_up():
        return redirect("setup")
    if not actor.may(Right.SEE_REPORTS):
        return redirect("rewards:counter")
    if own := with_own_dates(request):
        return redirect(own)
    todos = registry.all_todos(actor)
    greeting = wording.sentences(_greeting() % {"name": actor.name}, _counted(len(todos)))
    context = {"todos": todos, "greeting": greeting, "now": clock.now(), "may_reset": actor.may(Right.RESET_DEMO)}
    end = manifest.read().last_day
    if end is None:
        return render(request, "today_empty.html", {**context, "may_import": actor.may(Right.IMPORT)})
    given = dict(request.GET.lists())
    page = comparing.read(actor, given, comparing.TOGETHER, DEFAULT_RANGE)
    figures = headline(actor, page.query)
    context |= {
        "bar": filter_bar(page, request.path, RANGES, compared=comparing.chip(page, request.path)),
        "kpis": today_cards.kpis(actor, page, figures),
        "sales": sales_card.sales(actor, page, figures),
        "satisfaction": satisfaction_card.satisfaction(actor, page),
        "insights": insights.standing(actor, registry.all_insights(actor, given), people.today()),
        "put_away": insights.put_away(actor, people.today()),
        "silent": _silent(actor),
        "comparison": comparing.in_words(page),
        "data_through": periods.date_of(end),
        "retention_url": address(reverse("analytics:retention"), page.canonical(range="", by="", cmp="", align="")),
    }
    return render(request, "today.html", context)


def _silent(actor: Actor) -> str:
    """Which stores the newest figures lack, in a sentence; "" when none or all of them."""
    stores = quality.stores(actor)
    late = [store for store in stores if store.late]
    if not late or len(late) == len(stores):
        return ""
    values = {"stores": _(", ").join(store.name for store in late[:3]), "n": len(late), "sent": len(stores) - len(late)}
    return (
        ngettext(
            "%(stores)s sent nothing yesterday: the newest figures are of %(sent)s stores only.",
            "%(n)s stores (%(stores)s …) sent nothing yesterday: the newest figures are of %(sent)s stores only.",
            len(late),
        )
        % values
    )


def _greeting() -> str:
    hour = clock.local_hour(merchants.current().zone)
    if hour < 11:
        return _("Good morning, %(name)s.")
    if hour < 18:
        return _("Good afternoon, %(name)s.")
    return _("Good evening, %(name)s.")


def _counted(todos: int) -> str:
    if not todos:
        return _("Nothing urgent today.")
    return ngettext("%(n)s thing to do today.", "%(n)s things to do today.", todos) % {"n": todos}
