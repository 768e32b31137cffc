"""One's own name, language, password and sessions."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from loyalty_site.forms import OwnPasswordForm, ProfileForm
from loyalty_site.language import remember
from members.lib import agents
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import User
from members.queries import sessions as queries
from members.queries import tries as try_queries
from members.queries.tries import LIMITS, Purpose
from members.services import passwords, sessions, staff, tries


@needs(Right.SIGNED_IN)
@sensitive_post_parameters("password")
def page(request: HttpRequest) -> HttpResponse:
    """Show it all; a POST saves name, language and address."""
    form = ProfileForm(_user(request), request.POST or None, initial=_facts(_user(request)))
    if request.method != "POST":
        return _page(request, profile=form)
    if not _accepted(request, form, "password"):
        return _page(request, profile=form, status=422)
    values = form.cleaned_data
    kept = {name: values[name] for name in ("display_name", "email", "language")}
    try:
        staff.set_profile(_user(request), **kept, by=actor_of(request))
    except staff.AddressTaken as taken:
        form.add_error("email", str(taken))
        return _page(request, profile=form, status=422)
    messages.success(request, _("Your profile is saved."))
    return remember(redirect("profile"), values["language"])


@needs(Right.SIGNED_IN)
@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change it; this session goes on, all others end."""
    user = _user(request)
    form = OwnPasswordForm(user, request.POST)
    if not _accepted(request, form, "old_password"):
        return _page(request, password=form, status=422)
    passwords.change(
        user, form.cleaned_data["new_password1"], by=actor_of(request), session=request.session.get(sessions.KEY)
    )
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
    return redirect("profile")


@needs(Right.SIGNED_IN)
@require_POST
def end_one(request: HttpRequest, session_id: int) -> HttpResponse:
    actor = actor_of(request)
    sessions.end(get_object_or_404(queries.own(actor), pk=session_id), by=actor)
    messages.success(request, _("The session is ended."))
    return redirect("profile")


@needs(Right.SIGNED_IN)
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_all(_user(request), by=actor_of(request), but=request.session.get(sessions.KEY))
    said = ngettext("%(n)s other session is ended.", "%(n)s other sessions are ended.", ended)
    messages.success(request, said % {"n": ended})
    return redirect("profile")


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - an actor with a role is a user
    return user


def _facts(user: User) -> dict[str, str]:
    return {"display_name": user.display_name, "email": user.email, "language": user.language}


def _accepted(request: HttpRequest, form: BaseForm, field: str) -> bool:
    """Whether the form is right. Wrong passwords are counted, so that an open desk is no place to guess at one."""
    key = actor_of(request).user_id
    if form.data.get(field) and try_queries.is_shut(Purpose.OWN_PASSWORD, key):
        form.full_clean()
        minutes = LIMITS[Purpose.OWN_PASSWORD][1]
        said = ngettext(
            "Too many wrong passwords. Try again in %(n)s minute.",
            "Too many wrong passwords. Try again in %(n)s minutes.",
            minutes,
        )
        form.add_error(None, said % {"n": minutes})
        return False
    if form.is_valid():
        return True
    if form.data.get(field) and field in form.errors:
        tries.count(Purpose.OWN_PASSWORD, key)
    return False


def _page(
    request: HttpRequest, *, profile: ProfileForm | None = None, password: OwnPasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    user = _user(request)
    context = {
        "profile": profile or ProfileForm(user, initial=_facts(user)),
        "password": password or OwnPasswordForm(user),
        "sessions": [(each, agents.named(each.agent)) for each in queries.open_of(user)],
        "this": request.session.get(sessions.KEY),
        "idle_minutes": int(queries.idle(user.acts_as).total_seconds()) // 60,
        "longest_hours": int(queries.longest().total_seconds()) // 3600,
    }
    return render(request, "profile.html", context, status=status)
