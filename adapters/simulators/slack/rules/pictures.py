"""Images that name a file of the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from adapters.simulators.slack.file import File
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.wire import Json


def demand_files(blocks: Iterable[Json], files: Mapping[str, File]) -> None:
    """A file that is not there, or not ready yet, makes the blocks invalid."""
    for named in _named(list(blocks)):
        file = files.get(str(named.get("id", ""))) or _by_address(str(named.get("url", "")), files)
        if file is None or not file.done or file.deleted:
            raise Refusal("invalid_blocks", "[ERROR] invalid slack file")


def _by_address(url: str, files: Mapping[str, File]) -> File | None:
    return files.get(url.rstrip("/").rpartition("/")[2])


def _named(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for item in cast("list[Any]", node):
            yield from _named(item)
    elif isinstance(node, dict):
        source = cast("Json", node)
        if isinstance(source.get("slack_file"), dict):
            yield source["slack_file"]
        for value in source.values():
            yield from _named(value)
