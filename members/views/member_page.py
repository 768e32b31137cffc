import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.forms import EndForm, ExclusionForm, OtherRecordForm
from members.forms.privacy import RevealForm
from members.lib import clock, registry, trail
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.models import Exclusion, Member, Merchant
from members.queries import history, merchants, people, scope, timeline
from members.queries.history import Purchase
from members.services import exclusions
from members.views import member_figures, member_timeline


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One member by number; that of a merged record leads to whom it counts for."""
    found = _members(request).filter(number_key=number.casefold()).first()
    if found is None and (owner := people.owner_of(actor_of(request), number)) is not None:
        return redirect(f"{member_url(owner.number, owner.pk)}?{request.GET.urlencode()}".rstrip("?"))
    if found is None:
        raise Http404
    return _page(request, found)


@needs(Right.SEE_MEMBERS)
@require_safe
def page_by_id(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member whose number no address can carry."""
    return _page(request, get_object_or_404(_members(request), pk=member_id))


@needs(Right.EXCLUDE)
@require_POST
def exclude(request: HttpRequest, member_id: int) -> HttpResponse:
    """Set an exclusion; what is wrong with it is said at the form, with the input kept."""
    member = get_object_or_404(_members(request), pk=member_id)
    form = ExclusionForm(request.POST)
    if form.is_valid():
        try:
            exclusions.exclude(member=member, by=actor_of(request), **form.cleaned_data)
        except exclusions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _done(request, member, _("The exclusion is set. The reports follow within a minute."))
    return _page(request, member, exclusion_form=form, status=400)


@needs(Right.EXCLUDE)
@require_POST
def end_exclusion(request: HttpRequest, exclusion_id: int) -> HttpResponse:
    """Give an exclusion its last day."""
    exclusion = _exclusion(request, exclusion_id)
    form = EndForm(request.POST, prefix=f"end-{exclusion_id}")
    if form.is_valid():
        try:
            exclusions.end(exclusion=exclusion, by=actor_of(request), **form.cleaned_data)
        except exclusions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _done(request, exclusion.member, _("The exclusion has its last day. The reports follow shortly."))
    return _page(request, exclusion.member, end_form=(exclusion_id, form), status=400)


@needs(Right.EXCLUDE)
@require_POST
def withdraw_exclusion(request: HttpRequest, exclusion_id: int) -> HttpResponse:
    """Take back an exclusion set by mistake."""
    exclusion = _exclusion(request, exclusion_id)
    try:
        exclusions.withdraw(exclusion=exclusion, by=actor_of(request))
    except exclusions.Refused as refused:
        messages.error(request, str(refused))
        return redirect(member_url(exclusion.member.number, exclusion.member.pk))
    return _done(request, exclusion.member, _("The exclusion is withdrawn; these purchases count again."))


def _members(request: HttpRequest) -> Any:
    return scope.members(actor_of(request)).select_related("home_store")


def _exclusion(request: HttpRequest, exclusion_id: int) -> Exclusion:
    found = people.exclusion(actor_of(request), exclusion_id)
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, member: Member, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect(member_url(member.number, member.pk))


def _page(
    request: HttpRequest, member: Member, *, exclusion_form: Form | None = None,
    end_form: tuple[int, Form] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    merchant = merchants.current()
    today = clock.local_date(clock.now(), merchant.zone)
    forms = dict([end_form]) if end_form else {}
    excluded = list(people.exclusions(member))
    merges = list(people.merged_into(member))
    context = {
        "member": member,
        "about": _about(member),
        "trail": trail.trail_in(request.GET),
        "exclusions": [
            (found, forms.get(found.pk) or EndForm(initial={"last_day": today}, prefix=f"end-{found.pk}"))
            for found in excluded
        ],
        "exclusion_form": exclusion_form or ExclusionForm(initial={"from_date": today}),
        "panels": registry.panels(registry.member_panels, actor, member),
        "may_exclude": actor.may(Right.EXCLUDE),
        "merges": merges,
        "other_form": OtherRecordForm(auto_id="other_%s"),
        "may_merge": actor.may(Right.IMPORT),
        "may_erase": actor.may(Right.ERASE),
        "may_ask": actor.may(Right.ASK_ERASE),
        "reveal_form": RevealForm(auto_id=False) if actor.may(Right.REVEAL) else None,
        **_what_happened(request, member, excluded, [merge.member_id for merge in merges], merchant),
    }
    return render(request, "members/page.html", context, status=status)


def _what_happened(
    request: HttpRequest, member: Member, excluded: list[Exclusion], absorbed: list[int], merchant: Merchant
) -> dict[str, object]:
    """All that comes of the member's orders: figures, rhythm, favourites, and a page of the timeline."""
    actor = actor_of(request)
    mine = scope.history(actor, member)
    back = history.given_back(member)
    bought = history.purchases(mine, back, excluded)
    show, warning = member_timeline.show_in(request.GET)
    reader = timeline.Reader(actor, [member.pk, *absorbed])
    entries = timeline.of(reader, mine, show)
    shown = Paginator(entries, member_timeline.PER_PAGE).get_page(request.GET.get("page"))
    look = member_timeline.Look(
        merchant.currency, merchant.zone, actor.may(Right.IMPORT), actor.may(Right.MESSAGES), excluded
    )
    return {
        **_figures(request, member, bought, merchant),
        "show": show,
        "kinds": member_timeline.choices(request.GET, show),
        "warning": warning,
        "items": [member_timeline.item(entry, look) for entry in timeline.filled(shown, reader, back)],
        "page_obj": shown,
    }


def _figures(request: HttpRequest, member: Member, bought: list[Purchase], merchant: Merchant) -> dict[str, object]:
    """The six figures, the rhythm and the favourites."""
    today = clock.local_date(clock.now(), merchant.zone)
    [person] = people.with_figures([member], today)
    rhythm = history.rhythm_of(bought, today)
    products, currency = history.products(bought), merchant.currency
    facts = member_figures.facts(person, bought, rhythm, currency)
    return {
        "person": person,
        "facts": [(fact, member_timeline.address(request.GET, fact.show)) for fact in facts],
        "rhythm": rhythm,
        "verdict": member_figures.verdict(rhythm, bought),
        "gaps": member_figures.gaps(rhythm),
        "favourites": member_figures.favourites(bought, products, currency),
        "products": member_figures.product_table(products, currency) if products else None,
    }


def _about(member: Member) -> list[str]:
    """What else is known: gender, birthday (its year may be unknown) and city."""
    birthday = ""
    if member.birth_month and member.birth_day:
        day = dt.date(member.birth_year or 2000, member.birth_month, member.birth_day)
        form = "DATE_FORMAT" if member.birth_year else "MONTH_DAY_FORMAT"
        birthday = _("Birthday %(date)s") % {"date": date_format(day, form)}
    return [said for said in (member.get_gender_display(), birthday, member.city) if said]
