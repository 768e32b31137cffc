"""Thanks for an answer: points or a coupon, once for each response, to members only."""

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member
from members.queries import merchants
from rewards.queries import points_rules
from rewards.services import coupons, ledger
from rewards.services.earning.look import term
from rewards.services.ledger import Deed, Term
from surveys.models import Response


def give(response: Response, *, by: Actor) -> bool:
    """What the survey promises. The ledger's key and the coupon's make a second try the first one. Whether anything."""
    member, survey = response.member, response.survey
    if member is None or member.erased_at is not None:
        return False
    if survey.thanks_points:
        _points(response, member, survey.thanks_points, by)
    if survey.thanks_coupon:
        try:
            coupons.issue_quietly(survey.thanks_coupon, member, f"survey-{response.pk}", reason="survey")
        except coupons.Refused:
            return bool(survey.thanks_points)  # none left: the answer counts all the same
    return bool(survey.thanks_points or survey.thanks_coupon)


def _points(response: Response, member: Member, points: int, by: Actor) -> None:
    now, zone = clock.now(), merchants.current().zone
    day = clock.local_date(now, zone)
    rules = points_rules.on(day)
    lasts = term(rules, day, zone, [day]) if rules else Term()
    deed = Deed(f"survey-{response.pk}", by, now, reason="event_survey", detail={"survey": response.survey_id})
    ledger.earn(member=member, points=points, deed=deed, term=lasts)
