"""What this app contributes to shared pages; read once, when the apps are ready."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.filters import people_of
from members.lib import registry
from members.lib.registry import FileKind
from members.lib.roles import Right
from members.panels import files, hook_todos, message_todos, places, todos
from members.services import erasure
from members.services.imports import direct, work
from members.services.private_exports import ALL_DATA

registry.todos += [todos.import_todos, todos.conflict_todos, todos.store_todos, todos.approval_todos]
registry.todos += [hook_todos.stuck_events, hook_todos.given_up, hook_todos.privacy_requests]
registry.todos += [message_todos.unsettled]
registry.lists["members"] = people_of
registry.places += [places.actions, places.tables]
registry.webhook_events[direct.RECORDED] = _("Orders or refunds came in by the API or from a shop")
registry.webhook_events[work.FINISHED] = _("An import of a file is finished")
registry.webhook_events[erasure.ERASED] = _("A member was erased")
registry.files |= {
    "members": FileKind(_("Member list"), Right.SEE_MEMBERS, files.members, partial(reverse, "members:list")),
    "orders": FileKind(_("Order list"), Right.SEE_MEMBERS, files.orders, partial(reverse, "members:orders")),
    ALL_DATA: FileKind(_("All data of a member"), Right.ASK_ERASE, files.all_data, ending="json"),
}
