"""Columns of the warehouse tables.

Integers only, because dates and decimals change meaning between engines: a `day` is days since 1970-01-01 of
the store-local business date, `week` = (day + 3) // 7 (Monday weeks), `month` = year * 12 + month - 1, money
is ten-thousandths of the currency unit, an instant (`*_at`) is microseconds since 1970-01-01 UTC. A column is
nullable only where its comment says what the null means. Text is for codes alone, never for what people wrote.
"""

import hashlib

import pyarrow as pa

OPEN_END = 2_147_483_647
"""`to_day` of an exclusion that has no end yet."""


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


def _optional(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=True)


_PLACE = [_required("store_id", pa.int64()), _required("channel_id", pa.int64())]
_PERIODS = [_required(name, pa.int32()) for name in ("day", "week", "month")]
_MEMBER_OR_GUEST = _optional("member_id", pa.int64())  # null: a guest; raw: the record it was taken down for
_CLOCK = [
    _required("recorded_at", pa.int64()),
    _optional("voided_at", pa.int64()),  # null: still valid
]

# --- raw facts: what was recorded, one row per version ------------------------------------------------------

ORDERS = pa.schema(
    [
        _required("order_id", pa.int64()),
        _MEMBER_OR_GUEST,
        *_PLACE,
        *_PERIODS,
        _required("hour", pa.int32()),  # 0 to 23, of the instant in the zone of the store
        _required("rank", pa.int64()),  # among the orders of a day: by time, then by number; the same for every version
        _required("total", pa.int64()),  # what the customer paid, decides whether the order is valid
        _required("gross", pa.int64()),  # the part of it that is revenue
        *_CLOCK,
    ]
)

REFUNDS = pa.schema(
    [
        _required("refund_id", pa.int64()),
        _optional("order_id", pa.int64()),  # null: the refund names no order
        _MEMBER_OR_GUEST,
        *_PLACE,
        *_PERIODS,
        _required("amount", pa.int64()),
        *_CLOCK,
    ]
)

LINES = pa.schema(  # distinct; no clock: a version of an order has a number of its own, and lines live and die with it
    [
        _required("order_id", pa.int64()),
        _required("product_id", pa.int64()),  # goods: no fees, no gift cards, none that is unknown
    ]
)

EXCLUSIONS = pa.schema(
    [
        _required("member_id", pa.int64()),
        _required("from_day", pa.int32()),
        _required("to_day", pa.int32()),  # inclusive
        *_CLOCK,
    ]
)

MERGES = pa.schema(
    [
        _required("member_id", pa.int64()),
        _required("owner_id", pa.int64()),  # whom the record counts for meanwhile
        *_CLOCK,
    ]
)

SOLD = {"orders": ORDERS, "refunds": REFUNDS, "lines": LINES, "exclusions": EXCLUSIONS, "merges": MERGES}
"""What was bought, by whom; all prepared tables are derived from it."""

POINTS_MOVES = pa.schema(  # the postings of the ledger: never changed, so a later moment is the same with more rows
    [
        _required("posting_id", pa.int64()),
        _required("entry_id", pa.int64()),
        _optional("lot_id", pa.int64()),  # null: points owed
        _required("member_id", pa.int64()),  # the record whose account it is
        _optional("store_id", pa.int64()),  # of the order it is about; null: about none
        *_PERIODS,  # of the order's business date where one gave or took; an expiry the day after the last day
        _required("flow", pa.int32()),  # a number of FLOWS
        _required("amount", pa.int64()),
        _required("recorded_at", pa.int64()),
    ]
)

POINTS_LOTS = pa.schema(
    [
        _required("lot_id", pa.int64()),
        _required("earned_day", pa.int32()),
        _optional("last_day", pa.int32()),  # the last on which they can be spent; null: they never expire
        _optional("last_month", pa.int32()),  # the month in which that day lies
        _optional("over_month", pa.int32()),  # the month of the day after it
        _required("is_earned", pa.int32()),  # 1: by a purchase or an event; 0: brought along, given by hand
    ]
)

