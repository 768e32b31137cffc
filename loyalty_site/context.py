"""What the frame around every page shows: the merchant, the actor, and the pages their role may open."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.lib.access import actor_of
from members.lib.actor import Actor
from members.lib.registry import Place, PlaceKind
from members.lib.roles import Right
from members.queries import merchants

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the navigation. One whose url does not exist, or whose right is missing, is not drawn."""

    label: Text
    icon: str
    url_name: str
    right: Right
    on_phone: bool = False  # among the few of the bottom bar
    unless: Right | None = None  # not for those who have something better
    words: Text = ""  # that somebody may search for it by


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as drawn."""

    label: Text
    icon: str
    url: str
    on_phone: bool
    is_here: bool


GROUPS: tuple[tuple[Text, tuple[Page, ...]], ...] = (
    (
        "",
        (
            Page(_("Today"), "home", "today", Right.SIGNED_IN, on_phone=True, words=_("home start overview dashboard")),
            Page(
                _("Counter"),
                "store",
                "rewards:counter",
                Right.COUNTER,
                on_phone=True,
                words=_("till sell refund enrol points redeem clerk"),
            ),
            Page(
                _("Approvals"),
                "check",
                "approvals:list",
                Right.APPROVALS,
                words=_("requests second person four eyes decide"),
            ),
        ),
    ),
    (
        _("Members"),
        (
            Page(
                _("Members"),
                "users",
                "members:list",
                Right.SEE_MEMBERS,
                on_phone=True,
                words=_("customers people list"),
            ),
            Page(
                _("Look up a member"),
                "search",
                "members:look-up",
                Right.LOOK_UP,
                on_phone=True,
                unless=Right.SEE_MEMBERS,
            ),
            Page(
                _("Segments"),
                "filter",
                "members:segments",
                Right.SEE_MEMBERS,
                words=_("groups audiences target people"),
            ),
            Page(
                _("Orders"),
                "order",
                "members:orders",
                Right.SEE_MEMBERS,
                words=_("purchases sales receipts transactions"),
            ),
            Page(
                _("Imports"),
                "upload",
                "members:imports",
                Right.IMPORT,
                words=_("files upload presets undo"),
            ),
            Page(
                _("Points by file"),
                "upload",
                "rewards:points-files",
                Right.ADJUST_POINTS,
                words=_("opening balances bulk points import adjust"),
            ),
            Page(
                _("Data quality"),
                "eye",
                "members:quality",
                Right.SEE_MEMBERS,
                words=_("duplicates missing stale silent stores conflicts"),
            ),
            Page(
                _("Messages"),
                "mail",
                "members:messages",
                Right.MESSAGES,
                words=_("outbox mail sms templates sent opt out"),
            ),
            Page(_("My exports"), "dl", "exports:list", Right.SEE_MEMBERS, words=_("files downloads csv private")),
        ),
    ),
    (
        _("Rewards"),
        (
            Page(
                _("Points"),
                "star",
                "analytics:points",
                Right.SEE_REPORTS,
                words=_("liability expiry ledger earned redeemed breakage"),
            ),
            Page(
                _("Rules of points"),
                "coin",
                "rewards:rules",
                Right.PROGRAMME,
                words=_("earn rate multiplier expiry programme draft publish"),
            ),
            Page(
                _("Coupons"),
                "ticket",
                "rewards:coupons",
                Right.PROGRAMME,
                words=_("vouchers discounts codes offers issue"),
            ),
            Page(_("Gifts"), "gift", "rewards:gifts", Right.PROGRAMME, words=_("catalogue stock redeem points")),
            Page(
                _("Gifts to hand over"),
                "bag",
                "rewards:claims",
                Right.COUNTER,
                words=_("claims reserved counter redeem"),
            ),
            Page(
                _("Tiers"),
                "star",
                "rewards:tiers",
                Right.PROGRAMME,
                words=_("levels silver gold diamond benefits upgrade special"),
            ),
        ),
    ),
    (
        _("Listening"),
        (
            Page(
                _("Surveys"),
                "chat",
                "surveys:surveys",
                Right.SEE_ANSWERS,
                words=_("questionnaires nps csat satisfaction feedback answers"),
            ),
            Page(
                _("Complaints"),
                "warn",
                "surveys:cases",
                Right.CASES,
                words=_("cases service sla late answers causes"),
            ),
            Page(
                _("Take down a complaint"),
                "plus",
                "surveys:case-new",
                Right.COUNTER,
                unless=Right.CASES,
                words=_("case counter customer unhappy"),
            ),
            Page(
                _("Follow-up calls"),
                "phone",
                "surveys:follow-ups",
                Right.CASES,
                words=_("call desk phone script customers to call"),
            ),
            Page(
                _("Interviews and market"),
                "edit",
                "surveys:notes",
                Right.SEE_ANSWERS,
                words=_("notes interviews competitors market records"),
            ),
            Page(
                _("Improvements"),
                "check",
                "analytics:actions",
                Right.CASES,
                words=_("actions measures before after effect"),
            ),
        ),
    ),
    (
        _("Analytics"),
        (
            Page(
                _("Retention"),
                "chart",
                "analytics:retention",
                Right.SEE_REPORTS,
                on_phone=True,
                words=_("cohorts return repeat second purchase rhythm"),
            ),
            Page(
                _("Value and churn"),
                "pie",
                "analytics:value",
                Right.SEE_REPORTS,
                words=_("rfm best customers lapsed deciles"),
            ),
            Page(
                _("Reports and jobs"),
                "table",
                "analytics:reports",
                Right.SEE_REPORTS,
                words=_("figures downloads weekly mail progress"),
            ),
        ),
    ),
    (
        _("Help"),
        (
            Page(
                _("Definitions"),
                "help",
                "analytics:metric-help",
                Right.SEE_REPORTS,
                words=_("metrics formulas how it is counted help"),
            ),
            Page(_("Targets"), "star", "members:targets", Right.SETTINGS, words=_("goals aims plan")),
            Page(
                _("Background jobs"), "clock", "jobs", Right.JOBS, words=_("schedule queue worker failed retry cancel")
            ),
            Page(
                _("Staff"),
                "user",
                "members:staff",
                Right.INVITE_CLERKS,
                words=_("colleagues users accounts invitations"),
            ),
            Page(_("API tokens"), "lock", "members:tokens", Right.SETTINGS, words=_("keys interface integration till")),
            Page(
                _("Shop connections"),
                "store",
                "members:connections",
                Right.SETTINGS,
                words=_("shopify woocommerce webhooks online shop orders"),
            ),
            Page(_("Webhooks"), "link", "members:webhooks", Right.SETTINGS, words=_("events notify other systems")),
            Page(_("Settings"), "gear", "admin:index", Right.SETTINGS, words=_("administration configuration options")),
        ),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """`merchant`, `actor`, `nav` (groups of entries), `search_url` and `search_for` (of whom) for the templates."""
    if not hasattr(request, "actor"):  # an error before the middleware ran
        return {}
    actor = actor_of(request)
    nav = _navigation(request)
    return {
        "merchant": merchants.current(),
        "actor": actor,
        "nav": nav,
        "phone_nav": [entry for _label, entries in nav for entry in entries if entry.on_phone],
        "search_for": next((right for right in (Right.SEE_MEMBERS, Right.LOOK_UP) if actor.may(right)), ""),
        "search_url": _url("search") if actor.role else "",
    }


def places(actor: Actor) -> list[Place]:
    """The pages of the navigation, as the search finds them."""
    return [
        Place(PlaceKind.PAGE, str(page.label), url, f"{group} {page.words}", page.icon)
        for group, pages in GROUPS
        for page in pages
        if _is_for(actor, page) and (url := _url(page.url_name))
    ]


def _navigation(request: HttpRequest) -> list[tuple[Text, list[Entry]]]:
    actor = actor_of(request)
    allowed = [
        (label, [(page, _url(page.url_name)) for page in pages if _is_for(actor, page)]) for label, pages in GROUPS
    ]
    urls = [url for _label, pages in allowed for _page, url in pages if url and request.path.startswith(url)]
    here = max(urls, key=len, default="")  # the deepest page above the one that is open
    if here == "/" and request.path != "/":
        here = ""
    drawn = [
        (
            label,
            [Entry(page.label, page.icon, url, page.on_phone, url == here) for page, url in pages if url],
        )
        for label, pages in allowed
    ]
    return [(label, entries) for label, entries in drawn if entries]


def _is_for(actor: Actor, page: Page) -> bool:
    return actor.may(page.right) and not (page.unless and actor.may(page.unless))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
