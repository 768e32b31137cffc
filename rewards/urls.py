from django.urls import path

from rewards.api import members
from rewards.views import adjusting, points_files

app_name = "rewards"
urlpatterns = [
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
