"""Django admin: what is asked, answered and worked is read here; hours, targets, causes and words are kept here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.admin.base import DeskAdmin, Editable, ReadOnlyInline
from surveys.models import (
    Action,
    Answer,
    BusinessHours,
    Call,
    Case,
    CaseEntry,
    Cause,
    ComplaintLink,
    FollowUp,
    Holiday,
    Note,
    PublicLink,
    Question,
    ReplyTemplate,
    Response,
    ResponseTarget,
    Review,
    Survey,
    SurveyInvitation,
    SurveyVersion,
    Theme,
    ThemeMark,
)
from surveys.rules.business_hours import overlap

NUMBER = gettext_lazy("Member number")


class QuestionInline(ReadOnlyInline):
    model = Question
    fields = readonly_fields = ["position", "code", "kind", "text_zh", "text_en"]


class AnswerInline(ReadOnlyInline):
    model = Answer
    fields = readonly_fields = ["question", "row", "number", "choices", "text"]


class EntryInline(ReadOnlyInline):
    model = CaseEntry
    fields = readonly_fields = ["kind", "text", "happened_at", "by"]


class CallInline(ReadOnlyInline):
    model = Call
    fields = readonly_fields = ["outcome", "note", "called_at", "called_by"]


@admin.register(Survey)
class SurveyAdmin(DeskAdmin):
    list_display = ["name", "state", "trigger", "first_day", "last_day", "made_by"]
    list_filter = ["state"]
    fields = readonly_fields = [
        "name", "state", "title_zh", "title_en", "trigger", "trigger_days", "sample_percent", "rest_days", "open_days",
        "edit_minutes", "thanks_points", "thanks_coupon", "case_below", "made_by",
    ]  # fmt: skip


@admin.register(SurveyVersion)
class SurveyVersionAdmin(DeskAdmin):
    list_display = ["survey", "number", "frozen_at"]
    list_select_related = ["survey"]
    fields = readonly_fields = ["survey", "number", "frozen_at"]
    inlines = [QuestionInline]


@admin.register(SurveyInvitation)
class InvitationAdmin(DeskAdmin):
    list_display = ["__str__", "survey", "member", "store", "asked_on", "expires_at", "ended_at"]
    list_select_related = ["survey", "member", "store"]
    search_fields = ["member__number_key__exact"]
    search_help_text = NUMBER
    ordering = ["-pk"]
    fields = readonly_fields = ["survey", "member", "order", "case", "store", "asked_on", "expires_at", "ended_at"]


@admin.register(PublicLink)
class PublicLinkAdmin(DeskAdmin):
    list_display = ["__str__", "survey", "store", "is_active"]
    list_select_related = ["survey", "store"]
    fields = readonly_fields = ["survey", "store", "is_active", "made_at"]


@admin.register(ComplaintLink)
class ComplaintLinkAdmin(DeskAdmin):
    list_display = ["__str__", "store", "is_active"]
    list_select_related = ["store"]
    fields = readonly_fields = ["store", "is_active", "made_at"]


@admin.register(Response)
class ResponseAdmin(DeskAdmin):
    list_display = ["__str__", "survey", "member", "store", "way", "business_date", "completed_at", "is_test"]
    list_select_related = ["survey", "member", "store"]
    list_filter = ["way", "is_test"]
    search_fields = ["member__number_key__exact"]
    search_help_text = NUMBER
    ordering = ["-pk"]
    fields = readonly_fields = [
        "survey", "version", "way", "member", "order", "store", "business_date", "started_at", "completed_at",
        "is_test", "entered_by", "thanked_at",
    ]  # fmt: skip
    inlines = [AnswerInline]


@admin.register(Review)
class ReviewAdmin(DeskAdmin):
    list_display = ["source", "number", "business_date", "rating", "store", "voided_at"]
    list_select_related = ["store"]
    list_filter = ["rating"]
    fields = readonly_fields = ["source", "number", "member", "store", "product", "business_date", "rating", "text"]


@admin.register(Note)
class NoteAdmin(DeskAdmin):
    list_display = ["title", "kind", "business_date", "store", "made_by"]
    list_select_related = ["store"]
    fields = readonly_fields = ["title", "kind", "text", "member", "store", "business_date", "made_by"]


@admin.register(Case)
class CaseAdmin(DeskAdmin):
    list_display = ["number", "kind", "state", "priority", "member", "store", "owner", "opened_at", "outcome"]
    list_select_related = ["member", "store", "owner"]
    list_filter = ["state", "kind", "priority"]
    search_fields = ["number__exact", "member__number_key__exact"]
    search_help_text = gettext_lazy("Case number or member number")
    ordering = ["-pk"]
    fields = readonly_fields = [
        "number", "kind", "intake", "state", "priority", "member", "order", "store", "text", "cause", "owner",
        "opened_at", "first_due_at", "first_response_at", "resolve_due_at", "resolved_at", "closed_at", "outcome",
        "reopened", "is_flagged",
    ]  # fmt: skip
    inlines = [EntryInline]


@admin.register(FollowUp)
class FollowUpAdmin(DeskAdmin):
    list_display = ["reason", "member", "store", "due_on", "state", "calls_made"]
    list_select_related = ["member", "store"]
    list_filter = ["state"]
    fields = readonly_fields = ["member", "case", "store", "reason", "script", "due_on", "owner", "state", "made_by"]
    inlines = [CallInline]


@admin.register(Action)
class ActionAdmin(DeskAdmin):
    list_display = ["title", "state", "owner", "due_on", "metric", "began_on"]
    list_select_related = ["owner"]
    list_filter = ["state"]
    fields = readonly_fields = [
        "title", "text", "state", "theme", "cause", "survey", "driver", "product", "owner", "due_on", "began_on",
        "metric", "target", "weeks", "verdict", "made_by",
    ]  # fmt: skip


@admin.register(ThemeMark)
class ThemeMarkAdmin(DeskAdmin):
    list_display = ["theme", "answer", "review", "case", "note", "by_hand", "is_removed"]
    list_select_related = ["theme", "answer", "review", "case", "note"]
    fields = readonly_fields = ["theme", "answer", "review", "case", "note", "by_hand", "is_removed"]


@admin.register(Theme)
class ThemeAdmin(Editable):
    list_display = ["code", "name_zh", "name_en", "is_active"]
    fields = ["code", "name_zh", "name_en", "words", "is_active"]


@admin.register(Cause)
class CauseAdmin(Editable):
    list_display = ["code", "name_zh", "name_en", "parent", "is_active"]
    list_select_related = ["parent"]
    fields = ["code", "name_zh", "name_en", "parent", "position", "is_active"]


class HoursForm(forms.ModelForm):  # type: ignore[type-arg]
    """An interval that lies beside the others of its day."""

    class Meta:
        model = BusinessHours
        fields = ("store", "weekday", "opens", "closes")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("opens") is None or said.get("closes") is None or said.get("weekday") is None:
            return said
        others = BusinessHours.objects.filter(store=said.get("store"), weekday=said["weekday"]).exclude(
            pk=self.instance.pk
        )
        if overlap([(said["opens"], said["closes"]), *others.values_list("opens", "closes")]):
            raise forms.ValidationError(
                _("These hours end before they begin, or share time with others of the same day.")
            )
        return said


@admin.register(BusinessHours)
class BusinessHoursAdmin(Editable):
    form = HoursForm
    list_display = ["store", "weekday", "opens", "closes"]
    list_select_related = ["store"]
    fields = ["store", "weekday", "opens", "closes"]


@admin.register(Holiday)
class HolidayAdmin(Editable):
    list_display = ["day", "name", "store"]
    list_select_related = ["store"]
    fields = ["store", "day", "name"]


@admin.register(ResponseTarget)
class ResponseTargetAdmin(Editable):
    list_display = ["priority", "first_minutes", "resolve_minutes"]
    fields = ["priority", "first_minutes", "resolve_minutes"]


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(Editable):
    list_display = ["name", "is_active"]
    fields = ["name", "text_zh", "text_en", "is_active"]
