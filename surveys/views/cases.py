"""One complaint or service case with all that can be done about it, and a new one."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.models import Member, Store
from members.queries import look_up, merchants, people
from members.queries import scope as member_scope
from rewards.queries import offers
from rewards.services import adjustments
from surveys.exports import cases as tables
from surveys.forms.cases import CompensateForm, MemberForm, NoteForm, OpenForm, ReplyForm, ResolveForm, fresh_key
from surveys.models import Case, Cause
from surveys.queries import cases as queries
from surveys.queries import responses
from surveys.rules.case_states import UNSETTLED
from surveys.services import cases, compensation, replies
from surveys.services.cases import Told
from surveys.services.compensation import Gift

SOURCE = "desk-form"  # of a case taken down here; its number there: who had the form, and its key


@needs(Right.CASES)
@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """A case: what happened, the clock, the log, and what can be done now."""
    return _drawn(request, _case(request, number))


def _drawn(request: HttpRequest, case: Case, status: int = 200, **bound: object) -> HttpResponse:
    log, actor = queries.log_of(case), actor_of(request)
    seen = {"seen": log[0].entry.pk if log else 0}
    ended = {"cause": case.cause.code if case.cause else "", "outcome": case.outcome}
    gifts = {"offers": offers.to_give(actor, people.today()), "auto_id": "give_%s"}
    text, tone = tables.pill(case)
    ids = list(queries.unsettled(actor).values_list("number", flat=True))
    at = ids.index(case.number) if case.number in ids else None
    context = {
        "case": case,
        "clock": (text, tone),
        "cause": tables.cause_name(case),
        "member_url": member_url(case.member.number, case.member.pk) if case.member else "",
        "log": [(line.entry, tables.told(line), tables.became(line)) for line in log],
        "told": responses.behind(actor, case),
        "seen": seen["seen"],
        "reply_form": ReplyForm(initial=seen | {"text": _begun(request, case)}),
        "compensate_form": CompensateForm(initial=seen | {"key": fresh_key()}, **gifts),
        "member_form": MemberForm(initial=seen, auto_id="who_%s"),
        "left": adjustments.left_today(case.member, by=actor) if case.member else 0,
        "may_compensate": actor.may(Right.ADJUST_POINTS) and case.member and case.member.erased_at is None,
        "note_form": NoteForm(initial={"key": fresh_key()}, auto_id="note_%s"),
        "resolve_form": ResolveForm(initial=seen | ended, auto_id="end_%s"),
        "owners": queries.owners(case),
        "templates": queries.templates(),
        "is_open": case.state in UNSETTLED,
        "previous": ids[at - 1] if at else "",
        "next": ids[at + 1] if at is not None and at + 1 < len(ids) else "",
        "at": at + 1 if at is not None else None,
        "of": len(ids),
        **bound,
    }
    return render(request, "surveys/case.html", context, status=status)


@needs(Right.CASES)
@require_POST
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Write down an answer to the customer."""
    case, form = _case(request, number), ReplyForm(request.POST)
    if not form.is_valid():
        return _drawn(request, case, 422, reply_form=form)
    said, by = dict(form.cleaned_data), actor_of(request)
    answer = replies.send if said.pop("send") and said["way"] in replies.SENT else cases.reply
    return _done(request, case, lambda: answer(case, **said, by=by), reply_form=form)


@needs(Right.CASES)
@require_POST
def compensate(request: HttpRequest, number: str) -> HttpResponse:
    """Give points or a coupon, or ask a second person for it."""
    case, by = _case(request, number), actor_of(request)
    form = CompensateForm(request.POST, offers=offers.to_give(by, people.today()), auto_id="give_%s")
    if not form.is_valid():
        return _drawn(request, case, 422, compensate_form=form)
    said = form.cleaned_data
    gift = Gift(said["points"] or 0, said["coupon"])
    return _done(
        request, case,
        lambda: compensation.compensate(case, gift, said["note"], said["key"], seen=said["seen"], by=by),
        compensate_form=form,
    )  # fmt: skip


@needs(Right.CASES)
@require_POST
def identify(request: HttpRequest, number: str) -> HttpResponse:
    """Say which member the customer is."""
    case, form, by = _case(request, number), MemberForm(request.POST, auto_id="who_%s"), actor_of(request)
    if not form.is_valid():
        return _drawn(request, case, 422, member_form=form)
    said = form.cleaned_data
    member = look_up.exactly(by, said["member"]).first()
    if member is None:
        text = _("No member has exactly the number, card or phone “%(text)s”.") % {"text": said["member"]}
        form.add_error("member", text)
        return _drawn(request, case, 422, member_form=form)
    return _done(request, case, lambda: cases.identify(case, member, seen=said["seen"], by=by), member_form=form)


