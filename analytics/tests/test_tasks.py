"""What the scheduler does for the warehouse."""

import pytest

from analytics.tasks import publish_left_over
from members.models import Job, Touched

pytestmark = pytest.mark.django_db


def test_a_mark_left_by_a_lost_event_is_published_once() -> None:
    Touched.objects.create(kind=Touched.Kind.ORDER, key=0)

    publish_left_over()
    publish_left_over()

    assert [job.kind for job in Job.objects.all()] == ["publish"]


def test_nothing_is_published_when_nothing_is_marked() -> None:
    publish_left_over()

    assert not Job.objects.exists()
