import pytest
from django.urls import reverse

from members.lib.actor import system
from members.lib.roles import Role
from members.models import AuditEntry, Merchant, User
from members.services import merchants

pytestmark = pytest.mark.django_db
SETUP = reverse("setup")
SHOP = {"name": "青禾茶饮", "currency": "CNY", "zone": "Asia/Shanghai", "language": "zh-hans"}
ME = {"display_name": "李敏", "username": "limin", "password": "Teahouse-9", "password_again": "Teahouse-9"}


def test_both_doors_of_a_new_shop_lead_to_the_setup(client):
    assert client.get("/").headers["Location"] == SETUP
    assert client.get(reverse("sign-in")).headers["Location"] == SETUP
    assert client.get(SETUP).status_code == 200


def test_the_first_visitor_becomes_administrator_and_goes_on_to_the_import(client):
    answer = client.post(SETUP, {**SHOP, **ME, "language": "en"})
    assert answer.headers["Location"] == "/members/imports/new/"
    merchant, user = Merchant.objects.get(), User.objects.get()
    assert (merchant.name, merchant.currency, merchant.zone) == ("青禾茶饮", "CNY", "Asia/Shanghai")
    assert (user.role, user.language, client.session["_auth_user_id"]) == (Role.ADMIN, "en", str(user.pk))
    assert answer.cookies["django_language"].value == "en"
    assert {(row.verb, row.subject_type) for row in AuditEntry.objects.all()} == {
        ("set up", "merchant"),
        ("create", "user"),
    }
    assert not AuditEntry.objects.filter(detail__icontains="Teahouse").exists()


def test_a_shop_is_set_up_once(client):
    client.post(SETUP, {**SHOP, **ME})
    client.logout()
    again = client.post(SETUP, {**SHOP, **ME, "name": "Thief", "username": "thief"})
    assert again.headers["Location"] == "/"
    assert Merchant.objects.get().name == "青禾茶饮"
    assert User.objects.count() == 1


def test_a_set_up_shop_shows_its_doors(client, merchant, people):
    assert client.get(reverse("sign-in")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"zone": "CST"}, "CST"),
        ({"currency": "XXX"}, "XXX"),
        ({"name": ""}, 'id="id_name_error"'),
        ({"password": "12345678", "password_again": "12345678"}, 'id="id_password_error"'),
        ({"password_again": "other"}, "两次输入的密码不一样"),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_stores_nothing(client, wrong, said):
    answer = client.post(SETUP, {**SHOP, **ME, **wrong})
    assert answer.status_code == 200
    assert said in answer.text
    assert 'value="limin"' in answer.text
    assert not Merchant.objects.exists()
    assert not User.objects.exists()


def test_where_sign_ins_exist_only_an_administrator_may_set_up(client, people):
    assert client.get(SETUP).headers["Location"].startswith(reverse("sign-in"))
    client.force_login(people.marketer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(SETUP, SHOP).status_code == 403
    client.force_login(people.admin, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(SETUP)
    assert "id_password" not in page.text
    assert client.post(SETUP, SHOP).status_code == 302
    assert Merchant.objects.get().name == SHOP["name"]


def test_the_second_of_two_at_once_is_refused_and_leaves_nothing():
    someone = merchants.Administrator("a", "A", "pw")
    merchants.set_up(**SHOP, administrator=None, by=system("t"))
    with pytest.raises(merchants.AlreadySetUp):
        merchants.set_up(**SHOP, administrator=someone, by=system("t"))
    assert not User.objects.exists()
