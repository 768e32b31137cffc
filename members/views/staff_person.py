"""One member of staff: role and stores, sign-in, sessions."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members.forms import StaffForm
from members.lib import agents
from members.lib.access import actor_of, needs, proven
from members.lib.roles import Right
from members.models import User
from members.queries import lockouts
from members.queries import sessions as session_queries
from members.queries import staff as queries
from members.services import passwords, sessions, staff


@needs(Right.INVITE_CLERKS)
@require_safe
def page(request: HttpRequest, user_id: int) -> HttpResponse:
    """What there is to know about somebody; and what the reader can do about it."""
    return _page(request, _person(request, user_id))


@needs(Right.SETTINGS)
@require_POST
@proven()
def change(request: HttpRequest, user_id: int) -> HttpResponse:
    """Another name, address, role or other stores."""
    actor, person = actor_of(request), _person(request, user_id)
    form = StaffForm(actor, request.POST)
    if form.is_valid():
        try:
            staff.change(person, **form.cleaned_data, by=actor)
        except staff.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. It holds from the next click of %(name)s on.") % {"name": person})
            return redirect("profile") if person.pk == actor.user_id else redirect("members:staff-person", person.pk)
    return _page(request, person, form)


@needs(Right.INVITE_CLERKS)
@require_POST
def deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    said = _("%(name)s can no longer sign in; every session is ended.")
    return _do(request, user_id, lambda person: staff.deactivate(person, by=actor_of(request)), said)


@needs(Right.SETTINGS)
@require_POST
@proven()
def activate(request: HttpRequest, user_id: int) -> HttpResponse:
    said = _("%(name)s can sign in again.")
    return _do(request, user_id, lambda person: staff.activate(person, by=actor_of(request)), said)


@needs(Right.SETTINGS)
@require_POST
def unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    said = _("%(name)s can try to sign in again.")
    return _do(request, user_id, lambda person: staff.unlock(person, by=actor_of(request)), said)


@needs(Right.SETTINGS)
@require_POST
def end_sessions(request: HttpRequest, user_id: int) -> HttpResponse:
    """End every session of somebody; of one's own all but this one."""
    actor = actor_of(request)
    this = request.session.get(sessions.KEY)
    said = _("The sessions of %(name)s are ended.")
    return _do(request, user_id, lambda person: sessions.end_all(person, by=actor, but=this), said)


@needs(Right.SETTINGS)
@require_POST
def end_session(request: HttpRequest, user_id: int, session_id: int) -> HttpResponse:
    """End one of them."""
    person = _person(request, user_id)
    session = get_object_or_404(session_queries.open_of(person), pk=session_id)
    sessions.end(session, by=actor_of(request))
    messages.success(request, _("The session is ended."))
    return redirect("members:staff-person", person.pk)


@needs(Right.SETTINGS)
@require_POST
@proven()
@never_cache
def password_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """A link to a new password, shown this once, for the administrator to hand over."""
    person = _person(request, user_id)
    try:
        link = passwords.hand_over_link(person, by=actor_of(request))
    except passwords.Deactivated:
        said = _("%(name)s has been deactivated in the meantime. A link to a new password is for who may sign in.")
        messages.error(request, said % {"name": person})
        return redirect("members:staff-person", person.pk)
    url = request.build_absolute_uri(reverse("password-new", args=[link.uidb64, link.token]))
    return render(request, "members/staff/link.html", {"person": person, "link": url})


def _person(request: HttpRequest, user_id: int) -> User:
    return get_object_or_404(queries.visible(actor_of(request)), pk=user_id)


def _do(request: HttpRequest, user_id: int, deed: Callable[[User], object], said: str) -> HttpResponse:
    """Do it, say so, and show the person again."""
    person = _person(request, user_id)
    try:
        deed(person)
    except staff.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said % {"name": person})
    return redirect("members:staff-person", person.pk)


def _page(request: HttpRequest, person: User, form: StaffForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "person": person,
        "is_self": person.pk == actor.user_id,
        "may_deactivate": queries.may_deactivate(actor, person),
    }
    if actor.may(Right.SETTINGS):
        context |= {
            "form": form or StaffForm(actor, initial=_facts(person)),
            "locked_until": lockouts.locked([person.username]).get(person.username),
            "sessions": [(each, agents.named(each.agent)) for each in session_queries.open_of(person)],
            "this": request.session.get(sessions.KEY),
        }
    return render(request, "members/staff/person.html", context, status=422 if form else 200)


def _facts(person: User) -> dict[str, object]:
    return {
        "display_name": person.display_name,
        "email": person.email,
        "role": person.acts_as or "",
        "stores": [store.pk for store in person.stores.all()],
    }
