"""Every address × role × own or foreign object × method: the answer is the one the table below declares.

The table says which right an address needs; who has that right stands in members.lib.roles. An address that nobody
described here fails the test, and so does a view that asks for another right than the table says.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from conftest import People
from loyalty_site.tests import access_surveys
from loyalty_site.tests.sentinels import NUMBER, ORDER, TAIL, Shop
from members.admin.base import Editable
from members.lib.roles import EVERYONE, RIGHTS, SCOPE_RIGHTS, Right, Role, Scope
from members.models import Store, User
from members.tests import bearer

METHODS = ("GET", "POST", "PUT", "DELETE")
READ, WRITE, BOTH = frozenset({"GET"}), frozenset({"POST"}), frozenset({"GET", "POST"})
FINE = frozenset({200, 302})
NO = frozenset({403})
BAD_FORM = frozenset({200, 302, 400, 422})
BAD_JSON = frozenset({400, 415})  # nothing was sent
GONE = frozenset({302, 404})  # it was deleted a moment ago
OTHERS = frozenset({302, 404})  # 404: somebody else's
NO_LINK = frozenset({404, 429})  # a link that is none; after some of them no link is looked at
Names = dict[str, str]  # parameter of the address -> attribute of Shop


@dataclass(frozen=True)
class Described:
    """What one address needs, which methods it answers, and which of its objects lie in a store."""

    right: Right
    methods: frozenset[str] = READ
    kwargs: Names = field(default_factory=dict)
    scoped: bool = False  # `kwargs` name an object that exists in both stores
    query: str = ""
    answers: frozenset[int] = FINE
    api: bool = False
    ends_session: bool = False
    own_only: bool = False  # a request of a manager, which an administrator decides
    closed: frozenset[str] = frozenset()  # methods the address knows and allows nobody


def _imports() -> dict[str, Described]:
    batch = {"pk": "batch"}
    loose = frozenset({200, 302, 400, 404, 409, 422})
    read = ("import", "import-columns", "import-progress", "import-reports", "import-rejected")
    write = ("import-check", "import-reread", "import-start", "import-cancel", "import-resume",
             "import-decide", "import-save-preset", "import-again", "import-discard")  # fmt: skip
    preset = ("import-preset-rename", "import-preset-delete")
    return {
        "members:imports": Described(Right.IMPORT),
        "members:import-undo": Described(Right.IMPORT, BOTH, batch),
        "members:import-new": Described(Right.IMPORT, BOTH, answers=BAD_FORM),
        "members:import-template": Described(Right.IMPORT, kwargs={"kind": "kind"}),
        **{f"members:{name}": Described(Right.IMPORT, READ, batch, answers=loose) for name in read},
        **{f"members:{name}": Described(Right.IMPORT, WRITE, batch, answers=loose) for name in write},
        **{f"members:{name}": Described(Right.IMPORT, WRITE, {"preset_id": "one"}, answers=loose) for name in preset},
    }


def _staff() -> dict[str, Described]:
    person, invitation = {"user_id": "person"}, {"invitation_id": "invitation"}
    deeds = ("activate", "unlock", "password-link", "end-sessions")
    return {
        "members:staff": Described(Right.INVITE_CLERKS),
        "members:staff-invite": Described(Right.INVITE_CLERKS, BOTH, answers=BAD_FORM),
        "members:staff-renew": Described(Right.INVITE_CLERKS, WRITE, invitation, scoped=True),
        "members:staff-withdraw": Described(Right.INVITE_CLERKS, WRITE, invitation, scoped=True, answers=GONE),
        "members:staff-person": Described(Right.INVITE_CLERKS, READ, person, scoped=True),
        "members:staff-deactivate": Described(Right.INVITE_CLERKS, WRITE, person, scoped=True),
        "members:staff-change": Described(Right.SETTINGS, WRITE, person, scoped=True, answers=BAD_FORM),
        **{f"members:staff-{deed}": Described(Right.SETTINGS, WRITE, person, scoped=True) for deed in deeds},
        "members:staff-end-session": Described(
            Right.SETTINGS, WRITE, {**person, "session_id": "staffsession"}, scoped=True, answers=GONE
        ),
    }


def _hooks() -> dict[str, Described]:
    connection, webhook = {"connection_id": "shopconnection"}, {"webhook_id": "webhook"}
    ends, sends = ("secret", "end-old"), ("secret", "end-old", "test")
    return {
        "hook": Described(Right.PUBLIC, WRITE, {"kind": "shop", **connection}, answers=frozenset({401, 404})),
        "members:connections": Described(Right.SETTINGS, BOTH, answers=BAD_FORM),
        "members:connection": Described(Right.SETTINGS, READ, connection),
        **{f"members:connection-{deed}": Described(Right.SETTINGS, WRITE, connection) for deed in ends},
        "members:connection-deactivate": Described(Right.SETTINGS, BOTH, connection),
        "members:shop-event-retry": Described(Right.SETTINGS, WRITE, {"delivery_id": "shopdelivery"}),
        "members:privacy-request-done": Described(Right.ERASE, WRITE, {"request_id": "privacyrequest"}, answers=GONE),
        "members:webhooks": Described(Right.SETTINGS, BOTH, answers=BAD_FORM),
        "members:webhook": Described(Right.SETTINGS, READ, webhook),
        **{f"members:webhook-{deed}": Described(Right.SETTINGS, WRITE, webhook) for deed in sends},
        "members:webhook-deactivate": Described(Right.SETTINGS, BOTH, webhook),
        "members:webhook-again": Described(Right.SETTINGS, WRITE, {"message_id": "webhookmessage"}),
    }


def _till() -> dict[str, Described]:
    member = {"member_id": "member"}
    posts = ("enrol", "look-up", "sell", "refund", "exchange", "use-benefit")
    return {
        "till:quote": Described(Right.COUNTER, WRITE, api=True, answers=BAD_JSON | {422}),  # of an empty basket
        "till:void": Described(Right.COUNTER, WRITE, {"number": "number"}, api=True, answers=BAD_JSON),
        **{f"till:{name}": Described(Right.COUNTER, WRITE, api=True, answers=BAD_JSON) for name in posts},
        "till:balance": Described(Right.COUNTER, READ, member, scoped=True, api=True),
        "till:history": Described(Right.COUNTER, READ, member, scoped=True, api=True),
    }


def _rewards() -> dict[str, Described]:
    offer, claim = {"offer_id": "couponoffer"}, {"claim_id": "giftclaim"}
    pages = ("coupons", "coupons-csv", "gifts", "gifts-csv")
    return {
        **{f"rewards:{name}": Described(Right.PROGRAMME) for name in pages},
        "rewards:coupon-new": Described(Right.PROGRAMME, BOTH, answers=BAD_FORM),
        "rewards:coupon-offer": Described(Right.PROGRAMME, READ, offer),
        "rewards:coupon-codes-csv": Described(Right.PROGRAMME, READ, offer),
        "rewards:coupon-edit": Described(Right.PROGRAMME, BOTH, offer, answers=BAD_FORM),
        "rewards:coupon-issue": Described(Right.PROGRAMME, WRITE, offer, answers=BAD_FORM),
        "rewards:coupon-issue-segment": Described(Right.PROGRAMME, WRITE, offer, answers=GONE),
        "rewards:coupon-codes": Described(Right.PROGRAMME, WRITE, offer, answers=BAD_FORM),
        "rewards:coupon-withdraw": Described(Right.PROGRAMME, WRITE, {"coupon_id": "coupon"}),
        "rewards:gift-new": Described(Right.PROGRAMME, BOTH, answers=BAD_FORM),
        "rewards:gift": Described(Right.PROGRAMME, BOTH, {"gift_id": "gift"}, answers=BAD_FORM),
        "rewards:claims": Described(Right.COUNTER),
        "rewards:claims-csv": Described(Right.COUNTER),
        "rewards:claim-hand-over": Described(Right.COUNTER, WRITE, claim, scoped=True),
        "rewards:claim-cancel": Described(Right.COUNTER, WRITE, claim, scoped=True),
    }


def _points() -> dict[str, Described]:
    member = {"member_id": "member"}
    return {
        "own-page": Described(Right.PUBLIC, READ, {"secret": "kind"}, answers=NO_LINK),
        "rewards:statement": Described(Right.SEE_MEMBERS, READ, member, scoped=True),
        "rewards:statement-csv": Described(Right.SEE_MEMBERS, READ, member, scoped=True),
        "rewards:own-page-link": Described(Right.SEE_MEMBERS, BOTH, member, scoped=True),
        "rewards:rules": Described(Right.PROGRAMME),
        "rewards:rules-new": Described(Right.PROGRAMME, WRITE),
        "rewards:rules-version": Described(Right.PROGRAMME, READ, {"rules_id": "pointsrules"}),
        "rewards:rules-edit": Described(Right.PROGRAMME, BOTH, {"rules_id": "pointsrules"}, answers=BAD_FORM),
        "rewards:rules-publish": Described(Right.PROGRAMME, WRITE, {"rules_id": "pointsrules"}, answers=BAD_FORM),
        "rewards:rules-delete": Described(Right.PROGRAMME, WRITE, {"rules_id": "pointsrules"}),
        "rewards:own-page-end": Described(Right.SEE_MEMBERS, WRITE, member, scoped=True),
        "rewards:card-replace": Described(Right.SEE_MEMBERS, WRITE, member, scoped=True),
        "rewards:member-tier": Described(Right.SEE_MEMBERS, BOTH, member, scoped=True, answers=BAD_FORM),
        "rewards:member-tier-end": Described(Right.SETTINGS, WRITE, member),
    }


def _tiers() -> dict[str, Described]:
    rules = {"rules_id": "tierrules"}
    return {
        "rewards:tiers": Described(Right.PROGRAMME),
        "rewards:tiers-begin": Described(Right.PROGRAMME, WRITE),
        "rewards:tier-rules-new": Described(Right.PROGRAMME, WRITE),
        "rewards:tier-rules": Described(Right.PROGRAMME, BOTH, rules, answers=BAD_FORM),
        "rewards:tier-rules-publish": Described(Right.PROGRAMME, WRITE, rules, answers=BAD_FORM),
        "rewards:tier-rules-discard": Described(Right.PROGRAMME, WRITE, rules),
    }


def _counter() -> dict[str, Described]:
    ticket, order, file = {"ticket": "kind"}, {"order_id": "order"}, {"file_id": "pointsfile"}
    return {
        "rewards:counter": Described(Right.COUNTER, BOTH),
        "rewards:counter-enrol": Described(Right.COUNTER, BOTH, answers=BAD_FORM),
        "rewards:counter-member": Described(Right.COUNTER, READ, ticket),
        "rewards:counter-quote": Described(Right.COUNTER, WRITE, ticket),
        "rewards:counter-sell": Described(Right.COUNTER, WRITE, ticket),
        "rewards:counter-claim": Described(Right.COUNTER, WRITE, {**ticket, "gift_id": "one"}),
        "rewards:counter-benefit": Described(Right.COUNTER, WRITE, {**ticket, "benefit_id": "one"}),
        "rewards:counter-hand-over": Described(Right.COUNTER, WRITE, {**ticket, "claim_id": "one"}),
        "rewards:counter-orders": Described(Right.COUNTER),
        "rewards:counter-order": Described(Right.COUNTER, READ, order, scoped=True),
        "rewards:counter-look": Described(Right.COUNTER, WRITE, order, scoped=True, answers=BAD_FORM),
        "rewards:counter-give-back": Described(Right.COUNTER, WRITE, order, scoped=True),
        "rewards:adjust": Described(Right.ADJUST_POINTS, BOTH, {"member_id": "member"}, scoped=True, answers=BAD_FORM),
        "rewards:points-files": Described(Right.ADJUST_POINTS, BOTH, answers=BAD_FORM),
        "rewards:points-template": Described(Right.ADJUST_POINTS),
        "rewards:points-file": Described(Right.ADJUST_POINTS, READ, file, scoped=True),
        "rewards:points-start": Described(Right.ADJUST_POINTS, WRITE, file, scoped=True),
        "rewards:points-discard": Described(Right.ADJUST_POINTS, WRITE, file, scoped=True),
    }


TABLE: dict[str, Described] = {
    "today": Described(Right.SIGNED_IN, BOTH),
    "sign-in": Described(Right.PUBLIC, BOTH),
    "sign-out": Described(Right.PUBLIC, WRITE, ends_session=True),
    "language": Described(Right.PUBLIC, BOTH),
    "invitation": Described(Right.PUBLIC, BOTH, answers=NO_LINK),
    "invitation-open": Described(Right.PUBLIC, READ, {"secret": "kind"}, answers=NO_LINK),
    "password-forgotten": Described(Right.PUBLIC, BOTH, answers=BAD_FORM),
    "password-asked": Described(Right.PUBLIC),
    "password-new": Described(Right.PUBLIC, BOTH, {"uidb64": "kind", "token": "kind"}, answers=NO_LINK),
    "profile": Described(Right.SIGNED_IN, BOTH, answers=BAD_FORM),
    "profile-password": Described(Right.SIGNED_IN, WRITE, answers=BAD_FORM),
    "profile-end-others": Described(Right.SIGNED_IN, WRITE),
    "profile-end-session": Described(
        Right.SIGNED_IN,
        WRITE,
        {"session_id": "staffsession"},
        answers=frozenset({404}),  # somebody else's
    ),
    "setup": Described(Right.PUBLIC, BOTH),
    "search": Described(Right.SIGNED_IN, BOTH, query="q=M1"),
    "own-data": Described(Right.RESET_DEMO, BOTH),
    "jobs": Described(Right.JOBS),
    "job-cancel": Described(Right.JOBS, WRITE, {"job_id": "job"}, answers=frozenset({302, 404})),
    "job-retry": Described(Right.JOBS, WRITE, {"job_id": "job"}, answers=frozenset({302, 404})),
    "healthz": Described(Right.PUBLIC, BOTH),
    "favicon": Described(Right.PUBLIC),
    "metrics": Described(Right.PUBLIC, BOTH, answers=NO),  # without its own token
    "readyz": Described(Right.PUBLIC, BOTH, answers=frozenset({200, 503})),
    "members:list": Described(Right.SEE_MEMBERS),
    "members:list-csv": Described(Right.SEE_MEMBERS),
    "members:step": Described(Right.SEE_MEMBERS, answers=frozenset({302}), query="list=sort%3D-number&at=1&of=1"),
    "members:orders": Described(Right.SEE_MEMBERS),
    "members:orders-csv": Described(Right.SEE_MEMBERS),
    "members:order": Described(Right.SEE_MEMBERS, READ, {"order_id": "order"}, scoped=True),
    "members:page": Described(Right.SEE_MEMBERS, READ, {"number": "number"}, scoped=True),
    "members:page-by-id": Described(Right.SEE_MEMBERS, READ, {"member_id": "member"}, scoped=True),
    "members:look-up": Described(Right.LOOK_UP, BOTH),
    "members:exclude": Described(Right.EXCLUDE, WRITE, {"member_id": "member"}, scoped=True, answers=BAD_FORM),
    "members:exclusion-end": Described(
        Right.EXCLUDE, WRITE, {"exclusion_id": "exclusion"}, scoped=True, answers=BAD_FORM
    ),
    "members:exclusion-withdraw": Described(Right.EXCLUDE, WRITE, {"exclusion_id": "exclusion"}, scoped=True),
    "members:consent": Described(Right.SEE_MEMBERS, BOTH, {"member_id": "member"}, scoped=True, answers=BAD_FORM),
    "members:ask": Described(Right.ASK_ERASE, BOTH, {"member_id": "member"}, scoped=True, answers=BAD_FORM),
    "members:reveal": Described(Right.REVEAL, WRITE, {"member_id": "member", "contact_id": "identifier"}, scoped=True),
    "approvals:list": Described(Right.APPROVALS),
    "approvals:one": Described(Right.APPROVALS, READ, {"approval_id": "approval"}, scoped=True, own_only=True),
    "approvals:decide": Described(
        Right.APPROVALS, WRITE, {"approval_id": "approval"}, scoped=True, answers=frozenset({422}), own_only=True
    ),
    "approvals:withdraw": Described(Right.APPROVALS, WRITE, {"approval_id": "approval"}, scoped=True, answers=OTHERS),
    "exports:list": Described(Right.SEE_MEMBERS),
    "exports:new": Described(Right.SEE_MEMBERS, BOTH, query="of=members&list="),
    "exports:progress": Described(Right.SEE_MEMBERS, READ, {"number": "export_number"}, answers=frozenset({404})),
    "exports:file": Described(Right.SEE_MEMBERS, READ, {"key": "export_key"}, answers=frozenset({404})),
    "members:all-data": Described(Right.ERASE, WRITE, {"member_id": "member"}, scoped=True),
    "members:erase": Described(Right.ERASE, BOTH, {"member_id": "member"}, scoped=True, answers=BAD_FORM),
    "members:find-other": Described(Right.IMPORT, WRITE, {"member_id": "member"}, scoped=True),
    "members:part": Described(Right.IMPORT, WRITE, {"merge_id": "merge"}, scoped=True),
    "members:insight-shown": Described(Right.SEE_REPORTS, WRITE, answers=frozenset({204})),
    "members:insight-dismiss": Described(Right.SEE_REPORTS, WRITE, answers=frozenset({302, 400})),
    "members:insight-restore": Described(Right.SEE_REPORTS, WRITE),
    "members:segments": Described(Right.SEE_MEMBERS),
    "members:segment-save": Described(Right.SEE_MEMBERS, WRITE),
    "members:segment-rename": Described(Right.SEE_MEMBERS, WRITE, {"segment_id": "segment"}, scoped=True, answers=GONE),
    "members:segment-delete": Described(Right.SEE_MEMBERS, WRITE, {"segment_id": "segment"}, scoped=True, answers=GONE),
    "members:view-save": Described(Right.SEE_MEMBERS, WRITE),
    "members:view-rename": Described(Right.SEE_MEMBERS, WRITE, {"view_id": "savedview"}, answers=OTHERS),
    "members:view-delete": Described(Right.SEE_MEMBERS, WRITE, {"view_id": "savedview"}, answers=OTHERS),
    "members:tag": Described(Right.SEE_MEMBERS, WRITE),
    "members:targets": Described(Right.SETTINGS, BOTH),
    "members:quality": Described(Right.SEE_MEMBERS),
    "members:conflicts": Described(Right.IMPORT),
    "members:conflict-decide": Described(
        Right.IMPORT, WRITE, {"conflict_id": "one"}, answers=frozenset({200, 302, 404})
    ),
    "members:compare": Described(
        Right.IMPORT, BOTH, {"first_id": "member", "second_id": "member"}, answers=frozenset({200, 302, 404})
    ),
    **_imports(),
    **_staff(),
    "analytics:retention": Described(Right.SEE_REPORTS, BOTH),
    "analytics:reports": Described(Right.SEE_REPORTS),
    "analytics:value": Described(Right.SEE_REPORTS, BOTH),
    "analytics:points": Described(Right.SEE_REPORTS, BOTH),
    "analytics:report-mail": Described(Right.SEE_REPORTS, WRITE, {"slug": "report"}),
    "analytics:report-mail-stop": Described(
        Right.SEE_REPORTS, WRITE, {"mail_id": "reportmail"}, answers=frozenset({302, 404})
    ),
    "analytics:report": Described(Right.SEE_REPORTS, BOTH, {"slug": "report"}),
    "analytics:report-csv": Described(Right.SEE_REPORTS, BOTH, {"slug": "report"}),
    "analytics:metric-help": Described(Right.SEE_REPORTS, BOTH),
    "members:tokens": Described(Right.SETTINGS, BOTH, answers=BAD_FORM),
    "members:token-revoke": Described(Right.SETTINGS, WRITE, {"token_id": "apitoken"}),
    **_hooks(),
    **_points(),
    **_tiers(),
    **_counter(),
    "api:look-up": Described(Right.LOOK_UP, WRITE, api=True, answers=BAD_JSON),
    "api:orders": Described(Right.READ_ORDERS, api=True),
    "api:order": Described(Right.READ_ORDERS, READ, {"order_id": "order"}, scoped=True, api=True),
    "api:send-orders": Described(Right.WRITE_ORDERS, WRITE, api=True, answers=BAD_JSON),
    "api:refunds": Described(Right.READ_ORDERS, api=True),
    "api:send-refunds": Described(Right.WRITE_ORDERS, WRITE, api=True, answers=BAD_JSON),
    "api:products": Described(Right.READ_CATALOGUE, api=True),
    "api:send-products": Described(Right.WRITE_CATALOGUE, WRITE, api=True, answers=BAD_JSON),
    "api:stores": Described(Right.READ_CATALOGUE, api=True),
    **_rewards(),
    **_till(),
    **{
        name: Described(right, methods, kwargs, scoped, answers=fine)
        for name, (right, methods, kwargs, scoped, fine) in access_surveys.ROWS.items()
    },
    "api-schema": Described(Right.PUBLIC, api=True),
    "api-docs": Described(Right.PUBLIC, api=True),
    "api-unknown": Described(Right.PUBLIC, frozenset(METHODS), {"rest": "number"}, api=True, answers=frozenset({404})),
    "analytics:api-reports": Described(Right.SEE_REPORTS, api=True),
    "analytics:api-report": Described(Right.SEE_REPORTS, READ, {"slug": "report"}, api=True),
}
SITE_PAGES: dict[str, Described] = {
    "index": Described(Right.SETTINGS, BOTH),
    "login": Described(Right.PUBLIC, BOTH | {"PUT", "DELETE"}),  # leads to the one sign-in, whatever is sent
    "logout": Described(Right.SETTINGS, WRITE, ends_session=True),
    "password_change": Described(Right.SETTINGS, BOTH),  # leads to the profile
    "password_change_done": Described(Right.SETTINGS, READ),
    "jsi18n": Described(Right.SETTINGS, READ),
    "app_list": Described(Right.SETTINGS, BOTH, {"app_label": "app"}),
    "autocomplete": Described(
        Right.SETTINGS, READ, query="app_label=members&model_name=product&field_name=category&term="
    ),
    "view_on_site": Described(
        Right.SETTINGS, BOTH, {"content_type_id": "one", "object_id": "one"}, answers=frozenset({404})
    ),
}


def _admin(name: str) -> Described | None:
    """Tables of the admin: all are read, only the Editable ones are written, nothing is deleted."""
    if name in SITE_PAGES:
        return SITE_PAGES[name]
    model, _sep, page = re.sub("^(members|rewards|surveys|analytics)_", "", name).rpartition("_")
    table = next((found for cls, found in admin.site._registry.items() if cls._meta.model_name == model), None)
    if table is None:
        return None
    writable = isinstance(table, Editable)
    target = {"object_id": model}
    return {
        "changelist": Described(Right.SETTINGS, BOTH),
        "add": Described(Right.SETTINGS, BOTH, answers=FINE if writable and model != "merchant" else NO),
        "change": Described(
            Right.SETTINGS, BOTH if writable else READ, target, closed=frozenset() if writable else WRITE
        ),
        "history": Described(Right.SETTINGS, BOTH, target),
        "delete": Described(Right.SETTINGS, BOTH, target, answers=NO),
    }.get(page)


def described(name: str) -> Described | None:
    """The row of an address by its full url name (unnamed ones by their route)."""
    if name.startswith("admin:"):
        return _admin(name.removeprefix("admin:"))
    return TABLE.get(name)


def addresses(patterns: list[Any] | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its url name, but for the two kinds below that Django admin leaves without one."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        elif not (space == "admin:" and pattern.name is None):
            yield f"{space}{pattern.name}", pattern


UNNAMED = ["/admin/members/order/1/", "/admin/no-such-page"]  # the old address of a row, and the catch-all


def expected(row: Described, role: Role | None, method: str, *, foreign: bool) -> frozenset[int]:
    """The statuses that are right."""
    may = row.right == Right.PUBLIC or (role is not None and (row.right in EVERYONE or row.right in RIGHTS[role]))
    if role is None and not may:
        return frozenset({401 if row.api else 302})
    if not may:
        return frozenset({403})
    if method not in row.methods:
        return NO if method in row.closed else frozenset({405})
    if foreign and role in {Role.MANAGER, Role.CLERK}:
        return frozenset({404})
    if row.own_only and role not in {Role.ADMIN, Role.MANAGER}:
        return frozenset({404})  # may ask, but asked for none of these and decides none
    return row.answers


def test_every_address_is_described_and_asks_for_the_right_the_table_names() -> None:
    undescribed = [name for name, _pattern in addresses() if described(name) is None]
    assert undescribed == []
    differing = [
        name
        for name, pattern in addresses()
        if not name.startswith("admin:") and pattern.callback.right != described(name).right
    ]
    assert differing == []


def test_the_table_describes_no_address_that_is_gone() -> None:
    known = {name for name, _pattern in addresses()}
    assert {name for name in TABLE if name not in known} == set()
    assert {name for name in SITE_PAGES if f"admin:{name}" not in known} == set()


@pytest.fixture
def _quietly() -> Iterator[None]:
    """A thousand refusals, each logged with its traceback, would be half of the time."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def shop(people: People, signed_in: Callable[[User], Client], stores: Any) -> Shop:
    return Shop.open(people, signed_in(people.marketer))


