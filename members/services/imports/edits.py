"""The fields of members that an import changed (`MemberEdit`), and how they are put back."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.models import ImportBatch, Member, MemberEdit
from members.rules.imports import birthdays
from members.services.imports import bulk

COLUMNS = ("number", "number_key", "name", "gender", "city", "home_store", "joined_on", "birth_year", "birth_month",
           "birth_day")  # fmt: skip


def of(batch: ImportBatch) -> QuerySet[MemberEdit]:
    """Edits of members that stood before the import; those it created itself are withdrawn as a whole."""
    return MemberEdit.objects.filter(batch=batch).filter(~Q(member__batch=batch) | Q(member__batch=None))


def overtaken(batch: ImportBatch) -> QuerySet[MemberEdit]:
    """Edits by later imports (that were not undone) of a field that this one had changed."""
    mine = MemberEdit.objects.filter(batch=batch, member=OuterRef("member"), field=OuterRef("field"))
    later = MemberEdit.objects.filter(batch__gt=batch.pk, batch__undone_at=None)
    return later.filter(Exists(mine.filter(pk__lt=OuterRef("pk"))))


def revert(batch: ImportBatch) -> None:
    """Put back what each field said before; one that somebody has changed by hand since stays as it is."""
    rows = of(batch).order_by("-pk").values_list("member", "field", "before", "after")
    for part in bulk.in_parts(rows):
        members = {member.pk: member for member in Member.objects.filter(pk__in={row[0] for row in part})}
        for pk, name, before, after in part:
            if text_of(members[pk], name) == after:
                _set(members[pk], name, before)
        Member.objects.bulk_update(members.values(), COLUMNS, batch_size=500)


def text_of(member: Member, name: str) -> str:
    """A field of a member as an edit writes it down: a store by its id, dates in ISO form."""
    if name == "birthday":
        return birthdays.joined(member.birth_year, member.birth_month, member.birth_day)
    value = member.home_store_id if name == "home_store" else getattr(member, name)
    return "" if value is None else str(value)


def _set(member: Member, name: str, text: str) -> None:
    if name == "birthday":
        member.birth_year, member.birth_month, member.birth_day = birthdays.split(text)
    elif name == "home_store":
        member.home_store_id = int(text) if text else None
    else:
        setattr(member, name, text if text or name != "joined_on" else None)
    member.number_key = member.number.casefold()
