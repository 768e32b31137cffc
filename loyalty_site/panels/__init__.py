"""What the roof contributes to shared pages: whether the desk itself is well. Read once, when the apps are ready."""

from loyalty_site.panels import todos
from members.lib import registry

registry.todos += [todos.failed_jobs, todos.silent_parts]
