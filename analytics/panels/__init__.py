"""What this app contributes to shared pages; read once, when the apps are ready."""

from analytics.panels import changes, gap
from analytics.reports import drill
from members.lib import registry

registry.audiences.update(drill.sources())
registry.insights += [gap.gap_insight, changes.change_insights]