OTHERS = ("marketer", "manager", "clerk", "analyst")
WALKS = [
    (None, METHODS),
    ("admin", METHODS),
    *((who, METHODS[:2]) for who in OTHERS),
    # Rights are asked before the method, as the two above show for every address: the rest at full size only.
    *(pytest.param(who, METHODS[2:], marks=pytest.mark.prove) for who in OTHERS),
]


@pytest.mark.usefixtures("_quietly")
@pytest.mark.parametrize(("who", "methods"), WALKS)
def test_each_answer_is_the_declared_one(
    who: str | None, methods: tuple[str, ...], shop: Shop, people: People, signed_in: Callable[[User], Client]
) -> None:
    user = getattr(people, who) if who else None
    role = Role(user.role) if user else None
    client = signed_in(user) if user else Client()
    unexpected, leaks = [], []
    for name, row, foreign, path in _requests(shop):
        for method in methods:
            client.raise_request_exception = False
            answer = client.generic(method, path)
            right = expected(row, role, method, foreign=foreign)
            signs_in = answer.status_code != 302 or role is not None or _leads_to_sign_in(answer, row)
            if answer.status_code not in right or not signs_in:
                unexpected.append((method, path, answer.status_code, sorted(right)))
            found = shop.leaks(path, answer)
            if found and who in {None, "manager", "clerk", "analyst"}:
                leaks.append((method, path, found))
            if user and (row.ends_session or name == "admin:logout"):
                client = signed_in(user)
    assert not unexpected, "\n".join(map(str, unexpected))
    assert leaks == []


