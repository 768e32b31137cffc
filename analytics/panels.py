"""What this app contributes to shared pages; read once, when the apps are ready."""

from analytics.reports import drill
from members.lib import registry

registry.audiences.update(drill.SOURCES)
