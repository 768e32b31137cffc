from django.contrib import admin
from django.urls import include, path

from loyalty_site.views import (
    api,
    health,
    icon,
    invitation,
    jobs,
    own_data,
    passwords,
    profile,
    search,
    setup,
    sign_in,
    today,
)
from members.urls import api_patterns, approval_patterns, export_patterns, hook_patterns, opt_out_patterns
from rewards.urls import own_page_patterns, till_patterns
from surveys.urls import public_patterns as survey_patterns

urlpatterns = [
    path("", today.today, name="today"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("invitation/", invitation.accept, name="invitation"),
    path("invitation/<str:secret>/", invitation.open_link, name="invitation-open"),
    path("password/forgotten/", passwords.forgotten, name="password-forgotten"),
    path("password/asked/", passwords.asked, name="password-asked"),
    path("password/new/<str:uidb64>/<str:token>/", passwords.new, name="password-new"),
    path("profile/", profile.page, name="profile"),
    path("profile/password/", profile.password, name="profile-password"),
    path("profile/sessions/end-others/", profile.end_others, name="profile-end-others"),
    path("profile/sessions/<int:session_id>/end/", profile.end_one, name="profile-end-session"),
    path("language/", sign_in.language, name="language"),
    path("setup/", setup.setup, name="setup"),
    path("own-data/", own_data.start, name="own-data"),
    path("search/", search.search, name="search"),
    path("jobs/", jobs.page, name="jobs"),
    path("jobs/<int:job_id>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<int:job_id>/retry/", jobs.retry, name="job-retry"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("favicon.ico", icon.favicon, name="favicon"),
    path("members/", include("members.urls")),
    path("approvals/", include((approval_patterns, "approvals"))),
    path("exports/", include((export_patterns, "exports"))),
    path("", include("analytics.urls")),
    path("rewards/", include("rewards.urls")),
    path("surveys/", include("surveys.urls")),
    path("s/", include(opt_out_patterns)),
    path("s/", include(survey_patterns)),
    path("m/", include(own_page_patterns)),
    path("hooks/", include(hook_patterns)),
    path("api/v1/", include((api_patterns, "api"))),
    path("api/v1/till/", include((till_patterns, "till"))),
    path("api/schema/", api.schema, name="api-schema"),
    path("api/docs/", api.documentation, name="api-docs"),
    path("api/<path:rest>", api.unknown, name="api-unknown"),
    path("admin/", admin.site.urls),
]

handler400 = "loyalty_site.views.errors.bad_request"
handler403 = "loyalty_site.views.errors.forbidden"
handler404 = "loyalty_site.views.errors.not_found"
handler500 = "loyalty_site.views.errors.broken"