# Each alone, but for the one that is refused without the look-up.
WHOLE = (Scope.READ_MEMBERS, Scope.WHOLE_CONTACTS)
SCOPES = [(), *((scope,) for scope in Scope if scope != Scope.WHOLE_CONTACTS), WHOLE, tuple(Scope)]


@pytest.mark.usefixtures("_quietly")
@pytest.mark.parametrize("scopes", SCOPES, ids=str)
def test_a_token_is_answered_as_its_scopes_and_its_store_allow(scopes: tuple[Scope, ...], shop: Shop) -> None:
    """Where there is an API; everywhere else a token is nobody."""
    client = bearer.client(*scopes, stores=[Store.objects.get(pk=shop.own["store"])])
    rights = {right for scope in scopes for right in SCOPE_RIGHTS[scope]}
    unexpected, leaks = [], []
    for _name, row, foreign, path in _requests(shop):
        for method in METHODS if row.api else ("GET",):
            answer = client.generic(method, path)
            if not row.api:
                right = expected(row, None, method, foreign=foreign)
            elif row.right not in {*rights, Right.PUBLIC}:
                right = NO
            elif method not in row.methods:
                right = frozenset({405})
            else:
                right = frozenset({404}) if foreign else row.answers
            if answer.status_code not in right:
                unexpected.append((method, path, answer.status_code, sorted(right)))
            if found := shop.leaks(path, answer):
                leaks.append((method, path, found))
    assert not unexpected, "\n".join(map(str, unexpected))
    assert leaks == []


