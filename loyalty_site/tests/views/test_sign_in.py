import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from members.lib.actor import system
from members.lib.roles import Role
from members.models import User
from members.services import staff

pytestmark = pytest.mark.django_db
SIGN_IN = reverse("sign-in")
GOOD = {"username": "admin", "password": "pw-for-tests"}
BAD = {"username": "admin", "password": "wrong"}


def test_the_page_is_chinese_and_under_a_strict_policy(client, merchant, people):
    answer = client.get(SIGN_IN)
    assert '<html lang="zh-Hans">' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_signing_in_leads_to_the_page_that_was_asked_for(client, merchant, people):
    answer = client.post(SIGN_IN, {**GOOD, "next": "/analytics/retention/"})
    assert answer.headers["Location"] == "/analytics/retention/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_no_address_of_another_site_is_followed(client, merchant, people, elsewhere):
    assert client.post(SIGN_IN, {**GOOD, "next": elsewhere}).headers["Location"] == "/"
    away = client.post(reverse("language"), {"language": "en", "next": elsewhere})
    assert away.headers["Location"] == "/"


def test_a_wrong_password_says_so_and_tells_nothing_more(client, merchant, people):
    answer = client.post(SIGN_IN, BAD)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    unknown = client.post(SIGN_IN, {"username": "nobody", "password": "wrong"})
    assert unknown.text.count("请输入") == answer.text.count("请输入")


def test_too_many_wrong_passwords_pause_the_sign_in(client, merchant, people):
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert client.post(SIGN_IN, BAD).status_code == 200
    locked = client.post(SIGN_IN, BAD)
    assert locked.status_code == 429
    assert "登录已暂停" in locked.text
    assert client.post(SIGN_IN, GOOD).status_code == 429  # the right password does not open it either


def test_who_is_signed_in_goes_on(signed_in, people):
    assert signed_in(people.marketer).get(SIGN_IN).headers["Location"] == "/"


def test_an_account_without_role_is_told_so_and_does_not_go_round_in_circles(client, merchant):
    client.force_login(User.objects.create_user("temp", password="x"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    answer = client.get(SIGN_IN)
    assert answer.status_code == 200
    assert "temp" in answer.text


def test_demo_sign_ins_are_listed_only_in_a_development_start(client, merchant, settings):
    staff.create(username="d", password="x", display_name="Demo Li", role=Role.ADMIN, by=system("t"), is_demo=True)
    assert "Demo Li" not in client.get(SIGN_IN).text
    settings.DEBUG = True
    assert "Demo Li" in client.get(SIGN_IN).text


def test_signing_out_ends_the_session(signed_in, people):
    client = signed_in(people.admin)
    client.post(reverse("sign-out"))
    assert client.get("/").headers["Location"].startswith(SIGN_IN)


def test_the_language_is_kept_in_the_browser_and_the_profile(signed_in, people):
    client = signed_in(people.admin)
    answer = client.post(reverse("language"), {"language": "en", "next": "/help/"})
    assert answer.headers["Location"] == "/help/"
    assert User.objects.get(pk=people.admin.pk).language == "en"
    fresh = Client()
    signed = fresh.post(SIGN_IN, GOOD)
    assert signed.cookies["django_language"].value == "en"
    fresh.post(reverse("sign-out"))
    assert '<html lang="en">' in fresh.get(SIGN_IN).text


def test_an_unknown_language_changes_nothing(signed_in, people):
    answer = signed_in(people.admin).post(reverse("language"), {"language": "xx", "next": "/"})
    assert "django_language" not in answer.cookies
    assert User.objects.get(pk=people.admin.pk).language == ""
