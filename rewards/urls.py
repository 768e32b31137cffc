from django.urls import path

from rewards.api import members
from rewards.views import own_page, own_page_link, statement

app_name = "rewards"
urlpatterns = [
    path("members/<int:member_id>/points/", statement.page, name="statement"),
    path("members/<int:member_id>/points.csv", statement.csv_file, name="statement-csv"),
    path("members/<int:member_id>/own-page/", own_page_link.page, name="own-page-link"),
    path("members/<int:member_id>/own-page/end/", own_page_link.end, name="own-page-end"),
]
own_page_patterns = [path("<str:secret>/", own_page.page, name="own-page")]

till_patterns = [  # below /api/v1/till/
    path("members/", members.enrol, name="enrol"),
    path("members/look-up/", members.find, name="look-up"),
    path("members/<int:member_id>/balance/", members.balance, name="balance"),
    path("members/<int:member_id>/history/", members.history, name="history"),
]
