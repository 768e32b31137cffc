"""Whatever somebody types into a text field stays text: in every page, chart, CSV file and mail.

Every text field of every model is either filled here or excused by a reason; a new one is neither, and fails.
"""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import models
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from analytics.reports import report as reports
from analytics.services.publish import publish
from conftest import People
from loyalty_site.tests.browser.desk import Faults, draw_all, serve
from loyalty_site.tests.sentinels import Shop
from loyalty_site.tests.test_access_matrix import addresses, described
from members.lib.actor import system
from members.models import AuditEntry, Identifier, ImportBatch, Invitation, Member, Merchant, Touched, User
from members.services import imports, invitations, staff_mails

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILLED = {
    "members.ApiToken": ["name", "source", "created_by"],
    "members.Approval": ["reason", "note"],
    "members.AuditEntry": ["actor_name", "subject_id", "detail"],
    "members.Category": ["name"],
    "members.Channel": ["code", "name"],
    "members.Consent": ["wording", "created_by"],
    "members.Exclusion": ["created_by"],
    "members.Export": ["reason"],
    "members.Identifier": ["source", "value"],
    "members.IdentityConflict": ["subject", "keys", "resolved_by"],
    "members.ImportBatch": ["file_name", "source", "created_by"],
    "members.ImportPreset": ["name", "header", "created_by"],
    "members.Invitation": ["name", "email", "invited_by"],
    "members.Job": ["message", "error"],
    "members.Member": ["number", "number_key", "name", "city"],
    "members.MemberEdit": ["field", "before", "after"],
    "members.MemberMerge": ["created_by"],
    "members.MemberTag": ["created_by"],
    "members.Merchant": ["name"],
    "members.Order": ["source", "number", "guest_phone", "guest_email"],
    "members.PrivacyRequest": ["done_by"],
    "members.Product": ["sku", "name"],
    "members.Refund": ["source", "number"],
    "members.SavedView": ["name", "params", "made_by"],
    "members.Segment": ["name", "params", "made_by"],
    "members.ShopConnection": ["name", "source", "created_by"],
    "members.ShopDelivery": ["topic", "number"],
    "members.ShopOrder": ["number"],
    "members.StaffSession": ["agent"],
    "members.Store": ["code", "name"],
    "members.Tag": ["name"],
    "members.Target": ["set_by"],
    "members.User": ["username", "email", "display_name", "first_name", "last_name"],
    "members.Webhook": ["name", "created_by"],
    "rewards.Benefit": ["name"],
    "rewards.BenefitUse": ["actor_name"],
    "rewards.Tier": ["name"],
    "rewards.TierStay": ["note", "actor_name"],
    "rewards.CouponOffer": ["name"],
    "rewards.Gift": ["name"],
    "rewards.Multiplier": ["name"],
    "rewards.Adjustment": ["note"],
    "rewards.PointsFile": ["file_name"],
    "members.Message": ["provider_said"],
    "members.MessageTemplate": ["name", "subject_zh", "body_zh", "subject_en", "body_en", "gateway_code"],
    "surveys.Cause": ["name_zh", "name_en"],
    "surveys.Case": ["source", "source_number", "contact", "text", "staff"],
    "surveys.CaseEntry": ["text", "by"],
    "surveys.ReplyTemplate": ["name", "text_zh", "text_en"],
    "surveys.Survey": [
        "name", "title_zh", "title_en", "intro_zh", "intro_en", "thanks_zh", "thanks_en", "made_by",
    ],
    "surveys.Question": ["text_zh", "text_en"],
    "surveys.Response": ["entered_by"],
    "surveys.Answer": ["text"],
    "surveys.Review": ["source", "number", "text"],
    "surveys.Note": ["title", "text", "made_by"],
    "surveys.Theme": ["name_zh", "name_en"],
    "surveys.Action": ["title", "text", "verdict", "made_by"],
    "surveys.FollowUp": ["reason", "script", "made_by"],
    "surveys.Call": ["note", "next_step", "called_by"],
    "surveys.Holiday": ["name"],
}  # fmt: skip
OURS = "written by the desk alone, from words that it knows"
EXCUSED = {
    "members.ApiToken": {"key_id": OURS, "digest": OURS, "scopes": OURS},
    "members.Approval": {"kind": OURS, "payload": OURS},
    "members.AuditEntry": {"actor_kind": OURS, "verb": OURS, "subject_type": OURS},
    "members.Export": {"kind": OURS, "language": OURS, "params": "filters of a list", "sha256": OURS, "file": OURS},
    "members.Identifier": {"last4": "digits of a phone, taken by the desk"},
    "members.ImportBatch": {
        "path": OURS, "sha256": OURS, "kind": OURS, "preset": "of those there are", "options": "checked choices",
        "refusal": "a code with the values of the file: see the file that is imported below", "counts": OURS,
        "summary": "what was found in the file: see below", "undo": OURS,
    },
    "members.ImportPreset": {"options": "checked choices"},
    "members.InsightMark": {"key": OURS},
    "members.Invitation": {"token_hash": OURS},
    "members.Job": {"kind": OURS, "key": OURS, "arguments": OURS, "request_id": OURS, "result": OURS},
    "members.Merchant": {"currency": "of those there are", "zone": "of those there are", "language": OURS},
    "members.ScheduleMark": {"task": OURS},
    "members.ShopConnection": {"secret": "never shown again", "old_secret": "never shown again"},
    "members.ShopDelivery": {"key": "told apart by, never shown", "outcome": OURS, "problems": "codes"},
    "members.ShopOrder": {
        "external_id": "never shown", "status": "of those there are", "version": "an instant", "trash": OURS,
        "refunds": "numbers and amounts",
    },
    "members.Store": {"zone": "of those there are"},
    "members.Tries": {"key_hash": OURS},
    "members.User": {"password": "a hash", "language": OURS},
    "members.Webhook": {
        "url": "checked to be an address", "events": "of those there are", "secret": "never shown again",
        "old_secret": "never shown again",
    },
    "members.WebhookMessage": {"event": OURS, "data": OURS, "error": OURS},
    "rewards.Earning": {"why_none": "a code"},
    "rewards.Multiplier": {"weekdays": "numbers", "month_days": "numbers"},
    "rewards.Coupon": {"code": OURS, "key": "told apart by, never shown", "reason": "a code"},
    "rewards.OwnPageLink": {"token_hash": OURS, "made_by": "a member of staff, shown as in the audit"},
    "rewards.Adjustment": {"key": "told apart by, never shown", "problem": OURS},
    "rewards.PointsFile": {"findings": "rows, columns and codes"},
    "rewards.Entry": {
        "actor_kind": OURS, "detail": OURS, "key": "told apart by", "reason": "a code",
        "actor_name": "as of the audit; the database lets nobody fill it",
    },
    "rewards.BenefitUse": {"key": "told apart by"},
    "rewards.Tier": {"code": "letters, digits and dashes, checked"},
    "rewards.TierStay": {"actor_kind": OURS, "detail": OURS},
    "rewards.TillRequest": {"principal": OURS, "key": "signs without spaces, checked", "answer": OURS},
    "members.Message": {
        "key": "told apart by", "language": OURS, "about": OURS, "reason": "a code", "gateway_id": "never shown",
    },
    "surveys.Cause": {"code": "letters, digits and dashes, checked"},
    "surveys.Case": {"number": OURS},
    "surveys.CaseEntry": {"detail": OURS},
    "surveys.Question": {
        "code": OURS, "options": "texts of both languages: see the survey that is answered in a browser",
        "rows": "as options", "shown_if": "codes and numbers",
    },
    "surveys.SurveyInvitation": {"key": "told apart by", "token_hash": OURS},
    "surveys.PublicLink": {"token": OURS},
    "surveys.ComplaintLink": {"token": OURS},
    "surveys.Response": {"language": OURS, "key": "told apart by"},
    "surveys.Answer": {"row": "a code", "choices": "codes"},
    "surveys.Theme": {"code": "letters, digits and dashes, checked", "words": "looked for, never shown"},
    "surveys.Action": {"driver": "a code"},
    "surveys.FollowUp": {"key": "told apart by"},
    "analytics.ReportMail": {"report": OURS, "filters": "checked by the report"},
}  # fmt: skip
SCRIPT = "\"'><img src=x onerror=PWN=1><script>PWN=1</script>"
SHORT = "<img src=x onerror=PWN=1>"
LINK = "javascript:PWN=1"
STARTS = ["=1+1", "+x", "-x", "@x", "\t=1", "\r=1", "＝1+1", "＋x", "－x", "＠x", "=cmd|' /C calc'!A0"]
RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
TURNS = 4
# No pages: downloads, and what machines read.
APART = (
    "-csv", "template", "picture", "import-rejected", "readyz", "metrics", "healthz", "favicon", "jsi18n",
    "autocomplete",
)  # fmt: skip


