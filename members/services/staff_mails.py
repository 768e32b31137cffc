"""Mails to staff: invitations and links to a new password. They go out as jobs, so that no page waits for a server."""

from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from members.lib import clock, secret_links
from members.lib.actor import system
from members.lib.mail import one_line
from members.models import Invitation, User
from members.queries import invitations as invitation_queries
from members.queries import merchants, staff
from members.queries import tries as try_queries
from members.queries.tries import Purpose
from members.services import audit, invitations, jobs, passwords, tries

NOT_SENT = gettext_noop("The mail server did not take the mail.")
RESET: Final = "password_mail"


def ask_for_reset(email: str, *, ip: str) -> bool:
    """Mail a link to whoever has this address. False only when this place has asked too often.

    Whether anybody has the address shows in nothing, nor in the time it takes: the same rows are written for
    everybody, and the job that sends or does not send runs elsewhere.
    """
    address = email.strip().casefold()
    if try_queries.is_shut(Purpose.RESET_FROM, ip):
        return False
    tries.count(Purpose.RESET_FROM, ip)
    asked_often = try_queries.is_shut(Purpose.RESET_FOR, address)
    tries.count(Purpose.RESET_FOR, address)
    found = staff.who_ask(email.strip())
    jobs.enqueue(RESET, {"users": [] if asked_often else found}, by=system("password"))
    return True


@jobs.handler(RESET, title=gettext_lazy("Send a link to a new password"))
def send_reset(run: jobs.Run) -> None:
    """One mail for each sign-in with the address."""
    for user in User.objects.filter(pk__in=run.arguments["users"], is_active=True).exclude(email=""):
        link = passwords.reset_link(user)
        path = reverse("password-new", args=[link.uidb64, link.token])
        with translation.override(user.language or merchants.current().language):
            _send(_("%(shop)s: a new password") % _shop(), _reset_text(user, path), user.email)
        audit.record(by=system("password"), verb="mail_password_link", subject_type="user", subject_id=user.pk)


@jobs.handler(invitations.MAIL, title=gettext_lazy("Send an invitation"))
def send_invitation(run: jobs.Run) -> None:
    """Mail a fresh link. The link is valid before the mail goes out; tried again, the mail carries another one."""
    secret = secret_links.fresh()
    with run.step():
        mine = invitation_queries.still_open().filter(pk=run.arguments["invitation"]).exclude(email="")
        if not mine.update(token_hash=secret_links.hashed(secret)):
            return
    invitation = Invitation.objects.get(pk=run.arguments["invitation"])
    with translation.override(merchants.current().language):
        text = _invitation_text(invitation, reverse("invitation-open", args=[secret]))
        _send(_("%(shop)s: your invitation to the loyalty desk") % _shop(), text, invitation.email)
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=clock.now())


def _send(subject: str, text: str, address: str) -> None:
    try:
        EmailMessage(one_line(subject), text, to=[address]).send()
    except (SMTPException, OSError) as error:
        raise jobs.Failure(NOT_SENT) from error


def _shop() -> dict[str, str]:
    return {"shop": merchants.current().name}


def _reset_text(user: User, path: str) -> str:
    lines = [
        _("Hello %(name)s,") % {"name": user},
        _("Set a new password here, within 24 hours: %(url)s") % {"url": f"{settings.DESK_URL}{path}"},
        _("You sign in as %(username)s.") % {"username": user.username},
        _("If you did not ask for this, leave it: your password stays as it is."),
    ]
    return "\n\n".join(lines) + "\n"


def _invitation_text(invitation: Invitation, path: str) -> str:
    until = date_format(invitation.expires_at, "DATE_FORMAT")
    lines = [
        _("Hello %(name)s,") % {"name": invitation.name},
        _("%(by)s invites you to the loyalty desk of %(shop)s, as %(role)s.")
        % {**_shop(), "by": invitation.invited_by, "role": invitation.get_role_display()},
        _("Choose your sign-in name and password here: %(url)s") % {"url": f"{settings.DESK_URL}{path}"},
        _("The link works once, until %(day)s.") % {"day": until},
    ]
    return "\n\n".join(lines) + "\n"
