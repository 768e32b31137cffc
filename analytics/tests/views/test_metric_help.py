"""How numbers are counted: every report has its entry, which its page leads to."""

from collections.abc import Callable

import pytest
from django.test import Client

from analytics.reports import report as reports
from conftest import People
from members.models import User

pytestmark = pytest.mark.django_db


def test_every_report_has_an_entry_with_what_it_says_of_itself(
    people: People, signed_in: Callable[[User], Client]
) -> None:
    page = signed_in(people.analyst).get("/help/metrics/").content.decode()
    for report in reports.every():
        if report.lists_members:
            continue
        assert f'id="{report.slug}"' in page
        assert f'href="#{report.slug}"' in page
    assert "110 人中 2 人 = 1.8%" in page
