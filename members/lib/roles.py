"""Who may do what: the one table behind permission checks, documentation and the test that walks every URL."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Exactly one per member of staff."""

    ADMIN = "admin", _("Administrator")
    MARKETER = "marketer", _("Marketer")
    MANAGER = "manager", _("Store manager")
    CLERK = "clerk", _("Clerk")
    ANALYST = "analyst", _("Analyst")


class Right(StrEnum):
    """What a view or service may ask of an actor."""

    PUBLIC = "public"  # no sign-in needed
    SIGNED_IN = "signed_in"
    SEE_MEMBERS = "see_members"  # lists and pages of members and orders, within the stores in scope
    READ_ORDERS = "read_orders"  # orders and refunds as data, within the stores in scope
    WRITE_ORDERS = "write_orders"  # send orders and refunds to the API
    READ_CATALOGUE = "read_catalogue"  # products, and the stores in scope
    WRITE_CATALOGUE = "write_catalogue"
    LOOK_UP = "look_up"  # one member by an exact identifier
    COUNTER = "counter"  # serve members at the counter: enrol, earn, redeem, refund, within the stores in scope
    SEE_REPORTS = "see_reports"
    IMPORT = "import"
    EXCLUDE = "exclude"  # mark a member as staff, test, reseller
    ERASE = "erase"  # give out all that is known of a member, or erase it
    ASK_ERASE = "ask_erase"  # ask somebody with that right for it
    APPROVALS = "approvals"  # ask for what a second person decides; who decides is said by each kind
    REVEAL = "reveal"  # see one whole phone or e-mail, with a reason
    WHOLE_CONTACTS = "whole_contacts"  # files with whole phones and e-mails, with a reason
    JOBS = "jobs"  # follow the work in the background, cancel it and try it again
    INVITE_CLERKS = "invite_clerks"  # to the stores in scope, and let them go who work nowhere else
    PROGRAMME = "programme"  # see and edit coupons, gifts, rules and tiers
    ADJUST_POINTS = "adjust_points"  # give or take points by hand, one member or a file; a second person above a limit
    ASK_TIER = "ask_tier"  # ask for a special tier for a member; an administrator decides
    MESSAGES = "messages"  # the texts members are sent, and what became of each message
    SURVEYS = "surveys"  # build surveys, hang out their codes, name themes
    SEE_ANSWERS = "see_answers"  # results, answers and reviews, within the stores in scope
    CASES = "cases"  # work complaints, follow-up calls and improvements, within the stores in scope
    SETTINGS = "settings"
    RESET_DEMO = "reset_demo"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.MARKETER: frozenset(
        {
            Right.SEE_MEMBERS, Right.READ_ORDERS, Right.WRITE_ORDERS, Right.READ_CATALOGUE, Right.WRITE_CATALOGUE,
            Right.LOOK_UP, Right.SEE_REPORTS, Right.IMPORT, Right.EXCLUDE, Right.JOBS, Right.PROGRAMME,
            Right.ASK_TIER, Right.APPROVALS, Right.ADJUST_POINTS, Right.MESSAGES, Right.SURVEYS, Right.SEE_ANSWERS,
            Right.CASES,
        }
    ),
    Role.MANAGER: frozenset(
        {
            Right.SEE_MEMBERS, Right.READ_ORDERS, Right.READ_CATALOGUE, Right.LOOK_UP, Right.SEE_REPORTS,
            Right.INVITE_CLERKS, Right.APPROVALS, Right.ASK_ERASE, Right.REVEAL, Right.COUNTER,
            Right.ASK_TIER, Right.ADJUST_POINTS, Right.SEE_ANSWERS, Right.CASES,
        }
    ),
    Role.CLERK: frozenset({Right.LOOK_UP, Right.COUNTER}),
    Role.ANALYST: frozenset({Right.SEE_REPORTS}),
}  # fmt: skip


class Scope(TextChoices):
    """What an API token is for. A token has these instead of a role."""

    READ_REPORTS = "reports:read", _("Read reports")
    READ_MEMBERS = "members:read", _("Look up a member by an exact identifier, contacts masked")
    WHOLE_CONTACTS = "members:pii", _("See whole names and contacts (each look-up is written down)")
    READ_ORDERS = "orders:read", _("Read orders and refunds")
    WRITE_ORDERS = "orders:write", _("Send orders and refunds")
    READ_CATALOGUE = "catalogue:read", _("Read products and stores")
    WRITE_CATALOGUE = "catalogue:write", _("Send products")
    TILL = "till", _("Work as a till: enrol, look up, earn, redeem, refund")


SCOPE_RIGHTS: dict[Scope, frozenset[Right]] = {
    Scope.READ_REPORTS: frozenset({Right.SEE_REPORTS}),
    Scope.READ_MEMBERS: frozenset({Right.LOOK_UP}),
    Scope.WHOLE_CONTACTS: frozenset(),  # widens what a look-up answers; refused without it
    Scope.READ_ORDERS: frozenset({Right.READ_ORDERS}),
    Scope.WRITE_ORDERS: frozenset({Right.WRITE_ORDERS}),
    Scope.READ_CATALOGUE: frozenset({Right.READ_CATALOGUE}),
    Scope.WRITE_CATALOGUE: frozenset({Right.WRITE_CATALOGUE}),
    Scope.TILL: frozenset({Right.LOOK_UP, Right.COUNTER}),
}
EVERYONE = frozenset({Right.PUBLIC, Right.SIGNED_IN})
ALL_STORES = frozenset({Role.ADMIN, Role.MARKETER, Role.ANALYST})
SMALLEST_CELL = 5  # an analyst sees no group of fewer people
