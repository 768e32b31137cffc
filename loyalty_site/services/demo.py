"""Open the demo shop in an empty database, and take it away again."""

from collections.abc import Sequence
from typing import Final

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, models, transaction

from analytics.models import ReportMail
from analytics.services import publish
from loyalty_site.demo import catalogue, rows
from loyalty_site.demo.generate import Wish, generate
from loyalty_site.demo.shop import Shop
from loyalty_site.demo.sign_ins import PASSWORD, SIGN_INS
from loyalty_site.services import demo_gifts, demo_programme, demo_surveys
from members.lib import append_only
from members.lib.actor import Actor
from members.models import (
    ApiToken,
    Approval,
    Category,
    Channel,
    Consent,
    Exclusion,
    Export,
    Identifier,
    IdentityConflict,
    ImportBatch,
    ImportPreset,
    InsightMark,
    Invitation,
    Job,
    Member,
    MemberEdit,
    MemberMerge,
    MemberTag,
    Merchant,
    Message,
    MessageTemplate,
    Order,
    OrderLine,
    Payment,
    PrivacyRequest,
    Product,
    Refund,
    SavedView,
    Segment,
    SegmentMember,
    ShopConnection,
    ShopDelivery,
    ShopOrder,
    Store,
    Tag,
    Target,
    Touched,
    User,
    Webhook,
    WebhookMessage,
)
from members.services import audit, private_files, staff, targets
from members.services.imports import bulk
from surveys.models import Cause, ResponseTarget, Theme

TARGETS: Final = {"repeat_rate": 4_500, "sales": 7_500_000_000, "active_members": 16_000}  # as Target keeps them
BATCH: Final = 20_000  # rows
KEPT: Final = {Cause, ResponseTarget, Theme}  # every shop begins with these
# Each before what it points to; among those of one app the database looks at the end of the transaction.
FACTS: Final[tuple[type[models.Model], ...]] = (
    *(model for model in apps.get_app_config("surveys").get_models(include_auto_created=True) if model not in KEPT),
    Message, MessageTemplate, *apps.get_app_config("rewards").get_models(include_auto_created=True),
    ReportMail, WebhookMessage, Webhook, PrivacyRequest, ShopDelivery, ShopOrder, ShopConnection,
    Approval.stores.through, Approval, Export,
    OrderLine, Payment, Refund, Order, Consent, Exclusion, Identifier, IdentityConflict, MemberEdit, MemberMerge,
    MemberTag, Tag, SegmentMember, Segment, SavedView, Member, Product, Category, User.stores.through,
    Invitation.stores.through, Invitation, ApiToken.stores.through, ApiToken, Store, Channel, Touched, Target,
    InsightMark, ImportBatch, ImportPreset, Job, Merchant,
)  # fmt: skip


class NotEmpty(Exception):
    """The database already holds a shop, so no demo may be put into it."""


class NotDemo(Exception):
    """The shop is the merchant's own: it cannot be taken away."""


def open_shop(*, wish: Wish, by: Actor) -> Shop:
    """Fill an empty database with the demo shop and publish it. NotEmpty when there is a shop already.

    Each fact is recorded when it happened, so that the demo can be asked what was known at a past moment.
    """
    shop = generate(wish)
    _load(shop, by)
    demo_programme.begin(shop, by)
    demo_gifts.open_coupons(shop.end)
    demo_gifts.open_gifts(by)
    demo_surveys.open_surveys(shop.end, by)
    publish.publish()
    return shop


def take_away(*, by: Actor) -> None:
    """Delete the demo's facts and sign-ins, and all that was tried out in it. NotDemo when there is no demo.

    The audit stays. Staff who were added by hand stay too, without stores.
    """
    with transaction.atomic():
        if not Merchant.objects.filter(is_demo=True).exists():
            raise NotDemo
        files = [path for path in ImportBatch.objects.values_list("path", flat=True) if path]
        private_files.withdraw_all()
        _empty(FACTS)  # first: cases and improvements keep their owners
        User.objects.filter(is_demo=True).delete()
        Touched.objects.bulk_create(Touched(kind=kind, key=0) for kind in Touched.Kind)
        audit.record(by=by, verb="delete", subject_type="demo")
    publish.publish()
    for path in files:
        default_storage.delete(path)


