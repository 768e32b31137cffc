from django.urls import path

from rewards.api import members

till_patterns = [  # below /api/v1/till/
    path("members/", members.enrol, name="enrol"),
    path("members/look-up/", members.find, name="look-up"),
    path("members/<int:member_id>/balance/", members.balance, name="balance"),
    path("members/<int:member_id>/history/", members.history, name="history"),
]