def test_what_a_token_may_ask_of_another_store_holds_nobody_of_it(shop: Shop) -> None:
    """By filters, by exact identifiers, by reports; a token for every store sees the sentinels."""
    lists = ["/api/v1/orders/", "/api/v1/refunds/", "/api/v1/reports/rfm-members/", "/api/v1/reports/kpi/"]
    paths = [
        *lists,
        f"/api/v1/orders/?order_no={ORDER}",
        "/api/v1/orders/?store=S2",
        f"/api/v1/orders/?member_no={NUMBER}",
    ]
    asked = [{"number": NUMBER}, {"phone": f"1381234{TAIL}"}, {"number": f"{NUMBER}-2"}]
    bound = bearer.client(*Scope, stores=[Store.objects.get(pk=shop.own["store"])])
    free = bearer.client(*Scope, name="free")
    seen = {}
    for client in (bound, free):
        answers = [(path, client.get(path)) for path in paths]
        answers += [
            ("", client.post("/api/v1/members/look-up/", json.dumps(body), "application/json")) for body in asked
        ]
        seen[client] = [path or "look-up" for path, answer in answers if shop.leaks(path, answer)]
    assert seen[bound] == []
    assert {"/api/v1/orders/", "/api/v1/refunds/", "look-up"} <= set(seen[free]), (
        "they would be seen if they were shown"
    )


