"""edit_file: replace passages of a text file, or apply a patch to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from runtime.approvals import Risk, Subject
from runtime.errors import ToolError
from runtime.tools import patch as patches
from runtime.tools.diff import unified
from runtime.tools.excerpt import KIB
from runtime.tools.media import as_text
from runtime.tools.passages import Passage, replaced
from runtime.tools.paths import PATH_ALSO, WorkspacePath
from runtime.tools.tool import Failure, Item, Judgement, Params, Result, Workplace

LARGEST = 1024 * KIB
"""Bytes of a file that can be edited."""

LONGEST = 100_000
MOST = 50

_OLD = ("old_string", "old_str", "old_text", "old_content", "search", "find", "original")
_NEW = ("new_string", "new_str", "new_text", "new_content", "replace", "replacement", "updated")
_ALSO = {
    **dict.fromkeys(_OLD, "old"),
    **dict.fromkeys(_NEW, "new"),
    "expected_replacements": "count",
    "occurrences": "count",
}


class _Replacing(Params):
    """`replace_all`, as other tools have it."""

    parts: ClassVar[frozenset[str]] = frozenset({"replace_all"})

    @classmethod
    def fitted(cls, given: dict[str, Any]) -> dict[str, Any]:
        everywhere = str(given.pop("replace_all", "")).lower()
        return {**given, "count": 0} if everywhere in ("true", "1") else given


class Edit(_Replacing):
    also: ClassVar[Mapping[str, str]] = _ALSO

    old: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    new: Annotated[str, Field(max_length=LONGEST)]
    count: Annotated[int, Field(ge=0)] = 1


class Arguments(_Replacing):
    also: ClassVar[Mapping[str, str]] = {
        **PATH_ALSO,
        **_ALSO,
        "diff": "patch",
        "changes": "edits",
        "replacements": "edits",
    }

    path: Annotated[WorkspacePath, Field(description="relative to /workspace")]
    old: Annotated[str, Field(max_length=LONGEST, description="the exact text to replace")] = ""
    new: Annotated[str, Field(max_length=LONGEST, description="what stands there then")] = ""
    count: Annotated[
        int, Field(ge=0, description="how often `old` must occur; all are replaced; 0: any number")
    ] = 1
    edits: Annotated[
        tuple[Edit, ...],
        Field(max_length=MOST, description="several at once, one after the other, or none"),
    ] = ()
    patch: Annotated[
        str, Field(max_length=4 * LONGEST, description="or a unified diff of this one file")
    ] = ""

    @classmethod
    def fitted(cls, given: dict[str, Any]) -> dict[str, Any]:
        """A patch names its file by itself."""
        names = patches.named(str(given.get("patch", "")))
        return super().fitted({"path": names[0], **given} if len(names) == 1 else given)

    @model_validator(mode="after")
    def _changes(self) -> Arguments:
        if sum(map(bool, (self.old, self.edits, self.patch))) != 1:
            missing = "old: required, but not given" if not (self.edits or self.patch) else ""
            raise ValueError(missing or "give either old and new, or edits, or a patch")
        if any(passage.old == passage.new for passage in self.passages):
            raise ValueError("old and new are the same")
        return self

    @property
    def passages(self) -> Sequence[Passage]:
        """Raises ValueError for a patch that is none."""
        if self.patch:
            return patches.passages(self.patch)
        edits = self.edits or (self,)
        return [Passage(edit.old, edit.new, edit.count) for edit in edits]


class EditFile:
    name = "edit_file"
    description = (
        "Change a text file in the workspace: replace an exact passage, or several at once (all or "
        "nothing), or apply a unified patch. `old` must occur exactly `count` times (1 if you "
        "leave it out), with the same spaces and line breaks: read the file first and take enough "
        "lines to be unique."
    )
    params = Arguments
    in_workspace = True
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        times = "" if params.count == 1 else f" ({params.count or 'all'} times)"
        diff = params.patch or "\n".join(
            unified(params.path, each.old, each.new) for each in params.passages
        )
        return Judgement(
            summary=f"Edit {params.path}{times}"[:120],
            operation=diff + times,
            risk=Risk.LOW,
            why="changes only the workspace",
            subject=Subject(kind="path", value=params.path),
            effects=True,
            repeatable=False,  # where `new` contains `old`, a second edit would match again
            whole="\n".join(each.new for each in params.passages),
            opens="read",
        )

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        text = await _text(params.path, place)
        passages, changed = params.passages, 0
        for number, passage in enumerate(passages, start=1):
            try:
                text, found = replaced(text, passage, params.path)
            except ToolError as error:
                which = f"Edit {number} of {len(passages)}: " if len(passages) > 1 else ""
                yield Failure("failed", f"{which}{error}")
                return
            changed += found
        await place.sandbox.write(place.session, params.path, text.encode())
        places = "1 place" if changed == 1 else f"{changed} places"
        yield Result(f"Changed {places} in {params.path}.", changed=(f"~{params.path}",))


async def _text(path: str, place: Workplace) -> str:
    """The whole file; raises ToolError rather than lose what lies beyond a limit."""
    file = await place.sandbox.read(place.session, path, LARGEST)
    if file.size > len(file.data):
        raise ToolError(
            f"{path} has {file.size:,} bytes, more than the {LARGEST:,} that edit_file takes: use "
            "python or sed"
        )
    text = as_text(file.data, whole=True)
    if text is None:
        raise ToolError(f"{path} is no UTF-8 text: use python to change it")
    return text
