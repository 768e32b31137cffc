"""Rows deleted by their ids, however many and whatever the database believes of the table."""

import pytest
from django.db import connection

from members.lib.id_set import delete
from members.models import Touched

pytestmark = pytest.mark.django_db


def test_exactly_the_named_rows_go() -> None:
    made = Touched.objects.bulk_create(Touched(kind="order", key=number) for number in range(5))
    delete(Touched.objects.all(), [one.pk for one in made[1:3]])
    assert list(Touched.objects.order_by("key").values_list("key", flat=True)) == [0, 3, 4]
    delete(Touched.objects.filter(key=0), [one.pk for one in made])
    assert list(Touched.objects.order_by("key").values_list("key", flat=True)) == [3, 4]


def test_many_rows_go_at_once_from_a_table_that_was_taken_for_empty() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("analyze members_touched")
    made = Touched.objects.bulk_create((Touched(kind="order", key=n) for n in range(60_000)), batch_size=10_000)
    delete(Touched.objects.all(), [one.pk for one in made])
    assert not Touched.objects.exists()
