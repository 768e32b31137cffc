"""`celery -A loyalty_site.tests.faults.hurried`: the project's Celery, ringing for the night's work all the time."""

from loyalty_site.celery import app

app.conf.beat_schedule["nightly"]["schedule"] = 0.3
app.conf.beat_max_loop_interval = 0.3
