from django.urls import path

from rewards.api import members, purchases
from rewards.views import coupons, gifts, own_page, own_page_link, statement

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
]
own_page_patterns = [path("<str:secret>/", own_page.page, name="own-page")]  # below /m/

till_patterns = [  # below /api/v1/till/
    path("members/", members.enrol, name="enrol"),
    path("members/look-up/", members.find, name="look-up"),
    path("members/<int:member_id>/balance/", members.balance, name="balance"),
    path("members/<int:member_id>/history/", members.history, name="history"),
    path("quote/", purchases.quote, name="quote"),
    path("orders/", purchases.sell, name="sell"),
    path("orders/<str:number>/void/", purchases.void, name="void"),
    path("refunds/", purchases.refund, name="refund"),
    path("exchanges/", purchases.exchange, name="exchange"),
]
