"""What customers say: a publish writes down just what a question about that moment would work out."""

import pytest

from analytics.facts import engine, feedback, manifest, schema
from analytics.services.publish import publish
from analytics.tests.complaining import case
from analytics.tests.listening import Listening, review
from analytics.tests.shopkeeper import Shop
from members.lib.actor import system
from members.models import Member
from members.services import merges
from surveys.models import Answer, Theme, ThemeMark

pytestmark = pytest.mark.usefixtures("merchant")


@pytest.fixture
def shop(stores: object) -> Shop:
    shop = Shop()
    shop.sell("a", "2026-05-01")
    shop.sell("b", "2026-05-02", store=2)
    return shop


def rows(table: object, name: str) -> list[tuple[object, ...]]:
    columns = schema.TOLD[feedback.written(name)].names
    return sorted(map(tuple, table.select(columns).to_pandas().astype(object).fillna("").to_numpy()), key=repr)


def test_what_is_written_down_is_what_would_be_worked_out(shop: Shop) -> None:
    told, one, other = Listening(), Member.objects.get(number="a"), Member.objects.get(number="b")
    told.tell(9, "2026-05-03", member=one, store=shop.stores[0], words="The queue was long", parts={"staff": 4})
    told.tell(3, "2026-05-03", member=other, store=shop.stores[1], words="Too dear")
    told.tell(7, "2026-05-04", member=other, store=shop.stores[1])
    case("2026-05-05", member=other, store=shop.stores[1])
    Listening("After a case", "service").rate(2, "2026-05-06", worked_by=None, store=shop.stores[0])
    read, theme = review(4, "2026-05-06", text="Fresh and cheap"), Theme.objects.create(code="queue")
    ThemeMark.objects.create(theme=theme, answer=Answer.objects.exclude(text="").first())
    ThemeMark.objects.create(theme=theme, review=read, mood=-1)
    merges.merge(member=one, into=other, by=system("test"))
    publish()
    current = manifest.read()
    with engine.tables(current) as tables:
        anew = feedback.Feedback(tables, as_of_day=None, known_at=current.published_at)
        for name in feedback.TABLES:
            kept = rows(tables[feedback.written(name)], name)
            assert kept == rows(getattr(anew, name), name), name
            assert kept, f"{name}: nothing was compared"


def test_a_shop_that_asks_nobody_writes_nothing_down(shop: Shop) -> None:
    publish()
    assert not set(schema.TOLD) & set(manifest.read().prepared)