def text_fields() -> Iterator[tuple[type[models.Model], Any]]:
    for model in apps.get_models():
        if model.__module__.partition(".")[0] in {"members", "rewards", "surveys", "analytics"}:
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
                if is_text and not field.choices:
                    yield model, field


def test_every_text_field_is_filled_or_excused() -> None:
    known = {(label, name) for table in (FILLED, EXCUSED) for label, names in table.items() for name in names}
    assert {(model._meta.label, field.name) for model, field in text_fields()} == known


def fill(text: Callable[[int], str]) -> None:
    """Every field of FILLED in every row; `text` by a number, so that what is unique stays so."""
    for model, field in text_fields():
        if field.name not in FILLED.get(model._meta.label, ()) or model is AuditEntry:
            continue
        rows = model._default_manager.order_by("pk")
        if (model, field.name) == (Identifier, "source"):
            rows = rows.filter(kind="account")  # a phone has none
        for number, pk in enumerate(rows.values_list("pk", flat=True)):
            value: Any = _value(field, text(number), pk)
            model._default_manager.filter(pk=pk).update(**{field.name: value})
    said = text(0)
    AuditEntry.objects.create(
        actor_kind="user", actor_name=said, verb="change", subject_type="tag", subject_id=said, detail={said: [said]}
    )
    for member in Member.objects.all():
        Member.objects.filter(pk=member.pk).update(number_key=member.number.casefold())
    Touched.objects.bulk_create(Touched(kind=kind, key=0) for kind in Touched.Kind)
    publish()


