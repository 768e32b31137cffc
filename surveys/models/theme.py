from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.answer import Answer
from surveys.models.case import Case
from surveys.models.feedback import Note, Review


class Theme(models.Model):
    """What texts speak of, recognised by words in Chinese and English; also a name for the drivers of a survey."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name, Chinese"), max_length=40)
    name_en = models.CharField(_("name, English"), max_length=40)
    words = models.JSONField(_("words it is recognised by"), default=list)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_zh


class ThemeMark(models.Model):
    """A theme of one text: an answer, a review, a case or a note.

    Those set `by_hand`, by staff or by a file that says it, outlive a change of the words.
    """

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="marks", verbose_name=_("theme"))
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, related_name="marks")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, null=True, related_name="marks")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="marks")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, related_name="marks")
    by_hand = models.BooleanField(_("by hand"), default=False)
    is_removed = models.BooleanField(_("removed by hand"), default=False)
    mood = models.SmallIntegerField(_("mood"), null=True)  # -1, 0, 1 of what is said about it; null: as the score says

    class Meta:
        verbose_name = _("theme of a text")
        verbose_name_plural = _("themes of texts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", name], condition=Q(**{f"{name}__isnull": False}), name=f"theme_of_{name}_once"
            )
            for name in ("answer", "review", "case", "note")
        ] + [models.CheckConstraint(condition=Q(mood=None) | Q(mood__range=(-1, 1)), name="theme_mood_of_three")]

    def __str__(self) -> str:
        return f"#{self.pk}"
