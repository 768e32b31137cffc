"""What this app contributes to shared pages; read once, when the apps are ready."""

from members.filters import people_of
from members.lib import registry
from members.panels import places, todos

registry.todos += [todos.import_todos, todos.conflict_todos, todos.store_todos]
registry.lists["members"] = people_of
registry.places += [places.actions, places.tables]