def _leads_to_sign_in(answer: Any, row: Described) -> bool:
    return row.right == Right.PUBLIC or answer["Location"].startswith("/sign-in/")


def _requests(shop: Shop) -> Iterator[tuple[str, Described, bool, str]]:
    for name, _pattern in addresses():
        row = described(name)
        assert row is not None
        for foreign in (False, True) if row.scoped else (False,):
            target = shop.foreign if foreign else shop.own
            kwargs = {param: target[key] for param, key in row.kwargs.items()}
            path = reverse(name, kwargs=kwargs) + (f"?{row.query}" if row.query else "")
            yield name, row, foreign, path
    for path in UNNAMED:
        yield path, Described(Right.SETTINGS, BOTH, answers=frozenset({301, 302, 404})), False, path


def test_figures_and_lists_of_a_manager_hold_nobody_of_another_store(
    shop: Shop, people: People, signed_in: Callable[[User], Client]
) -> None:
    paths = [
        *(f"/members/{query}" for query in shop.drills("members")),
        *(f"/members/orders/{query}" for query in shop.drills("orders")),
        *(f"/members/members.csv{query}" for query in ["", *shop.drills("members")]),
        f"/members/?q={shop.tail_of_foreign_phone}",
        "/members/step/?list=home%3DS2&at=1&of=9", "/members/step/?list=sort%3D-number&at=1&of=9",
        f"/members/?q={shop.tail_of_foreign_phone}", f"/search/?q={shop.tail_of_foreign_phone}",
        "/search/?q=zsentin", "/search/?q=ZSEN",
        "/members/?tag=VIP&cols=tags", "/members/?home=S2", "/members/orders/?at=S2",
        "/members/?sort=-net", "/members/orders/?sort=-amount",
    ]  # fmt: skip
    paths += ["/analytics/reports/rfm-members/", "/analytics/reports/rfm-members.csv", "/api/v1/reports/rfm-members/"]
    paths += ["/members/?from=rfm&cell=:::重要价值客户&set=members&by=segment8&store=S2"]
    manager, everyone = signed_in(people.manager), signed_in(people.marketer)
    assert [path for path in paths if shop.leaks(path, manager.get(path))] == []
    assert any(shop.leaks(path, everyone.get(path)) for path in paths), "the sentinels would be seen if they were shown"


def test_the_walk_knows_an_unexpected_answer_when_it_sees_one() -> None:
    row = TABLE["members:order"]
    assert expected(row, Role.MANAGER, "GET", foreign=True) == {404}
    assert expected(row, Role.MARKETER, "GET", foreign=True) == FINE
    assert expected(row, Role.ANALYST, "GET", foreign=False) == {403}
    assert expected(row, None, "GET", foreign=False) == {302}
    assert json.loads("[405]") == sorted(expected(row, Role.ADMIN, "DELETE", foreign=False))
