"""Where settings come from, each as plain data under a name that people know."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml
from dotenv import dotenv_values

from config.errors import BadSettings

SHIPPED = Path(__file__).with_name("agent-runtime.yaml")
USUAL = "aether.yaml"

Data = dict[str, Any]  # YAML enters here
_DEEPEST = 10  # sections within sections; the settings have five


@dataclass(frozen=True, slots=True)
class Layer:
    """One source. `variables` says that its keys are written AETHER_A__B instead of a.b; `lines`
    are those of a file's keys, from 1."""

    name: str
    data: Data
    variables: bool = False
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict[Any, int])

    def spell(self, path: tuple[str | int, ...]) -> str:
        """A key as people write it in this source."""
        if self.variables:
            return "AETHER_" + "__".join(str(part).upper() for part in path)
        return ".".join(str(part) for part in path)

    def place(self, path: tuple[str | int, ...]) -> str:
        """The file, and the line where the key stands, or the last one above it that is known."""
        known = (self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines)
        line = next(known, None)
        return self.name if line is None else f"{self.name} line {line}"

    def reach(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """The longest beginning of the path that stands in this source."""
        here: Any = self.data
        for depth, part in enumerate(path):
            if not _has(here, part):
                return path[:depth]
            here = here[part]
        return path


def _has(value: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(value, list | tuple) and part < len(cast("list[Any]", value))
    return isinstance(value, dict) and part in value


def file_layer(file: Path) -> Layer:
    """A YAML file. Raises BadSettings if it cannot be read or is not a mapping."""
    try:
        text = file.read_text(encoding="utf-8")
        data: Any = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        raise BadSettings(f"{file}{_place(error)}: {error.problem}; mend the YAML there") from None
    except (UnicodeDecodeError, yaml.YAMLError):
        raise BadSettings(f"{file}: is not YAML text; write it as UTF-8") from None
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise BadSettings(
            f"{file}: {why}; mend that, or name another file with --config or AETHER_CONFIG"
        ) from None
    if data is None:
        return Layer(str(file), {})
    if not isinstance(data, dict):
        kind = type(data).__name__
        raise BadSettings(f"{file}: holds a {kind}, not settings; write lines like 'mode: semi'")
    lines = dict(_lines(yaml.compose(text, Loader=yaml.SafeLoader)))
    return Layer(str(file), cast("Data", data), lines=lines)


def _lines(node: yaml.Node | None, at: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, int]]:
    """The line of each key and item. A file that refers to itself is read so deep and no deeper."""
    if len(at) > _DEEPEST:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*at, key.value), key.start_mark.line + 1
            yield from _lines(value, (*at, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield (*at, number), item.start_mark.line + 1
            yield from _lines(item, (*at, number))


def _place(error: yaml.MarkedYAMLError) -> str:
    return f" line {error.problem_mark.line + 1}" if error.problem_mark else ""


def environment(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The process's environment over the folder's .env file; empty variables count as unset."""
    file = folder / ".env"
    try:
        written = dotenv_values(file, interpolate=False) if file.is_file() else {}
    except (OSError, UnicodeDecodeError):
        raise BadSettings(f"{file}: cannot be read; mend its rights or remove it") from None
    return {name: value for name, value in {**written, **environ}.items() if value}


def user_file(named: Path | None, environ: Mapping[str, str], folder: Path) -> Path | None:
    """The operator's file: named on the command line, by AETHER_CONFIG, or the usual one."""
    if named is not None:
        return named
    if "AETHER_CONFIG" in environ:
        return Path(os.path.expanduser(environ["AETHER_CONFIG"]))
    usual = folder / USUAL
    return usual if usual.exists() else None
