"""Products and stores."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import batches, schema, shapes
from members.api.lists import Listing, ProductFilter, StoreFilter
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Product, Store
from members.queries import catalogue
from members.services import products as service


class ProductRows(shapes.ProductOut):
    def to_representation(self, instance: Product) -> dict[str, Any]:
        category = instance.category.name if instance.category else None
        return {"sku": instance.sku, "name": instance.name, "category": category}


@extend_schema_view(get=extend_schema(summary="Products", responses=schema.listed(ProductRows)))
class ProductList(Listing):
    serializer_class = ProductRows
    filterset_class = ProductFilter

    def rows(self, actor: Actor) -> QuerySet[Product]:
        return catalogue.products(actor)


@extend_schema_view(get=extend_schema(summary="The own stores", responses=schema.listed(shapes.StoreOut)))
class StoreList(Listing):
    serializer_class = shapes.StoreOut
    filterset_class = StoreFilter

    def rows(self, actor: Actor) -> QuerySet[Store]:
        return catalogue.stores(actor)


products = needs(Right.READ_CATALOGUE, api=True)(ProductList.as_view())
stores = needs(Right.READ_CATALOGUE, api=True)(StoreList.as_view())


@needs(Right.WRITE_CATALOGUE, api=True)
@extend_schema(
    summary="Send products", request=shapes.ProductsIn, responses=schema.batch(),
    description="Up to 500, each by its SKU: created, or given another name or category.",
)  # fmt: skip
@api_view(["POST"])
def send_products(request: Request) -> Response:
    sent = shapes.ProductsIn(data=request.data)
    sent.is_valid(raise_exception=True)
    asked = sent.validated_data
    taken = service.upsert(asked["products"], all_or_nothing=asked["all_or_nothing"], by=actor_of(request))
    return batches.answered(taken)
