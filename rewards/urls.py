from django.urls import path

from rewards.api import members
from rewards.views import adjusting, counter, counter_member, counter_orders, points_files

app_name = "rewards"
urlpatterns = [
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
till_patterns = [  # below /api/v1/till/
    path("members/", members.enrol, name="enrol"),
    path("members/look-up/", members.find, name="look-up"),
    path("members/<int:member_id>/balance/", members.balance, name="balance"),
    path("members/<int:member_id>/history/", members.history, name="history"),
]
