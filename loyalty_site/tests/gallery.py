"""Addresses of a page that exists only for the browser tests: one chart beside the doors of the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from loyalty_site.views import passwords, profile, sign_in
from members.lib.access import needs
from members.lib.roles import Right
from members.lib.widgets import Cell, ChartCard, Chip, Column, FilterBar, Row, Table

PAGE = """{% extends "base.html" %}{% block heading %}Gallery{% endblock %}{% block filters %}
{% include "components/filter_bar.html" %}{% endblock %}{% block content %}
<input id="field" aria-label="Field">{% include "components/chart_card.html" %}{% endblock %}"""
FIGURE: dict[str, Any] = {
    "data": [
        {
            "type": "heatmap",
            "x": [1, 2],
            "y": ["2026-07", "2026-08"],
            "z": [[0.3, 0.2], [0.3, 0.2]],
            "customdata": [["/?cell=1", "/?cell=2"], ["/?cell=1", "/?cell=2"]],
            "showscale": False,
        }
    ],
    "layout": {
        "xaxis": {"dtick": 1},
        "yaxis": {"type": "category"},
        "meta": {"phone": {"layout": {"xaxis": {"range": [0.5, 1.5]}}}},
    },
}


@needs(Right.PUBLIC)
def gallery(request: HttpRequest) -> HttpResponse:
    table = Table([Column("Month"), Column("Rate", numeric=True)], [Row([Cell("2026-07"), Cell("30%", "/?cell=1")])])
    context = {
        "card": ChartCard("rates", "Who came back?", figure=FIGURE, table=table),
        "bar": FilterBar("/", [Chip("store", "All stores")], copy_url="/?store=1"),
        "search_url": "/",
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [
    path("", gallery, name="today"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/forgotten/", passwords.forgotten, name="password-forgotten"),
    path("profile/", profile.page, name="profile"),
    path("language/", sign_in.language, name="language"),
    path("admin/", admin.site.urls),
]
