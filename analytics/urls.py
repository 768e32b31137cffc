from django.urls import path

from analytics.api import reports as api
from analytics.views import (
    actions,
    metric_help,
    points,
    report_list,
    report_mails,
    reports,
    retention,
    survey_results,
    value,
)

app_name = "analytics"
urlpatterns = [
    path("analytics/retention/", retention.retention, name="retention"),
    path("analytics/reports/", report_list.page, name="reports"),
    path("rewards/points/", points.points, name="points"),
    path("surveys/<int:survey_id>/results/", survey_results.page, name="survey-results"),
    path("surveys/actions/", actions.page, name="actions"),
    path("surveys/actions/<int:action_id>/", actions.one, name="action"),
    path("analytics/value/", value.value, name="value"),
    path("analytics/reports/<slug:slug>.csv", reports.csv_file, name="report-csv"),
    path("analytics/reports/mails/<int:mail_id>/stop/", report_mails.stop, name="report-mail-stop"),
    path("analytics/reports/<slug:slug>/mail/", report_mails.create, name="report-mail"),
    path("analytics/reports/<slug:slug>/", reports.report_page, name="report"),
    path("help/metrics/", metric_help.page, name="metric-help"),
    path("api/v1/reports/", api.listing, name="api-reports"),
    path("api/v1/reports/<slug:slug>/", api.report, name="api-report"),
]
