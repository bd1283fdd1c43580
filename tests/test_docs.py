"""What the pages of docs/ show works: commands exist, settings load, links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.commands import COMMANDS, ROAMING, quoted
from bot.cli import cli
from config.load import load

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = {str(page.relative_to(DOCS)): page for page in sorted(DOCS.rglob("*.md"))}
LINK = re.compile(r"\]\((?!https?:)([^)]*)\)")
OPTION = re.compile(r"--[a-z-]+")
NAMED = re.compile(r"`((?:adapters|bot|config|docs|runtime|sandbox|scripts|tests)/[\w./-]+)`")

each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())


def unfenced(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> Iterator[list[str]]:
    """What stands after `python -m bot`, to the end of the line or of the code."""
    for line in re.findall(r"python -m bot ([^`\n]+)", text):
        yield line.split()


def missing(words: list[str]) -> str:
    """What the command line does not know of it; "" if it knows all."""
    names = list(takewhile(str.isalpha, words))
    told = CliRunner().invoke(cli, [*names, "--help"])
    if told.exit_code:
        return " ".join(names)
    known = OPTION.findall(told.output)
    return next((word for word in words if OPTION.fullmatch(word) and word not in known), "")


def slug(heading: str) -> str:
    """The name of a heading in a link, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


@each_page
def test_every_bot_command_exists(page: Path) -> None:
    shown = list(commands(page.read_text(encoding="utf-8")))
    assert [words for words in shown if missing(words)] == []


@pytest.mark.parametrize(
    ("page", "sigil"),
    [("docs/slack.md", "/aether "), ("docs/discord.md", "/"), ("README.md", "/")]
    + [(f"docs/{page}.md", "") for page in ("slack", "discord", "websocket")],
)
def test_pages_list_the_commands_of_the_table(page: str, sigil: str) -> None:
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert quoted(ROAMING if sigil else COMMANDS, sigil) in text


def test_a_command_that_is_not_there_is_noticed() -> None:
    text = "`python -m bot slack invite`, `python -m bot up --fast`, `python -m bot up`"
    assert [missing(words) for words in commands(text)] == ["slack invite", "--fast", ""]


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(unfenced(page.read_text(encoding="utf-8"))):
        path, _, name = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if name:
            text = unfenced(target.read_text(encoding="utf-8"))
            assert name in map(slug, re.findall(r"^#+ (.*)", text, re.MULTILINE)), link


@pytest.mark.parametrize("page", [*PAGES.values(), ROOT / "README.md"], ids=[*PAGES, "README"])
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@each_page
def test_settings_that_are_shown_load(page: Path, tmp_path: Path) -> None:
    for number, block in enumerate(blocks(page.read_text(encoding="utf-8"), "yaml")):
        file = tmp_path / f"{number}.yaml"
        file.write_text(block, encoding="utf-8")
        load(file)
