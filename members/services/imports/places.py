"""Stores, channels, categories and products that a file names: found, or created before the first order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from members.models import Category, Channel, Product, Store
from members.rules.imports.problems import Refused
from members.services.imports import bulk
from members.services.imports.stage import Stage

_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Defaults:
    """Where an order belongs whose file names no store or channel, and the zone of stores that it creates."""

    store: str
    store_name: str
    channel: str
    channel_name: str
    store_zone: str


@dataclass(slots=True)
class Places:
    """What a file's words stand for: store -> (id, zone), channel -> id, SKU -> id."""

    defaults: Defaults
    stores: dict[str, tuple[int, ZoneInfo]] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)

    def store(self, word: str) -> tuple[int, ZoneInfo]:
        return self.stores[word or self.defaults.store]

    def channel(self, word: str) -> int:
        return self.channels[word or self.defaults.channel]

    def zone(self, store_id: int) -> ZoneInfo:
        """The zone of a store by its id."""
        return next(zone for pk, zone in self.stores.values() if pk == store_id)


def missing(stage: Stage, defaults: Defaults) -> tuple[list[str], list[str], int]:
    """What the import would create: codes of stores, codes of channels, number of products."""
    stores = _unknown(_words(stage, "store", defaults.store), _store_words())
    channels = _unknown(_words(stage, "channel", defaults.channel), _channel_words())
    return stores, channels, sum(len(part) for part in new_products(stage))


def store_names() -> dict[int, str]:
    return dict(Store.objects.values_list("pk", "name"))


def new_products(stage: Stage) -> Iterator[list[tuple[str, str, str]]]:
    """SKU, name and category of the products that are not there yet, some hundreds at a time."""
    for part in stage.products():
        known = set(Product.objects.filter(sku__in=[sku for sku, _, _ in part]).values_list("sku", flat=True))
        if fresh := [product for product in part if product[0] not in known]:
            yield fresh


def missing_stores(stage: Stage, home: str) -> list[str]:
    """Codes of the stores that a members file would create; `home` is that of rows which name none ("" = none)."""
    return _unknown([*stage.values("store"), *([home] if home else [])], _store_words())


def create_missing_stores(stage: Stage, home: str, defaults: Defaults) -> None:
    """Create what is missing. Safe to repeat, and beside another import that does the same."""
    zone(defaults.store_zone)
    _create_stores(missing_stores(stage, home), {}, defaults)


def create_missing(stage: Stage, defaults: Defaults) -> None:
    """Create what is missing. Safe to repeat, and beside another import that does the same."""
    zone(defaults.store_zone)
    stores, channels, _ = missing(stage, defaults)
    names = {defaults.store: defaults.store_name, defaults.channel: defaults.channel_name}
    _create_stores(stores, names, defaults)
    create_channels(channels, names)
    for part in new_products(stage):
        create_products(part)


def create_channels(codes: Iterable[str], names: dict[str, str]) -> None:
    """Create these channels, but for those that are there; one without a name is called as its code."""
    fresh = _unknown(list(codes), _channel_words())
    Channel.objects.bulk_create(
        (Channel(code=code, name=names.get(code) or code) for code in fresh), ignore_conflicts=True
    )


def _create_stores(codes: Iterable[str], names: dict[str, str], defaults: Defaults) -> None:
    Store.objects.bulk_create(
        (Store(code=code, name=names.get(code) or code, zone=defaults.store_zone) for code in codes),
        ignore_conflicts=True,
    )


def load(defaults: Defaults) -> Places:
    """Every store and channel; products come with each chunk."""
    stores = {word: (pk, ZoneInfo(zone)) for word, pk, zone in _store_words_with_zone()}
    return Places(defaults, stores, _channel_words())


def zone(name: str) -> ZoneInfo:
    """The zone of stores to be created; Refused when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Refused("zone_unknown", zone=name) from error


def load_products(places: Places, skus: Iterable[str]) -> None:
    """Add the ids of these products to the ones known; not for ever, a catalogue may be long."""
    if len(places.products) > _REMEMBERED:
        places.products.clear()
    for part in bulk.in_parts(set(skus) - places.products.keys()):
        places.products.update(Product.objects.filter(sku__in=part).values_list("sku", "id"))


def _words(stage: Stage, column: str, default: str) -> list[str]:
    blank = stage.count(f"select count(*) from head where {column} = ''")  # noqa: S608 (our own column name)
    return [*stage.values(column), *([default] if blank else [])]


def _unknown(words: Sequence[str], known: dict[str, int]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word not in known]


def _store_words() -> dict[str, int]:
    return {word: pk for word, pk, _ in _store_words_with_zone()}


def _store_words_with_zone() -> list[tuple[str, int, str]]:
    """A file may name a store by its name or its code; the code wins."""
    rows = list(Store.objects.values_list("pk", "code", "name", "zone"))
    return [(name, pk, zone) for pk, _, name, zone in rows] + [(code, pk, zone) for pk, code, _, zone in rows]


def _channel_words() -> dict[str, int]:
    rows = list(Channel.objects.values_list("pk", "code", "name"))
    return {name: pk for pk, _, name in rows} | {code: pk for pk, code, _ in rows}


def create_products(products: Sequence[tuple[str, str, str]]) -> None:
    """Create these products (SKU, name, category) with their categories, but for those that are there."""
    wanted = {category for _, _, category in products if category}
    have = set(Category.objects.filter(parent=None).values_list("name", flat=True))
    Category.objects.bulk_create((Category(name=name) for name in sorted(wanted - have)), ignore_conflicts=True)
    ids = dict(Category.objects.filter(parent=None).values_list("name", "id"))
    rows = [(sku, name, ids.get(category)) for sku, name, category in products]
    bulk.insert_missing(Product, ("sku", "name", "category_id"), rows)