TIER_STAYS = pa.schema(
    [
        _required("member_id", pa.int64()),
        _required("rank", pa.int32()),
        _required("from_day", pa.int32()),
        _required("to_day", pa.int32()),  # exclusive; OPEN_END: still there
        _required("recorded_at", pa.int64()),
    ]
)

COUPONS = pa.schema(
    [
        _required("coupon_id", pa.int64()),
        _required("offer_id", pa.int64()),
        _optional("member_id", pa.int64()),  # null: printed or published, of whoever brings its code
        _required("state", pa.int32()),  # a number of COUPON_STATES
        _required("day", pa.int32()),  # issued
        _optional("last_day", pa.int32()),  # null: it never ends
        _optional("used_day", pa.int32()),  # null: not used
        _optional("order_id", pa.int64()),  # null: not used, or for no order we know
        _required("amount", pa.int64()),  # what it took off
        _required("recorded_at", pa.int64()),
    ]
)

BENEFIT_USES = pa.schema(
    [
        _required("use_id", pa.int64()),
        _required("benefit_id", pa.int64()),
        _required("rank", pa.int32()),  # of the tier that gives it
        _required("member_id", pa.int64()),
        _required("day", pa.int32()),
        _required("cost", pa.int64()),
        _required("recorded_at", pa.int64()),
    ]
)

PROGRAMME = {
    "points_moves": POINTS_MOVES,
    "points_lots": POINTS_LOTS,
    "tier_stays": TIER_STAYS,
    "coupons": COUPONS,
    "benefit_uses": BENEFIT_USES,
}
"""What the loyalty programme gave and took; read as it is, with the person that each record counts for."""

FLOWS = ("earned", "brought", "redeemed", "expired", "adjusted", "taken_back", "given_back", "set_off")
COUPON_STATES = ("open", "used", "expired", "void")

RESPONSES = pa.schema(
    [
        _required("response_id", pa.int64()),
        _required("survey_id", pa.int64()),
        _required("version_id", pa.int64()),
        _MEMBER_OR_GUEST,
        _optional("store_id", pa.int64()),  # null: of no store, the merchant's
        _optional("channel_id", pa.int64()),
        _required("way", pa.int32()),  # a number of WAYS
        _required("touch", pa.int64()),  # what it is about: an order, an invitation, or just that day
        *_PERIODS,  # of the beginning, in the store's zone
        _optional("case_id", pa.int64()),  # the case that the person was asked about
        _required("is_complete", pa.int32()),
        _optional("tier_rank", pa.int32()),  # of the member on that day; null: none written down
        *_CLOCK,
    ]
)

ANSWERS = pa.schema(  # no clock: they live and die with their response
    [
        _required("answer_id", pa.int64()),
        _required("response_id", pa.int64()),
        _required("question", pa.string()),  # its code, the same in every version
        _required("line", pa.string()),  # code of a matrix's line, or ""
        _required("kind", pa.int32()),  # a number of QUESTIONS
        _required("is_driver", pa.int32()),
        _optional("number", pa.int32()),  # the score; null: no scale
        _required("choices", pa.string()),  # codes as a JSON list
        _required("has_text", pa.int32()),
    ]
)

INVITATIONS = pa.schema(
    [
        _required("invitation_id", pa.int64()),
        _required("survey_id", pa.int64()),
        _MEMBER_OR_GUEST,  # null: the member was erased
        _optional("store_id", pa.int64()),
        _optional("channel_id", pa.int64()),
        _required("sent_by", pa.int32()),  # a number of SENT_BY
        *_PERIODS,
        _required("is_delivered", pa.int32()),
        _required("is_answered", pa.int32()),
        _required("recorded_at", pa.int64()),
    ]
)

REVIEWS = pa.schema(
    [
        _required("review_id", pa.int64()),
        _required("source", pa.string()),
        _MEMBER_OR_GUEST,
        _optional("store_id", pa.int64()),
        _optional("product_id", pa.int64()),
        *_PERIODS,
        _optional("rating", pa.int32()),  # 1 to 5; null: only words, never a zero
        _required("has_text", pa.int32()),
        *_CLOCK,
    ]
)

