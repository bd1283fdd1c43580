"""The keys that exist, read off the settings' own classes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr

from config.places import Place
from config.settings import Settings

Path = tuple[str | int, ...]


def all_keys(section: type[BaseModel] = Settings, above: Path = ()) -> Iterator[Path]:
    """The paths of all settings that are not sections."""
    for name, field in section.model_fields.items():
        inner: Any = field.annotation
        if _is_section(inner):
            yield from all_keys(inner, (*above, name))
        else:
            yield (*above, name)


def names_at(path: Path) -> list[str]:
    """The keys that may stand in the section at this path; none if it is no section."""
    kind = _kind(path)
    return list(kind.model_fields) if _is_section(kind) else []


def is_secret(path: Path) -> bool:
    return _kind(path) is SecretStr


def nearest(path: Path) -> Path | None:
    """The key that somebody who wrote `path` most likely meant."""
    *above, last = path
    if near := difflib.get_close_matches(str(last), names_at(tuple(above)), n=1):
        return (*above, near[0])
    if len(same := [key for key in all_keys() if key[-1] == last]) == 1:
        return same[0]
    texts = {".".join(map(str, key)): key for key in all_keys()}
    near = difflib.get_close_matches(".".join(map(str, path)), texts, n=1, cutoff=0.75)
    return texts[near[0]] if near else None


def _kind(path: Path) -> Any:
    """The annotation of what stands at a path; None where nothing is known."""
    here: Any = Settings
    if path[:1] in (("profiles",), ("places",)) and len(path) > 1:
        here, path = Place, path[2:]
    for part in path:
        if _is_section(here):
            field = here.model_fields.get(part)
            here = None if field is None else field.annotation
        else:  # a value of a mapping, an item of a list
            here = next((arg for arg in reversed(get_args(here)) if arg is not Ellipsis), None)
    return here


def _is_section(kind: Any) -> bool:
    return get_origin(kind) is None and isinstance(kind, type) and issubclass(kind, BaseModel)
