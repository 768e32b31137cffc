from django.db import models


class Touched(models.Model):
    """What a write changed and the warehouse has not taken yet.

    Rows, not a time mark: a transaction that commits late would slip behind a mark and never be exported.
    """

    class Kind(models.TextChoices):
        ORDER = "order"
        REFUND = "refund"
        EXCLUSION = "exclusion"
        MERGE = "merge"
        POINTS = "points"  # an entry of the points ledger
        LOT = "lot"  # a lot of points, whose last day was moved
        RESPONSE = "response"  # to a survey
        REVIEW = "review"
        CASE = "case"

    kind = models.CharField(max_length=10, choices=Kind)
    key = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