THEME_MARKS = pa.schema(  # one of the ids: of the text that speaks of the theme
    [
        _required("theme_id", pa.int64()),
        _optional("answer_id", pa.int64()),
        _optional("review_id", pa.int64()),
        _optional("case_id", pa.int64()),
        _optional("mood", pa.int32()),  # -1, 0, 1 of what is said about the theme; null: as the score beside the text
    ]
)

CASES = pa.schema(
    [
        _required("case_id", pa.int64()),
        _required("kind", pa.int32()),  # a number of CASE_KINDS
        _MEMBER_OR_GUEST,
        _optional("order_id", pa.int64()),
        _optional("order_day", pa.int32()),  # its business date; null: it names no order
        _optional("store_id", pa.int64()),
        _optional("channel_id", pa.int64()),  # of the order
        _optional("product_id", pa.int64()),
        _optional("cause_id", pa.int64()),
        _optional("staff_id", pa.int64()),  # who works it; null: nobody yet
        _required("priority", pa.int32()),  # 1 goes first
        *_PERIODS,
        _required("opened_at", pa.int64()),
        _optional("first_due_at", pa.int64()),
        _optional("resolve_due_at", pa.int64()),
        _optional("first_response_at", pa.int64()),  # null: no human has answered yet
        _optional("resolved_at", pa.int64()),  # the first time; null: not yet
        _optional("first_minutes", pa.int32()),  # minutes of business hours
        _optional("resolve_minutes", pa.int32()),
        _required("waited_minutes", pa.int32()),  # for the customer, until the last time it answered
        _optional("waiting_since", pa.int64()),  # null: it does not wait for the customer now
        _required("reopened", pa.int32()),
        _required("is_flagged", pa.int32()),  # times that cannot be: in no average
        *_CLOCK,
    ]
)

FEEDBACK = {
    "responses": RESPONSES,
    "answers": ANSWERS,
    "invitations": INVITATIONS,
    "reviews": REVIEWS,
    "theme_marks": THEME_MARKS,
    "cases": CASES,
}
"""What customers say: read as it is, with the person that each record counts for."""

WAYS = ("link", "public", "paper")
QUESTIONS = ("nps", "csat", "ces", "single", "multiple", "matrix", "text")
SENT_BY = ("none", "sms", "email")
CASE_KINDS = ("complaint", "service")

RAW = SOLD | PROGRAMME | FEEDBACK

# --- prepared tables: derived from the raw facts at one (as_of, known_at) -----------------------------------

SALES = pa.schema(
    [
        _required("order_id", pa.int64()),
        _MEMBER_OR_GUEST,
        *_PLACE,
        *_PERIODS,
        _required("hour", pa.int32()),
        _required("rank", pa.int64()),
        _required("gross", pa.int64()),
        _required("kept", pa.int32()),  # 0: wholly refunded by refunds that name the order
    ]
)

MONEY_BACK = pa.schema(
    [
        _required("refund_id", pa.int64()),
        _MEMBER_OR_GUEST,
        *_PLACE,
        *_PERIODS,
        _required("amount", pa.int64()),
    ]
)

FIRSTS = pa.schema(
    [
        _required("member_id", pa.int64()),
        # accounting view: the first valid order
        _required("first_order_day", pa.int32()),
        _required("first_order_week", pa.int32()),
        _required("first_order_month", pa.int32()),
        _required("first_order_store_id", pa.int64()),
        _required("first_order_channel_id", pa.int64()),
        # behaviour view: the first kept order; all null when every order was wholly refunded
        _optional("first_day", pa.int32()),
        _optional("first_week", pa.int32()),
        _optional("first_month", pa.int32()),
        _optional("store_id", pa.int64()),
        _optional("channel_id", pa.int64()),
        _optional("second_day", pa.int32()),  # second distinct day with a kept order; null: none yet
        _optional("second_order_day", pa.int32()),  # day of the second kept order, which may be the first day
        _optional("last_day", pa.int32()),  # last day with a kept order
    ]
)

