from django.urls import path

from rewards.api import members, purchases

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
