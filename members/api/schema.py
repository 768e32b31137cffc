"""What the OpenAPI document says of every address alike."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import ListSerializer

from members.api import shapes


class BearerScheme(OpenApiAuthenticationExtension):
    """How the document names members.api.principals.Bearer."""

    target_class = "members.api.principals.Bearer"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "Authorization: Bearer loy_…"}


def answers(good: Any, *more: int) -> dict[int, Any]:
    """The good answer, and the errors that can come instead."""
    return {200: good} | dict.fromkeys((400, 401, 403, 429, *more), shapes.Error)


def listed(row: type[Any]) -> dict[int, Any]:
    return answers(row(many=True), 404)


def batch() -> dict[int, Any]:
    return answers(shapes.BatchOut, 413, 415) | {422: shapes.RefusedBatch}


def strict(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """What comes in bears no other fields than those described, and no more of them than are taken."""
    known = result["components"]["schemas"]
    for shape in shapes.Strict.__subclasses__():
        described = known.get(shape.__name__)
        if described is None:
            continue
        described["additionalProperties"] = False
        described |= shape.also
        for name, field in shape().fields.items():
            if isinstance(field, ListSerializer):
                limits = {"minItems": field.min_length, "maxItems": field.max_length}
                described["properties"][name] |= {key: limit for key, limit in limits.items() if limit is not None}
    return result
