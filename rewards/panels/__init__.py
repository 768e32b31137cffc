"""What this app contributes to shared pages; read once, when the apps are ready."""

from members.lib import registry
from members.queries import personal_data
from members.queries.personal_data import Section
from rewards.models import (
    Account,
    Adjustment,
    BenefitUse,
    Coupon,
    Earning,
    Entry,
    GiftClaim,
    Lot,
    MemberCard,
    OwnPageLink,
    RefundTaken,
    TierStay,
)
from rewards.panels import (
    points,
    tiers,
    todos,
)
from rewards.queries import tier_counts

registry.audiences[tier_counts.AUDIENCE] = tiers.audience
registry.member_panels.append(points.of_member)
registry.order_panels.append(points.of_order)
registry.audiences["points-expiring"] = points.expiring_audience
registry.todos.append(points.expiry_todos)

personal_data.register(
    [
        Section(
            "points_accounts", Account, personal_data.by("member"), ("member__number", "balance", "pending", "debt"),
        ),
        Section(
            "points", Entry, personal_data.by("account__member"),
            ("kind", "amount", "order__number", "reason", "detail", "happened_at", "recorded_at"),
        ),
        Section(
            "points_lots", Lot, personal_data.by("account__member"),
            ("quantity", "remaining", "available_at", "expires_on"),
        ),
        Section(
            "tiers", TierStay, personal_data.by("member"),
            ("tier__name", "reason", "starts_on", "ends_on", "kept_until", "detail", "note", "recorded_at"),
        ),
        Section(
            "benefit_uses", BenefitUse, personal_data.by("member"),
            ("benefit__name", "order__number", "business_date", "used_at"),
        ),
        Section(
            "coupons", Coupon, personal_data.by("member"),
            ("offer__name", "code", "state", "reason", "issued_at", "last_day", "order__number", "used_at", "amount"),
        ),
        Section(
            "gifts", GiftClaim, personal_data.by("member"),
            ("gift__name", "store__name", "state", "entry__amount", "claimed_at", "settled_at"),
        ),
        Section(
            "points_of_orders", Earning, personal_data.by("order__member"),
            ("order__number", "points", "kept", "eligible", "why_none", "refunded", "is_void"),
        ),
        Section(
            "points_of_refunds", RefundTaken, personal_data.by("refund__member"),
            ("refund__number", "points", "is_void"),
        ),
        Section("own_page_links", OwnPageLink, personal_data.by("member"), ("made_at", "expires_at", "ended_at")),
        Section(
            "points_by_hand", Adjustment, personal_data.by("member"),
            ("points", "reason", "note", "earned_on", "expires_on", "file__file_name", "created_at"),
        ),
        Section("points_cards", MemberCard, personal_data.by("member"), ("revoked",)),
    ]
)  # fmt: skip
registry.todos.append(todos.of_gifts)
