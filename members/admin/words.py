"""The codes that rows of the audit, jobs and imports keep, in the reader's words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_WORDS = {
    # who acts
    "user": _("member of staff"),
    "token": _("API token"),
    "command": _("command line"),
    "system": _("system"),
    # what was done
    "create": pgettext_lazy("deed", "created"),
    "change": pgettext_lazy("deed", "changed"),
    "delete": pgettext_lazy("deed", "deleted"),
    "rename": pgettext_lazy("deed", "renamed"),
    "upload": pgettext_lazy("deed", "uploaded"),
    "import": pgettext_lazy("deed", "import"),
    "export": pgettext_lazy("deed", "exported"),
    "export_end": pgettext_lazy("deed", "export ended"),
    "cancel": pgettext_lazy("deed", "cancelled"),
    "retry": pgettext_lazy("deed", "tried again"),
    "set up": pgettext_lazy("deed", "set up"),
    "set_password": pgettext_lazy("deed", "set a password"),
    "exclude": pgettext_lazy("deed", "excluded days"),
    "end_exclusion": pgettext_lazy("deed", "set the last excluded day"),
    "withdraw_exclusion": pgettext_lazy("deed", "took an exclusion back"),
    "merge_members": pgettext_lazy("deed", "merged two records"),
    "unmerge_members": pgettext_lazy("deed", "parted two records"),
    "set_target": pgettext_lazy("deed", "set a target"),
    "dismiss": pgettext_lazy("deed", "put away"),
    "restore": pgettext_lazy("deed", "took back"),
    "tag_members": pgettext_lazy("deed", "tagged"),
    "untag_members": pgettext_lazy("deed", "took a tag off"),
    "undo": pgettext_lazy("deed", "undone"),
    "discard": pgettext_lazy("deed", "discarded"),
    "record_consent": pgettext_lazy("deed", "wrote down a consent"),
    "erase": pgettext_lazy("deed", "erased a person"),
    "delete_copies": pgettext_lazy("deed", "deleted copies of files"),
    "schedule": pgettext_lazy("deed", "set up a weekly mail"),
    "stop": pgettext_lazy("deed", "stopped"),
    "mail": pgettext_lazy("deed", "got by mail"),
    "revoke": pgettext_lazy("deed", "revoked"),
    "reveal": pgettext_lazy("deed", "saw whole contacts"),
    "upsert": pgettext_lazy("deed", "sent by the API"),
    # with what
    "demo": _("demo shop"),
    "member": _("member"),
    "merchant": _("merchant"),
    "target": _("target"),
    "insight": _("insight"),
    "store": _("store"),
    "channel": _("channel"),
    "product": _("product"),
    "category": _("category"),
    "job": _("job"),
    "list": _("list"),
    "segment": _("segment"),
    "saved_view": _("saved view"),
    "tag": _("tag"),
    "report": _("report"),
    "reportmail": _("weekly report"),
    # kinds of jobs and files
    "publish": _("bring the reports up to date"),
    "report_mail": _("send a weekly report"),
    "orders": _("One row per order"),
    "lines": _("One row per order line"),
    "refunds": _("Refunds"),
    "auto": _("Recognise it"),
    "generic": _("not one of the known ones"),
}


def of(code: str) -> str:
    """A code in words; a code that has none as it is."""
    return str(_WORDS.get(code, code))
