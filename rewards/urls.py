from django.urls import path

from rewards.views import own_page, own_page_link, statement

app_name = "rewards"
urlpatterns = [
    path("members/<int:member_id>/points/", statement.page, name="statement"),
    path("members/<int:member_id>/points.csv", statement.csv_file, name="statement-csv"),
    path("members/<int:member_id>/own-page/", own_page_link.page, name="own-page-link"),
    path("members/<int:member_id>/own-page/end/", own_page_link.end, name="own-page-end"),
]
own_page_patterns = [path("<str:secret>/", own_page.page, name="own-page")]
