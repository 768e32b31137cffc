from django.urls import path

from rewards.views import adjusting

app_name = "rewards"
urlpatterns = [
    path("members/<int:member_id>/adjust/", adjusting.adjust, name="adjust"),
]
