import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.lib import masking


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "+8613812341234", "138****1234"),
        ("phone", "+447700900123", "+44****0123"),
        ("phone", "+861381", "138****"),
        ("email", "zhang@x.com", "z***@x.com"),
        ("email", "broken", "b***"),
        ("card", "6222021234567890", "****7890"),
        ("card", "1234", "****"),
        ("account", "teafan88", "t***"),
        ("account", "", "***"),
    ],
)
def test_a_contact_shows_enough_to_tell_two_apart(kind, value, shown):
    assert masking.masked(kind, value) == shown


@given(st.sampled_from(["phone", "email", "card", "account"]), st.text(alphabet="0123456789", min_size=5, max_size=15))
def test_no_kind_shows_the_whole_value(kind, value):
    assert value not in masking.masked(kind, value)
