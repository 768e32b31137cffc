from django.urls import path

from analytics.api import reports as api
from analytics.views import metric_help, reports, retention

app_name = "analytics"
urlpatterns = [
    path("analytics/retention/", retention.retention, name="retention"),
    path("analytics/reports/<slug:slug>.csv", reports.csv_file, name="report-csv"),
    path("analytics/reports/<slug:slug>/", reports.report_page, name="report"),
    path("help/metrics/", metric_help.page, name="metric-help"),
    path("api/v1/reports/", api.listing, name="api-reports"),
    path("api/v1/reports/<slug:slug>/", api.report, name="api-report"),
]
