"""What this app contributes to shared pages; read once, when the apps are ready."""

from analytics.panels import changes, files, gap, places
from analytics.reports import drill
from members.lib import registry

registry.audiences.update(drill.sources())
registry.places.append(places.report_places)
registry.insights += [gap.gap_insight, changes.change_insights]
registry.files |= files.kinds()
