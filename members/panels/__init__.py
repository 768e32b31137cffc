"""What this app contributes to shared pages; read once, when the apps are ready."""

from django.utils.translation import gettext_lazy as _

from members.filters import people_of
from members.lib import registry
from members.panels import hook_todos, places, todos
from members.services import erasure
from members.services.imports import direct, work

registry.todos += [todos.import_todos, todos.conflict_todos, todos.store_todos]
registry.todos += [hook_todos.stuck_events, hook_todos.given_up, hook_todos.privacy_requests]
registry.lists["members"] = people_of
registry.places += [places.actions, places.tables]
registry.webhook_events[direct.RECORDED] = _("Orders or refunds came in by the API or from a shop")
registry.webhook_events[work.FINISHED] = _("An import of a file is finished")
registry.webhook_events[erasure.ERASED] = _("A member was erased")
