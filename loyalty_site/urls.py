from django.contrib import admin
from django.urls import include, path

from loyalty_site.views import api, health, icon, own_data, search, setup, sign_in, today
from members.urls import api_patterns

urlpatterns = [
    path("", today.today, name="today"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("language/", sign_in.language, name="language"),
    path("setup/", setup.setup, name="setup"),
    path("own-data/", own_data.start, name="own-data"),
    path("search/", search.search, name="search"),
    path("healthz", health.alive, name="healthz"),
    path("favicon.ico", icon.favicon, name="favicon"),
    path("members/", include("members.urls")),
    path("", include("analytics.urls")),
    path("api/v1/", include((api_patterns, "api"))),
    path("api/schema/", api.schema, name="api-schema"),
    path("api/docs/", api.documentation, name="api-docs"),
    path("api/<path:rest>", api.unknown, name="api-unknown"),
    path("admin/", admin.site.urls),
]

handler400 = "loyalty_site.views.errors.bad_request"
handler403 = "loyalty_site.views.errors.forbidden"
handler404 = "loyalty_site.views.errors.not_found"
handler500 = "loyalty_site.views.errors.broken"