@transaction.atomic
def _load(shop: Shop, by: Actor) -> None:
    if Merchant.objects.exists() or Order.objects.exists() or Member.objects.exists():
        raise NotEmpty
    Merchant.objects.create(
        pk=1,
        name=catalogue.MERCHANT_NAME,
        currency=catalogue.CURRENCY,
        zone=catalogue.ZONE,
        language=catalogue.LANGUAGE,
        is_demo=True,
    )
    for metric, value in TARGETS.items():
        targets.set_target(metric=metric, value=value, valid_from=shop.start, by=by)
    known = _keys(shop)
    for table in rows.tables(shop, known):
        for batch in table.batches(BATCH):
            bulk.insert(table.model, list(table.columns), batch)
    _mark_touched()
    if settings.DEBUG:
        _hire(by)
    audit.record(by=by, verb="create", subject_type="demo", detail={"orders": len(shop.orders)})


def _keys(shop: Shop) -> rows.Keys:
    """Create stores, channels and products; draw the keys that members and orders will have."""
    stores = Store.objects.bulk_create(
        Store(code=store.code, name=store.name, zone=catalogue.ZONE) for store in catalogue.STORES
    )
    channels = Channel.objects.bulk_create(
        Channel(code=channel.code, name=channel.name) for channel in catalogue.CHANNELS
    )
    categories = {name: Category.objects.create(name=name) for name in catalogue.CATEGORIES}
    products = Product.objects.bulk_create(
        Product(sku=product.code, name=product.name, category=categories[product.category])
        for product in catalogue.PRODUCTS
    )
    return rows.Keys(
        stores=rows.keys([store.pk for store in stores]),
        channels=rows.keys([channel.pk for channel in channels]),
        products=rows.keys([product.pk for product in products]),
        members=rows.keys(_new_ids(Member, len(shop.members))),
        orders=rows.keys(_new_ids(Order, len(shop.orders))),
    )


def _new_ids(model: type[models.Model], count: int) -> list[int]:
    ids = bulk.Ids(model)
    return [ids.take() for _ in range(count)]


def _mark_touched() -> None:
    """What the warehouse has to take: everything. PostgreSQL would plan for the empty tables that it remembers."""
    with connection.cursor() as cursor:
        for kind in (Touched.Kind.ORDER, Touched.Kind.REFUND, Touched.Kind.EXCLUSION):  # no merges; points mark theirs
            cursor.execute(
                f"insert into members_touched (kind, key) select '{kind}', id from members_{kind}"  # noqa: S608
            )
        if connection.vendor == "postgresql":
            cursor.execute(f"analyze {', '.join(_names(FACTS))}")


def _hire(by: Actor) -> None:
    """One sign-in per role; names that are taken already keep their owner."""
    taken = set(User.objects.values_list("username", flat=True))
    for sign_in in SIGN_INS:
        if sign_in.username not in taken:
            staff.create(
                username=sign_in.username,
                email=sign_in.email,
                password=PASSWORD,
                display_name=sign_in.name,
                role=sign_in.role,
                stores=Store.objects.filter(code=sign_in.store),
                by=by,
                is_demo=True,
            )


def _empty(tables: Sequence[type[models.Model]]) -> None:
    """Delete every row; facts are kept for ever elsewhere, but these never happened."""
    names = _names(tables)
    with append_only.emptying(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("set constraints all immediate")  # a table with checks to come cannot be truncated
            cursor.execute(f"truncate {', '.join(names)}")
            return
        for name in names:
            cursor.execute(f"delete from {name}")  # noqa: S608 - our own tables


def _names(tables: Sequence[type[models.Model]]) -> list[str]:
    return [model._meta.db_table for model in tables]