MEMBER_MONTH = pa.schema(
    [
        _required("member_id", pa.int64()),
        _required("month", pa.int32()),
        _required("kept_orders", pa.int64()),  # at least 1: months without a purchase have no row
    ]
)

MEMBER_SUMMARY = pa.schema(
    [
        _required("member_id", pa.int64()),
        # accounting view
        _required("orders", pa.int64()),
        _required("gross", pa.int64()),
        _required("refunds", pa.int64()),  # given back to the member, for any order or none
        # behaviour view
        _required("kept_orders", pa.int64()),  # 0 when every order was wholly refunded
        _required("kept_days", pa.int64()),  # distinct days with a kept order
        _required("kept_gross", pa.int64()),
        _optional("first_day", pa.int32()),  # of a kept order; null when there is none
        _optional("last_day", pa.int32()),
    ]
)

OCCASIONS = pa.schema(
    [
        _required("member_id", pa.int64()),
        _required("nth", pa.int32()),  # 1 is the first purchase
        _required("day", pa.int32()),  # distinct days with a kept order: two receipts in one visit are one occasion
        _optional("next_day", pa.int32()),  # the following occasion; null: none yet
    ]
)

FIRST_PRODUCTS = pa.schema(
    [
        _required("member_id", pa.int64()),
        _required("nth", pa.int32()),  # 1: bought on the first purchase day, 2: on the second
        _required("product_id", pa.int64()),  # distinct per member and day
    ]
)

PREPARED = {
    "sales": SALES,
    "money_back": MONEY_BACK,
    "firsts": FIRSTS,
    "member_month": MEMBER_MONTH,
    "member_summary": MEMBER_SUMMARY,
    "occasions": OCCASIONS,
    "first_products": FIRST_PRODUCTS,
}

# What customers said, as it stands now: whose each record is decided, of two answers about one thing the later taken.

TEXTS = pa.schema(
    [
        _MEMBER_OR_GUEST,
        _optional("store_id", pa.int64()),
        _optional("channel_id", pa.int64()),
        *_PERIODS,
        _optional("survey_id", pa.int64()),  # null: a review
        _optional("mood", pa.int32()),  # -1, 0, 1 by the score beside it; null: none
        _required("text_id", pa.int64()),
        _required("about", pa.int32()),  # 0 an answer, 1 a review
    ]
)

TOLD = {
    "told_responses": RESPONSES,
    "told_answers": pa.schema([*RESPONSES, *(field for field in ANSWERS if field.name != "response_id")]),
    "told_invitations": INVITATIONS,
    "told_reviews": pa.schema([*REVIEWS, _optional("channel_id", pa.int64())]),  # always null: narrowed like the others
    "told_cases": CASES,
    "told_texts": TEXTS,
    "told_themes": pa.schema([*TEXTS, _required("theme_id", pa.int64())]),
}
"""By "told_" and the name of `feedback.Feedback`, which derives them and says what they are."""

ALL = RAW | PREPARED | TOLD

SORTED = {
    "told_responses": ("response_id",),
    "told_answers": ("answer_id",),
    "told_invitations": ("invitation_id",),
    "told_reviews": ("review_id",),
    "told_cases": ("case_id",),
    "told_texts": ("about", "text_id"),
    "told_themes": ("about", "text_id", "theme_id"),
    "sales": ("day", "order_id"),
    "money_back": ("day", "refund_id"),
    "firsts": ("member_id",),
    "member_month": ("month", "member_id"),
    "member_summary": ("member_id",),
    "occasions": ("member_id", "nth"),
    "first_products": ("member_id", "nth", "product_id"),
}
"""How each prepared table lies in its file, so that the same facts give the same bytes."""

SHAPE = hashlib.sha256(repr([(name, str(table)) for name, table in ALL.items()]).encode()).hexdigest()[:16]
"""Names the tables and columns above: a warehouse of another shape is of another version, and must be written anew."""