def _value(field: Any, text: str, pk: int) -> Any:
    if field.name == "keys":
        return [{"kind": "card", "value": text, "member": 0}]
    if field.name == "header":
        return [text]
    if isinstance(field, models.JSONField):
        return {"q": [text], "home": [text]}
    most = (field.max_length or 10_000) - 6
    return f"{text if len(text) <= most else SHORT[:most]}{pk}"


@pytest.fixture
def shop(people: People, signed_in: Callable[[User], Client], stores: Any) -> Shop:
    opened = Shop.open(people, signed_in(people.marketer))
    for kind in ("account", "card", "email"):
        source = "shop" if kind == "account" else ""
        Identifier.objects.create(member_id=opened.own["member"], kind=kind, value=kind, source=source)
    return opened


def pages(shop: Shop, *, admin: bool) -> Iterator[str]:
    """Every address that shows a page to an administrator; those of Django admin only if asked for."""
    shop.own["number"] = Member.objects.exclude(number__contains="/").earliest("pk").number
    for name, _pattern in addresses():
        row = described(name)
        is_page = row is not None and "GET" in row.methods and not row.api and not row.ends_session
        if is_page and (admin or not name.startswith("admin:")) and not name.endswith(APART) and row.answers & {200}:
            kwargs = {key: shop.own[attribute] for key, attribute in row.kwargs.items()}
            yield reverse(name, args=[kwargs["object_id"]]) if "object_id" in kwargs else reverse(name, kwargs=kwargs)
    yield from (f"/analytics/reports/{report.slug}/" for report in reports.every())
    yield from ("/members/?cols=tags,first_store,average,net", "/search/?q=img", "/analytics/retention/?tab=second")
    yield from (f"/members/imports/{pk}/" for pk in ImportBatch.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.prove)])
