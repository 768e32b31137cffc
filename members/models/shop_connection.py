from django.db import models
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.models.member import Member
from members.models.store import Store
from members.models.two_secrets import TwoSecrets


class ShopConnection(TwoSecrets):
    """A shop system that tells us of its orders as they happen. Deactivated, never deleted: its orders name it."""

    class Kind(models.TextChoices):
        SHOPIFY = "shopify", "Shopify"
        WOOCOMMERCE = "woocommerce", "WooCommerce"

    kind = models.CharField(_("shop system"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=60, unique=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", verbose_name=_("store"))
    source = models.CharField(_("source"), max_length=60)  # numbers of orders are unique within it

    class Meta:
        verbose_name = _("shop connection")
        verbose_name_plural = _("shop connections")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(ended_at__isnull=True), name="shop_connection_source_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ShopDelivery(models.Model):
    """One event that a shop sent: kept at once, worked later. Its body, which names people, goes once it is worked."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Processed")
        IGNORED = "ignored", _("Not used")
        REFUSED = "refused", _("Not taken")
        FAILED = "failed", _("Failed")

    connection = models.ForeignKey(
        ShopConnection, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("shop connection")
    )
    # SHA-256 of what the shop calls the delivery. WooCommerce names all of one second alike: there with the body.
    key = models.CharField(max_length=64, editable=False)
    topic = models.CharField(_("topic"), max_length=80)
    body = models.BinaryField(editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)  # a code of members.problems.EVENT_OUTCOMES
    number = models.CharField(_("order number"), max_length=120, blank=True)  # of the order that it tells of
    problems = models.JSONField(default=list, editable=False)  # code, field and parameters; no values
    received_at = models.DateTimeField(_("received at"), default=clock.now, editable=False)
    worked_at = models.DateTimeField(_("worked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("event of a shop")
        verbose_name_plural = _("events of shops")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="shop_delivery_once")]
        indexes = [
            models.Index(fields=["connection"], condition=models.Q(state="waiting"), name="shop_delivery_waiting"),
            models.Index(fields=["received_at"], name="shop_delivery_received"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"

    @property
    def is_stuck(self) -> bool:
        """It did not get through: as long as its body is there, which an erasure may empty, it can be worked again."""
        return self.state in {self.State.REFUSED, self.State.FAILED}


class ShopOrder(models.Model):
    """What a shop has said of one order so far: how new what we know of it is, and the refunds that were told apart.

    So events may come in any order: the newest state stands, refunds are added up, and having been restored counts
    for more than having been deleted. No personal data.
    """

    connection = models.ForeignKey(ShopConnection, on_delete=models.CASCADE, related_name="shop_orders")
    external_id = models.CharField(max_length=40)
    number = models.CharField(_("order number"), max_length=120, blank=True)  # "": no event has told the order itself
    version = models.CharField(max_length=100, blank=True)  # of what is stored; see members.rules.shops.said
    status = models.CharField(max_length=10, blank=True)  # in the shop, before deletions and refunds are looked at
    refunds = models.JSONField(default=dict)  # the shop's id -> [at, ten-thousandths]
    trash = models.CharField(max_length=8, blank=True)  # the furthest of members.rules.shops.said.TRASH

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "external_id"], name="shop_order_once")]

    def __str__(self) -> str:
        return self.number or self.external_id


class PrivacyRequest(models.Model):
    """A customer asks, through a shop, for their data or to be erased. Staff decide and do it."""

    class Kind(models.TextChoices):
        GIVE_OUT = "give_out", _("wants a copy of their data")
        ERASE = "erase", _("wants to be erased")

    kind = models.CharField(_("request"), max_length=8, choices=Kind)
    connection = models.ForeignKey(ShopConnection, on_delete=models.CASCADE, related_name="privacy_requests")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    asked_at = models.DateTimeField(_("asked at"), default=clock.now, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    done_by = models.CharField(_("by"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "member"], condition=models.Q(done_at__isnull=True), name="privacy_request_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
