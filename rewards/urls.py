from django.urls import path

from rewards.api import members
from rewards.views import (
    adjusting,
    counter,
    counter_member,
    counter_orders,
    coupons,
    gifts,
    own_page,
    own_page_link,
    points_files,
    statement,
)

app_name = "rewards"
urlpatterns = [
    path("members/<int:member_id>/points/", statement.page, name="statement"),
    path("members/<int:member_id>/points.csv", statement.csv_file, name="statement-csv"),
    path("members/<int:member_id>/own-page/", own_page_link.page, name="own-page-link"),
    path("members/<int:member_id>/own-page/end/", own_page_link.end, name="own-page-end"),
    path("coupons/", coupons.page, name="coupons"),
    path("coupons/coupons.csv", coupons.csv_file, name="coupons-csv"),
    path("coupons/new/", coupons.new, name="coupon-new"),
    path("coupons/<int:offer_id>/", coupons.one, name="coupon-offer"),
    path("coupons/<int:offer_id>/edit/", coupons.edit, name="coupon-edit"),
    path("coupons/<int:offer_id>/codes.csv", coupons.coupons_csv, name="coupon-codes-csv"),
    path("coupons/<int:offer_id>/issue/", coupons.issue, name="coupon-issue"),
    path("coupons/<int:offer_id>/issue-segment/", coupons.issue_segment, name="coupon-issue-segment"),
    path("coupons/<int:offer_id>/codes/", coupons.codes, name="coupon-codes"),
    path("coupons/withdraw/<int:coupon_id>/", coupons.withdraw, name="coupon-withdraw"),
    path("gifts/", gifts.page, name="gifts"),
    path("gifts/gifts.csv", gifts.csv_file, name="gifts-csv"),
    path("gifts/new/", gifts.new, name="gift-new"),
    path("gifts/<int:gift_id>/", gifts.edit, name="gift"),
    path("claims/", gifts.claims, name="claims"),
    path("claims/claims.csv", gifts.claims_csv, name="claims-csv"),
    path("claims/<int:claim_id>/hand-over/", gifts.hand_over, name="claim-hand-over"),
    path("claims/<int:claim_id>/cancel/", gifts.cancel, name="claim-cancel"),
    path("counter/", counter.page, name="counter"),
    path("counter/enrol/", counter.enrol, name="counter-enrol"),
    path("counter/m/<str:ticket>/", counter_member.page, name="counter-member"),
    path("counter/m/<str:ticket>/quote/", counter_member.quote, name="counter-quote"),
    path("counter/m/<str:ticket>/sell/", counter_member.sell, name="counter-sell"),
    path("counter/m/<str:ticket>/gifts/<int:gift_id>/", counter_member.claim, name="counter-claim"),
    path("counter/m/<str:ticket>/claims/<int:claim_id>/", counter_member.hand_over, name="counter-hand-over"),
    path("counter/orders/", counter_orders.find, name="counter-orders"),
    path("counter/orders/<int:order_id>/", counter_orders.one, name="counter-order"),
    path("counter/orders/<int:order_id>/look/", counter_orders.look, name="counter-look"),
    path("counter/orders/<int:order_id>/give-back/", counter_orders.give_back, name="counter-give-back"),
    path("members/<int:member_id>/adjust/", adjusting.adjust, name="adjust"),
    path("points/import/", points_files.page, name="points-files"),
    path("points/import/template.csv", points_files.template, name="points-template"),
    path("points/import/<int:file_id>/", points_files.one, name="points-file"),
    path("points/import/<int:file_id>/start/", points_files.start, name="points-start"),
    path("points/import/<int:file_id>/discard/", points_files.discard, name="points-discard"),
]
own_page_patterns = [path("<str:secret>/", own_page.page, name="own-page")]  # below /m/

till_patterns = [  # below /api/v1/till/
    path("members/", members.enrol, name="enrol"),
    path("members/look-up/", members.find, name="look-up"),
    path("members/<int:member_id>/balance/", members.balance, name="balance"),
    path("members/<int:member_id>/history/", members.history, name="history"),
]
