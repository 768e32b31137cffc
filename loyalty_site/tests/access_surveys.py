"""Rows of test_access_matrix for surveys, cases and calls: name -> (right, methods, parameters, scoped, answers)."""

from members.lib.roles import Right

READ, WRITE, BOTH = frozenset({"GET"}), frozenset({"POST"}), frozenset({"GET", "POST"})
FINE = frozenset({200, 302})
BAD_FORM = frozenset({200, 302, 400, 422})
TAKEN = frozenset({302, 409, 422})  # the log has grown, or a field is missing
NO_LINK = frozenset({404, 429})
Row = tuple[Right, frozenset[str], dict[str, str], bool, frozenset[int]]

_SURVEY, _CASE, _CALL = {"survey_id": "survey"}, {"number": "case_number"}, {"follow_up_id": "followup"}
_ACTION = {"action_id": "action"}
_QUESTION = {**_SURVEY, "code": "question_code"}
_LINK, _COMPLAINTS = {"link_id": "publiclink"}, {"link_id": "complaintlink"}
_DEEDS = ("reply", "note", "resolve", "compensate", "member", "wait", "close", "reopen", "assign")

ROWS: dict[str, Row] = {
    "survey-answer": (Right.PUBLIC, BOTH, {"token": "number"}, False, NO_LINK),
    "opt-out": (Right.PUBLIC, BOTH, {"token": "number"}, False, FINE),
    "sms-receipts": (Right.PUBLIC, WRITE, {"provider": "number", "secret": "number"}, False, frozenset({404})),
    "members:messages": (Right.MESSAGES, READ, {}, False, FINE),
    "members:message-decide": (Right.MESSAGES, WRITE, {"message_id": "message"}, False, FINE),
    "members:message-templates": (Right.MESSAGES, READ, {}, False, FINE),
    "members:message-template-new": (Right.MESSAGES, BOTH, {}, False, BAD_FORM),
    "members:message-template": (Right.MESSAGES, BOTH, {"template_id": "messagetemplate"}, False, BAD_FORM),
    "members:message-template-try": (Right.MESSAGES, WRITE, {"template_id": "messagetemplate"}, False, BAD_FORM),
    "surveys:surveys": (Right.SEE_ANSWERS, READ, {}, False, FINE),
    "surveys:survey-new": (Right.SURVEYS, BOTH, {}, False, BAD_FORM),
    "surveys:survey": (Right.SEE_ANSWERS, READ, _SURVEY, True, FINE),
    "surveys:survey-settings": (Right.SURVEYS, BOTH, _SURVEY, False, BAD_FORM),
    "surveys:survey-open": (Right.SURVEYS, WRITE, _SURVEY, False, FINE),
    "surveys:survey-close": (Right.SURVEYS, WRITE, {"survey_id": "other_survey"}, False, FINE),
    "surveys:survey-remind": (Right.SURVEYS, WRITE, _SURVEY, False, FINE),
    "surveys:links": (Right.SURVEYS, READ, _SURVEY, False, FINE),
    "surveys:link-hang-out": (Right.SURVEYS, WRITE, _SURVEY, False, frozenset({302, 404})),
    "surveys:link": (Right.SURVEYS, READ, _LINK, False, FINE),
    "surveys:link-picture": (Right.SURVEYS, READ, _LINK, False, FINE),
    "surveys:link-take-down": (Right.SURVEYS, WRITE, _LINK, False, FINE),
    "surveys:preview": (Right.SURVEYS, BOTH, _SURVEY, False, BAD_FORM),
    "surveys:paper": (Right.COUNTER, BOTH, _SURVEY, False, BAD_FORM),
    "surveys:question-add": (Right.SURVEYS, BOTH, {**_SURVEY, "kind": "question_kind"}, False, BAD_FORM),
    "surveys:question": (Right.SURVEYS, BOTH, _QUESTION, False, BAD_FORM),
    "surveys:question-move": (Right.SURVEYS, WRITE, {**_QUESTION, "way": "way"}, False, FINE),
    "surveys:question-remove": (Right.SURVEYS, WRITE, {**_SURVEY, "code": "no_question"}, False, FINE),
    "surveys:cases": (Right.CASES, READ, {}, False, FINE),
    "surveys:cases-csv": (Right.CASES, READ, {}, False, FINE),
    "complaint-form": (Right.PUBLIC, BOTH, {"token": "number"}, False, NO_LINK),
    "surveys:complaint-codes": (Right.SURVEYS, READ, {}, False, FINE),
    "surveys:complaint-code-hang-out": (Right.SURVEYS, WRITE, {}, False, frozenset({302, 404})),
    "surveys:complaint-code": (Right.SURVEYS, READ, _COMPLAINTS, False, FINE),
    "surveys:complaint-code-picture": (Right.SURVEYS, READ, _COMPLAINTS, False, FINE),
    "surveys:complaint-code-take-down": (Right.SURVEYS, WRITE, _COMPLAINTS, False, FINE),
    "surveys:cases-import": (Right.IMPORT, BOTH, {}, False, BAD_FORM),
    "surveys:case-new": (Right.COUNTER, BOTH, {}, False, BAD_FORM),
    "surveys:case": (Right.CASES, READ, _CASE, True, FINE),
    **{f"surveys:case-{deed}": (Right.CASES, WRITE, _CASE, True, TAKEN) for deed in _DEEDS},
    "analytics:survey-results": (Right.SEE_ANSWERS, READ, _SURVEY, True, FINE),
    "surveys:response-case": (Right.CASES, WRITE, {"response_id": "response"}, True, FINE),
    "surveys:answer-theme": (Right.SEE_ANSWERS, WRITE, {"answer_id": "answer"}, True, frozenset({302, 404})),
    "surveys:themes": (Right.SURVEYS, READ, {}, False, FINE),
    "surveys:theme-new": (Right.SURVEYS, BOTH, {}, False, BAD_FORM),
    "surveys:theme": (Right.SURVEYS, BOTH, {"theme_id": "theme"}, False, BAD_FORM),
    "surveys:reviews-import": (Right.SURVEYS, BOTH, {}, False, BAD_FORM),
    "analytics:actions": (Right.CASES, READ, {}, False, FINE),
    "analytics:action": (Right.CASES, READ, _ACTION, True, FINE),
    "surveys:action-new": (Right.CASES, BOTH, {}, False, BAD_FORM),
    "surveys:action-edit": (Right.CASES, BOTH, _ACTION, True, BAD_FORM),
    "surveys:action-begin": (Right.CASES, WRITE, _ACTION, True, FINE),
    "surveys:action-close": (Right.CASES, WRITE, _ACTION, True, FINE),
    "surveys:notes": (Right.SEE_ANSWERS, READ, {}, False, FINE),
    "surveys:notes-csv": (Right.SEE_ANSWERS, READ, {}, False, FINE),
    "surveys:note-new": (Right.CASES, BOTH, {}, False, BAD_FORM),
    "surveys:note": (Right.CASES, BOTH, {"note_id": "note"}, True, BAD_FORM),
    "surveys:note-take-back": (Right.CASES, WRITE, {"note_id": "note"}, True, FINE),
    "surveys:follow-ups": (Right.CASES, READ, {}, False, FINE),
    "surveys:follow-ups-csv": (Right.CASES, READ, {}, False, FINE),
    "surveys:follow-up": (Right.CASES, BOTH, _CALL, True, BAD_FORM),
    "surveys:follow-up-drop": (Right.CASES, WRITE, _CALL, True, FINE),
    "surveys:follow-up-plan": (Right.CASES, BOTH, {"member_id": "member"}, True, BAD_FORM),
}