@needs(Right.CASES)
@require_POST
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Write something down."""
    case, form = _case(request, number), NoteForm(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return _drawn(request, case, 422, note_form=form)
    return _done(request, case, lambda: cases.note(case, **form.cleaned_data, by=actor_of(request)), note_form=form)


@needs(Right.CASES)
@require_POST
def resolve(request: HttpRequest, number: str) -> HttpResponse:
    """Say how it ended."""
    case, form = _case(request, number), ResolveForm(request.POST, auto_id="end_%s")
    if not form.is_valid():
        return _drawn(request, case, 422, resolve_form=form)
    said = dict(form.cleaned_data)
    cause = Cause.objects.filter(code=said.pop("cause")).first()
    return _done(
        request, case, lambda: cases.resolve(case, cause=cause, **said, by=actor_of(request)), resolve_form=form
    )


@needs(Right.CASES)
@require_POST
def act(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """Wait for the customer, close, open again, or give it to somebody."""
    case, by = _case(request, number), actor_of(request)
    seen, wanted = _whole(request.POST.get("seen", "")), _whole(request.POST.get("owner", ""))
    owner = queries.owners(case).filter(pk=wanted).first() if deed == "assign" else None
    if deed == "assign" and owner is None and request.POST.get("owner"):
        messages.error(request, _("Choose somebody who works cases in this store."))
        return _drawn(request, case, 422)
    deeds: dict[str, Callable[[], None]] = {
        "wait": lambda: cases.wait(case, seen=seen, by=by),
        "close": lambda: cases.close(case, seen=seen, by=by),
        "reopen": lambda: cases.reopen(case, "", seen=seen, by=by),
        "assign": lambda: cases.assign(case, owner, seen=seen, by=by),
    }
    return _done(request, case, deeds[deed])


def _whole(text: str) -> int:
    """A number that a form of ours sent; -1 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _begun(request: HttpRequest, case: Case) -> str:
    """The words of a template that the address names, to begin an answer with."""
    wanted = _whole(request.GET.get("words", "-"))
    found = queries.templates().filter(pk=wanted).first() if wanted > 0 else None
    return tables.begun(found, case, merchants.current().name) if found else ""


def _done(request: HttpRequest, case: Case, deed: Callable[[], object], **bound: object) -> HttpResponse:
    try:
        made = deed()
    except cases.Refused as refused:
        messages.error(request, str(refused))
        case.refresh_from_db()
        return _drawn(request, case, 409, **bound)
    waits = made is False  # compensation above the limit
    messages.success(request, _("A second person decides about it now.") if waits else _("It is written down."))
    return redirect("surveys:case", case.number)


@needs(Right.COUNTER)
@never_cache  # who comes back to take down another complaint must not find the key of the last one
def new(request: HttpRequest) -> HttpResponse:
    """Take down what a customer told us: at the counter, by phone, from a mail."""
    actor = actor_of(request)
    stores = member_scope.stores(actor).filter(is_active=True)
    first = {"member": request.GET.get("member", ""), "intake": "counter", "key": fresh_key()}
    form = OpenForm(request.POST or None, stores=stores, initial=first)
    if request.method == "POST" and form.is_valid() and (made := _opened(form, actor)):
        messages.success(request, _("The case is open; its number is %(number)s.") % {"number": made.number})
        return redirect("surveys:case", made.number) if actor.may(Right.CASES) else redirect("surveys:case-new")
    return render(request, "surveys/case_new.html", {"form": form}, status=422 if form.errors else 200)


def _opened(form: OpenForm, actor: Actor) -> Case | None:
    said = form.cleaned_data
    member = look_up.exactly(actor, said["member"]).first() if said["member"] else None
    if said["member"] and member is None:
        text = _("No member has exactly the number, card or phone “%(text)s”.") % {"text": said["member"]}
        form.add_error("member", text)
        return None
    store = said["store"] or _only_store(form, actor, member)
    if store is None and actor.store_ids is not None and not (member and member.home_store_id in actor.store_ids):
        form.add_error("store", _("Choose the store it is about."))
        return None
    told = Told(
        said["intake"], said["text"], kind=said["kind"], member=member, store=store, contact=said["contact"],
        staff=said["staff"], cause=Cause.objects.filter(code=said["cause"]).first(),
        source=SOURCE if said["key"] else "", source_number=f"{actor.user_id}:{said['key']}" if said["key"] else "",
    )  # fmt: skip
    return cases.open_case(told, by=actor)


def _only_store(form: OpenForm, actor: Actor, member: Member | None) -> Store | None:
    """Where it happened, for who works in one store and did not say; None where the member's home store is meant."""
    stores = list(form.fields["store"].queryset[:2]) if actor.store_ids is not None else []  # type: ignore[attr-defined]
    is_home = member is not None and actor.store_ids is not None and member.home_store_id in actor.store_ids
    return stores[0] if len(stores) == 1 and not is_home else None


def _case(request: HttpRequest, number: str) -> Case:
    return get_object_or_404(queries.every(actor_of(request)), number=number)
