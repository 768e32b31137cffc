"""What this app contributes to shared pages; read once, when the apps are ready."""

from django.utils.translation import gettext_lazy as _

from analytics.panels import changes, files, gap, places
from analytics.reports import drill
from analytics.services import publish
from members.lib import registry

registry.audiences.update(drill.sources())
registry.places.append(places.report_places)
registry.insights += [gap.gap_insight, changes.change_insights]
registry.webhook_events[publish.PUBLISHED] = _("The reports have been brought up to date")
registry.files |= files.kinds()
