"""Many rows at once, on either engine."""

import pytest
from django.db import IntegrityError, transaction

from members.models import Channel
from members.services.imports import bulk


@pytest.mark.django_db
def test_a_row_that_is_there_already_is_the_error_that_the_callers_expect() -> None:
    rows = [("till", "Till")]
    bulk.insert(Channel, ("code", "name"), rows)
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Channel, ("code", "name"), rows)
    assert Channel.objects.count() == 1
