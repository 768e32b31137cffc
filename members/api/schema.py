"""What the OpenAPI document says of every address alike."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import ListSerializer

from members.api import shapes


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
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
    for operation in (each for path in result["paths"].values() for each in path.values()):
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True
    known = result["components"]["schemas"]
    for shape in shapes.Strict.__subclasses__():
        described = known.get(shape.__name__)
        if described is None:
            continue
        described["additionalProperties"] = False
        described |= shape.also
        for name, field in shape().fields.items():
            if isinstance(field, ListSerializer):
                limits = {"minItems": "min_length", "maxItems": "max_length"}  # which the stubs do not know
                known_limits = {key: getattr(field, limit) for key, limit in limits.items()}
                described["properties"][name] |= {key: value for key, value in known_limits.items() if value}
    return result
