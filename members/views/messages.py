"""Messages to members: what became of each, and the texts they are made of."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members.exports import messages as tables
from members.forms.messages import OutboxForm, TemplateForm, TryForm
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.lib.widgets import Choice
from members.models import Message, MessageTemplate
from members.queries import merchants
from members.queries import messages as queries
from members.rules import placeholders
from members.services.contact import sending, templates, trial
from members.services.contact.letters import NotSent, Unknown

OPEN = "open"  # a filter of its own: whatever staff have to say something about


@needs(Right.MESSAGES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The messages of a template and with a reason, or all, the latest first; then those of one state."""
    actor = actor_of(request)
    form = OutboxForm(request.GET, templates=queries.templates(actor), reasons=tables.REASONS)
    chosen, states = form.conditions(), _states(request.GET)
    every = queries.every(actor).filter(**chosen)
    counts = queries.by_state(every)
    found = (every.filter(state__in=states) if states else every).order_by("-pk")
    shown = Paginator(found, listing.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "answer": _answer(counts),
        "table": tables.table(shown, merchants.current().zone),
        "page_obj": shown,
        "shows": _shows(request.GET, counts),
        "state": request.GET["state"] if states else "",
        "form": form,
        "is_narrowed": bool(chosen or states),
    }
    return render(request, "members/messages/list.html", context)


def _states(params: QueryDict) -> tuple[str, ...]:
    """The states that the address asks for; none: all."""
    asked = params.get("state", "")
    return queries.UNSETTLED if asked == OPEN else (asked,) if asked in Message.State.values else ()


def _shows(params: QueryDict, counts: dict[str, int]) -> list[Choice]:
    """The states that there are, each with its count; the other filters stay."""
    states, kept = _states(params), listing.kept(params, "page", "state")
    labels = [(value, str(label), counts.get(value, 0)) for value, label in Message.State.choices]
    if opened := sum(counts.get(state, 0) for state in queries.UNSETTLED):
        labels.insert(0, (OPEN, _("Need your word"), opened))
    shown = [(value, f"{label} {display.number(n)}") for value, label, n in labels if n]
    return [
        Choice(value, label, value == (params.get("state", "") if states else ""), _address(kept, value))
        for value, label in [("", _("All")), *shown]
    ]


def _address(kept: dict[str, list[str]], state: str) -> str:
    return f"?{listing.as_query(kept | ({'state': [state]} if state else {})).urlencode()}"


def _answer(counts: dict[str, int]) -> str:
    lost = counts.get("unreached", 0)
    sent = counts.get("sent", 0) + counts.get("delivered", 0) + lost
    said = ngettext("%(n)s message was sent.", "%(n)s messages were sent.", sent) % {"n": display.number(sent)}
    if lost:
        said += " " + ngettext("%(n)s did not arrive.", "%(n)s did not arrive.", lost) % {"n": display.number(lost)}
    if n := counts.get("waiting", 0):
        said += " " + ngettext("%(n)s waits.", "%(n)s wait.", n) % {"n": display.number(n)}
    if n := counts.get("failed", 0) + counts.get("unclear", 0):
        said += " " + ngettext("%(n)s needs your word.", "%(n)s need your word.", n) % {"n": display.number(n)}
    return said


@needs(Right.MESSAGES)
@require_POST
def decide(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send it again, or leave it."""
    found = get_object_or_404(queries.every(actor_of(request)), pk=message_id)
    again = request.POST.get("again") == "1"
    if sending.decide(found, again=again, by=actor_of(request)):
        messages.success(request, _("It is sent again.") if again else _("It is left."))
    else:
        messages.info(request, _("This message has been settled already."))
    return redirect("members:messages")


@needs(Right.MESSAGES)
@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """All templates."""
    table = tables.templates(queries.templates(actor_of(request)))
    return render(request, "members/messages/templates.html", {"table": table})


@needs(Right.MESSAGES)
def new(request: HttpRequest) -> HttpResponse:
    """A new template, begun with an invitation to a survey."""
    first = MessageTemplate(
        channel=MessageTemplate.Channel.EMAIL, subject_zh="{shop}：想听听您的意见", subject_en="{shop}: how was it?",
        body_zh="{name}，您好！\n\n只要一分钟，告诉我们您的感受：{link}\n\n不想再收到：{out}",
        body_en="Hello {name},\n\nit takes a minute: {link}\n\nNo more messages: {out}",
    )  # fmt: skip
    return _edited(request, first)


@needs(Right.MESSAGES)
@require_POST
def attempt(request: HttpRequest, template_id: int) -> HttpResponse:
    """Send a template to oneself: to the own e-mail address, or to a phone that is typed in."""
    template = get_object_or_404(queries.templates(actor_of(request)), pk=template_id)
    if template.channel == MessageTemplate.Channel.SMS:
        form = TryForm(request.POST)
        if not form.is_valid():
            return _edited(request, template, try_form=form)
        to = form.cleaned_data["phone"]
    else:
        to = request.user.email  # type: ignore[union-attr]
    if to:
        _tried(request, template, to)
    else:
        messages.error(request, _("You have no e-mail address here. An administrator can add one."))
    return redirect("members:message-template", template.pk)


def _tried(request: HttpRequest, template: MessageTemplate, to: str) -> None:
    try:
        trial.send(template, to, by=actor_of(request))
    except trial.TooMany:
        messages.error(request, _("You have sent many trials within an hour. Try again later."))
    except (NotSent, Unknown) as failure:
        why = tables.reason(failure.code or "no_answer", failure.said)
        messages.error(request, _("The trial was not sent, or nobody knows: %(why)s.") % {"why": why})
    else:
        said = _("The trial is on its way. It counts for nobody.")
        stays = _("The trial was made, but nothing leaves the house yet: see EMAIL_URL and SMS_GATEWAY.")
        messages.success(request, said if trial.leaves(template) else stays)


@needs(Right.MESSAGES)
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template."""
    return _edited(request, get_object_or_404(queries.templates(actor_of(request)), pk=template_id))


def _edited(request: HttpRequest, template: MessageTemplate, try_form: TryForm | None = None) -> HttpResponse:
    is_saved = request.method == "POST" and try_form is None
    name, form = template.name, TemplateForm(request.POST if is_saved else None, instance=template)
    if is_saved and form.is_valid():
        templates.save(form.instance, form.changed_data, by=actor_of(request))
        messages.success(request, _("“%(name)s” is saved.") % {"name": template.name})
        return redirect("members:message-template", template.pk)
    context = {
        "form": form, "name": name, "previews": _previews(template), "template": template,
        "try_form": try_form or (TryForm() if template.channel == MessageTemplate.Channel.SMS else None),
    }  # fmt: skip
    has_errors = form.errors or (try_form is not None and try_form.errors)
    return render(request, "members/messages/template.html", context, status=422 if has_errors else 200)


def _previews(template: MessageTemplate) -> list[dict[str, object]]:
    """How it reads with example values, in both languages, and how many text messages it makes."""
    values = {"name": "王小明", "shop": merchants.current().name, "link": "https://…", "out": "https://…"}
    values |= {"text": "……", "case": "C000123"}
    both = (("zh-Hans", template.subject_zh, template.body_zh), ("en", template.subject_en, template.body_en))
    return [
        {
            "language": language, "subject": placeholders.filled(subject, values),
            "body": placeholders.filled(body, values), "segments": placeholders.segments(body),
        }
        for language, subject, body in both
    ]  # fmt: skip
