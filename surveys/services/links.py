"""Codes that hang in a shop: one of each survey and store, and one for complaints."""

import secrets

from django.db import transaction

from members.lib.actor import Actor
from members.models import Store
from members.services import audit
from surveys.models import ComplaintLink, PublicLink, Survey


@transaction.atomic
def hang_out(survey: Survey, store: Store | None, *, by: Actor) -> PublicLink:
    """The code of a store, made or taken into use again. None: one for everywhere."""
    link, _made = PublicLink.objects.get_or_create(
        survey=survey, store=store, defaults={"token": secrets.token_urlsafe(9)}
    )
    _switch(link, True, by)
    return link


@transaction.atomic
def hang_out_for_complaints(store: Store, *, by: Actor) -> ComplaintLink:
    """The code by which customers of a store complain, made or taken into use again."""
    link, _made = ComplaintLink.objects.get_or_create(store=store, defaults={"token": secrets.token_urlsafe(9)})
    _switch(link, True, by)
    return link


@transaction.atomic
def take_down(link: PublicLink | ComplaintLink, *, by: Actor) -> None:
    """From now on it leads nowhere; hung out again, it is the same code."""
    _switch(link, False, by)


def _switch(link: PublicLink | ComplaintLink, is_active: bool, by: Actor) -> None:
    if link.is_active != is_active:
        link.is_active = is_active
        link.save(update_fields=["is_active"])
    if isinstance(link, PublicLink):
        subject, detail = "public_link", {"survey": link.survey_id, "active": is_active}
    else:
        subject, detail = "complaint_link", {"store": link.store_id, "active": is_active}
    audit.record(by=by, verb="change_link", subject_type=subject, subject_id=link.pk, detail=detail)
