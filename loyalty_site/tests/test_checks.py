from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from rest_framework.views import APIView

from loyalty_site import checks
from members.lib.access import needs
from members.lib.roles import Right


def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_every_address_of_the_desk_declares_a_right() -> None:
    assert checks.every_view_declares_a_right() == []


def test_a_view_that_declares_none_is_named_with_its_address() -> None:
    patterns: list[URLPattern | URLResolver] = [
        path("ok/", needs(Right.SIGNED_IN)(open_to_all)),
        path("shop/", include([path("leak/", open_to_all), path("api/", APIView.as_view())])),
    ]
    assert [fault.msg.split()[0] for fault in checks.undeclared(patterns)] == ["/shop/leak/", "/shop/api/"]


def test_a_provider_of_text_messages_that_lacks_its_keys_is_named(settings: LazySettings) -> None:
    assert checks.text_messages_can_be_sent() == []
    settings.SMS_GATEWAY, settings.SMS_KEY_ID, settings.SMS_SIGN_NAME = "tencent", "id", "回头"
    settings.SMS_RECEIPT_SECRET = "short"
    assert [fault.msg.split()[-1] for fault in checks.text_messages_can_be_sent()] == [
        "SMS_KEY_SECRET.", "SMS_APP_ID.", "signs.",
    ]  # fmt: skip
    settings.SMS_GATEWAY = "pigeons"
    assert [fault.id for fault in checks.text_messages_can_be_sent()] == ["loyalty.E002"]
