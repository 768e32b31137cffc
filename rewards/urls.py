from django.urls import path

from rewards.api import members
from rewards.views import member_tier, own_page, own_page_link, statement, tier_rules, tiers

app_name = "rewards"
urlpatterns = [
    path("tiers/", tiers.page, name="tiers"),
    path("tiers/begin/", tiers.begin, name="tiers-begin"),
    path("tiers/rules/new/", tier_rules.draft, name="tier-rules-new"),
    path("tiers/rules/<int:rules_id>/", tier_rules.page, name="tier-rules"),
    path("tiers/rules/<int:rules_id>/publish/", tier_rules.publish, name="tier-rules-publish"),
    path("tiers/rules/<int:rules_id>/discard/", tier_rules.discard, name="tier-rules-discard"),
    path("members/<int:member_id>/tier/", member_tier.page, name="member-tier"),
    path("members/<int:member_id>/tier/end/", member_tier.end, name="member-tier-end"),
    path("members/<int:member_id>/points/", statement.page, name="statement"),
    path("members/<int:member_id>/points.csv", statement.csv_file, name="statement-csv"),
    path("members/<int:member_id>/own-page/", own_page_link.page, name="own-page-link"),
    path("members/<int:member_id>/own-page/end/", own_page_link.end, name="own-page-end"),
]
own_page_patterns = [path("<str:secret>/", own_page.page, name="own-page")]  # below /m/

till_patterns = [  # below /api/v1/till/
    path("members/", members.enrol, name="enrol"),
    path("members/look-up/", members.find, name="look-up"),
    path("members/<int:member_id>/balance/", members.balance, name="balance"),
    path("members/<int:member_id>/history/", members.history, name="history"),
]
