from surveys.models.action import Action
from surveys.models.answer import Answer, PublicLink, Response, SurveyInvitation
from surveys.models.case import Case, CaseEntry, Cause, ComplaintLink, ReplyTemplate
from surveys.models.feedback import Note, Review
from surveys.models.follow_up import Call, FollowUp
from surveys.models.hours import BusinessHours, Holiday, ResponseTarget
from surveys.models.survey import Question, Survey, SurveyVersion
from surveys.models.theme import Theme, ThemeMark

__all__ = [
    "Action", "Answer", "BusinessHours", "Call", "Case", "CaseEntry", "Cause", "ComplaintLink", "FollowUp", "Holiday",
    "Note", "PublicLink", "Question", "ReplyTemplate", "Response", "ResponseTarget", "Review", "Survey",
    "SurveyInvitation", "SurveyVersion", "Theme", "ThemeMark",
]  # fmt: skip
