"""Notes as the list shows them."""

from django.db.models import Count, Prefetch, Q, QuerySet

from members.lib.actor import Actor
from surveys.models import Note, Theme, ThemeMark
from surveys.queries import scope


def every(actor: Actor, *, kind: str = "", theme: str = "", words: str = "") -> QuerySet[Note]:
    """Notes the actor may see, the newest first, with the themes they name as `named`."""
    marks = ThemeMark.objects.filter(is_removed=False).select_related("theme")
    found = scope.notes_of(actor).select_related("store", "member")
    if kind:
        found = found.filter(kind=kind)
    if theme:
        found = found.filter(marks__theme__code=theme, marks__is_removed=False)
    if words:
        found = found.filter(Q(text__icontains=words) | Q(title__icontains=words))
    return found.prefetch_related(Prefetch("marks", marks, to_attr="named")).distinct()


def most_named(actor: Actor) -> Theme | None:
    """The theme that most of the notes name, with how many as `n`."""
    named = Q(marks__note__in=scope.notes_of(actor), marks__is_removed=False)
    found = Theme.objects.filter(named).annotate(n=Count("marks__note", distinct=True))
    return found.order_by("-n", "code").first()