def test_no_text_runs_as_a_script(
    browser: Browser, browser_context_args: dict[str, Any], shop: Shop, people: People, work_off: Any, every: bool
) -> None:
    file = f"order_no,ordered_at,total,store,{SCRIPT}\n{SHORT},{SHORT},{SHORT},{SHORT},{SHORT}\n".replace('"', "")
    batch = imports.receive(name=f"{SHORT}.csv", content=[file.encode()], chosen=imports.Options(), by=system("test"))
    imports.check(batch, by=system("test"))
    work_off()
    fill(lambda number: LINK if number % 3 == 2 else SCRIPT)
    faults, wrong, seen = Faults(), [], 0
    with serve(browser, browser_context_args) as desk, desk.window(people.admin) as window:
        page = window.new_page()
        faults.watch(page)
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        for path in dict.fromkeys(pages(shop, admin=every)):
            answer = page.goto(path)
            hover(page)
            found = page.evaluate(INJECTED)
            if found or answer is None or answer.status >= 500:
                wrong.append((path, answer and answer.status, found))
            seen += SHORT in page.locator("body").inner_text()
    assert wrong == []
    assert faults.found == []
    assert seen > 15, "the texts are there to be read"


INJECTED = """() => {
    const bad = [...document.querySelectorAll("*")].filter((each) =>
        [...each.attributes].some((one) => one.name.startsWith("on") || /^\\s*javascript:/i.test(one.value)
            && ["href", "src", "action", "formaction", "xlink:href"].includes(one.name))
        || each.matches("img[src=x]") || (each.tagName === "SCRIPT" && /PWN=1<?$/.test(each.textContent.trim())
            && !each.type.includes("json")));
    return [...(window.PWN ? ["PWN"] : []), ...bad.map((each) => each.outerHTML.slice(0, 150))];
}"""


def hover(page: Page) -> None:
    """Open what is folded, and go over the pictures, whose points show texts."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    if page.locator("figure.chart").count() == 0:
        return
    draw_all(page)
    for plot in page.locator(".plot").all():
        box = plot.bounding_box()
        for part in (0.15, 0.5, 0.85) if box else ():
            plot.hover(position={"x": box["width"] * part, "y": box["height"] / 2}, force=True)


def test_no_cell_is_a_formula(shop: Shop, people: People, signed_in: Callable[[User], Client]) -> None:
    admin = signed_in(people.admin)
    held: set[str] = set()
    for turn in range(TURNS):
        fill(lambda number, turn=turn: STARTS[(number * TURNS + turn) % len(STARTS)])
        for address in downloads():
            cells = list(cells_of(admin, address))
            held |= {start for start in STARTS if any(start.strip() in cell for cell in cells)}
            assert [cell for cell in cells if cell.startswith(RUN) and not _is_number(cell)] == [], address
    assert held == set(STARTS), "the texts are in the files"


def downloads() -> list[str]:
    lists = [reverse("members:list-csv") + "?cols=tags,first_store,average,net", reverse("members:orders-csv")]
    grouped = [f"{reverse('analytics:report-csv', args=['kpi'])}?group={group}" for group in ("store", "channel")]
    coded = ("rfm-members", "first-to-second-product", "retention-gap")  # that show what was typed
    return [*lists, *grouped, *(reverse("analytics:report-csv", args=[slug]) for slug in coded)]


def cells_of(client: Client, address: str) -> Iterator[str]:
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        yield from row


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(".", "", 1).isdigit()


def test_no_text_becomes_a_header_of_a_mail(shop: Shop, people: People, work_off: Any) -> None:
    wicked = "Tea\r\nBcc: thief@example.com\r\n\r\n<script>"
    Merchant.objects.update(name=wicked)
    User.objects.filter(pk=people.admin.pk).update(email="a@example.com", display_name=wicked)
    Invitation.objects.update(name=wicked, email="b@example.com", invited_by=wicked)
    for invitation in Invitation.objects.all()[:1]:
        invitations.mail(invitation, by=system("test"))
    staff_mails.ask_for_reset("a@example.com", ip="")
    work_off()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["a@example.com", "b@example.com"]
    for letter in mail.outbox:
        message = letter.message()
        assert message["Bcc"] is None
        assert "\n" not in letter.subject
        assert {part.get_content_type() for part in message.walk() if not part.is_multipart()} == {"text/plain"}
        assert letter.recipients() == letter.to
