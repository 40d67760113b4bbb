"""JSON Schema (2020-12) of a shape: a TypedDict is an object of just these fields, described once by its name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = dict[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class Says:
    """Keywords of JSON Schema that say more of a shape than its type does: ``Annotated[str, Says(minLength=1)]``."""

    keywords: Schema

    def __init__(self, **keywords: Any) -> None:
        object.__setattr__(self, "keywords", keywords)


@dataclass(frozen=True, eq=False, slots=True)
class Fields:
    """An object whose fields a table names: what a TypedDict is, made at run time. ``Annotated[Any, Fields(…)]``."""

    name: str
    says: str
    fields: Mapping[str, Any]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Either:
    """One of several shapes."""

    shapes: tuple[Any, ...]


PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Any: {},
}


def schema_of(shape: Any, named: dict[str, Schema]) -> Schema:
    """The schema of a shape; those of the TypedDicts in it are added to `named`. TypeError for what is no shape."""
    if isinstance(shape, Says):
        return shape.keywords
    if isinstance(shape, Either):
        return {"anyOf": [schema_of(part, named) for part in shape.shapes]}
    if isinstance(shape, Fields):
        return _object(shape, named)
    if shape in PLAIN:
        return PLAIN[shape]
    if is_typeddict(shape):
        fields = get_type_hints(shape, include_extras=True)
        doc = re.sub(r"\s+", " ", shape.__doc__ or "").strip()
        return _object(Fields(shape.__name__, doc, fields, tuple(sorted(shape.__required_keys__))), named)
    origin, parts = get_origin(shape), get_args(shape)
    if origin is Annotated:
        said = schema_of(parts[0], named)
        for more in parts[1:]:
            said = said | schema_of(more, named)
        return said
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in {NotRequired, Required}:
        return schema_of(parts[0], named)
    if origin in {Union, UnionType}:
        return {"anyOf": [schema_of(part, named) for part in parts]}
    if origin is list:
        return {"type": "array", "items": schema_of(parts[0], named)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(parts[1], named)}
    raise TypeError(f"expected a shape, got {shape!r}")


def _object(shape: Fields, named: dict[str, Schema]) -> Schema:
    if shape.name not in named:
        named[shape.name] = {}  # a shape may speak of itself
        named[shape.name] = {
            "type": "object",
            "description": shape.says,
            "properties": {field: schema_of(of, named) for field, of in shape.fields.items()},
            "required": list(shape.required),
            "additionalProperties": False,
        }
    return {"$ref": f"#/components/schemas/{shape.name}"}


Instant = Annotated[str, Says(format="date-time", description="ISO 8601 with zone")]
Count = Annotated[int, Says(minimum=0)]
Said = Annotated[str, Says(minLength=1)]
Digest = Annotated[str, Says(pattern="^[0-9a-f]{64}$", description="SHA-256, hex")]
