"""What this app contributes to shared pages; read once, when the apps are ready."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.filters import people_of
from members.lib import registry
from members.lib.registry import FileKind
from members.lib.roles import Right
from members.panels import files, places, todos
from members.services.private_exports import ALL_DATA

registry.todos += [todos.import_todos, todos.conflict_todos, todos.store_todos, todos.approval_todos]
registry.lists["members"] = people_of
registry.places += [places.actions, places.tables]
registry.files |= {
    "members": FileKind(_("Member list"), Right.SEE_MEMBERS, files.members, partial(reverse, "members:list")),
    "orders": FileKind(_("Order list"), Right.SEE_MEMBERS, files.orders, partial(reverse, "members:orders")),
    ALL_DATA: FileKind(_("All data of a member"), Right.ASK_ERASE, files.all_data, ending="json"),
}
