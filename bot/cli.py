"""The command line. Everything heavy is imported by the command that needs it: --help is fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__
from bot.chat.commands import discord, slack

cli = typer.Typer(
    name="bot",
    help="Aether, a self-hosted agent: tasks in a sandbox, with approvals, that survive a restart.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show local variables, which hold secrets
    rich_markup_mode=None,
)

Config = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Settings; else AETHER_CONFIG, ./aether.yaml.")
]


cli.add_typer(slack)
cli.add_typer(discord)


def main() -> None:
    cli(prog_name="python -m bot")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aether {__version__}")
        raise typer.Exit


@cli.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Aether, a self-hosted agent."""


@cli.command()
def run(
    task: Annotated[str, typer.Argument(help="What to do, in your own words.")] = "",
    session: Annotated[
        str, typer.Option(metavar="ID", help="Go on with a session; its id or the beginning of it.")
    ] = "",
    config: Config = None,
    mode: Annotated[
        str, typer.Option(metavar="semi|auto|ask", help="How much it may do by itself.")
    ] = "",
) -> None:
    """Do a task here in the terminal, or come back to one."""
    if not task.strip() and not session:
        raise typer.BadParameter('say what to do: python -m bot run "…"')
    from bot.run import talk
    from bot.start import start

    _leave(start(lambda s: talk(s, task.strip(), session), config, mode=mode or None))


@cli.command()
def sessions(
    config: Config = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20,
) -> None:
    """List what was done. Works while a service runs."""
    from bot.history import list_sessions
    from bot.start import start

    _leave(start(lambda s: list_sessions(s, limit), config))


@cli.command()
def replay(
    session: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")],
    config: Config = None,
) -> None:
    """Show a session from its record. Works while a service runs."""
    from bot.history import replay as play
    from bot.start import start

    _leave(start(lambda s: play(s, session), config))


@cli.command()
def settings(
    place: Annotated[
        str, typer.Argument(help="Where, as platform/team/channel; else where nobody said more.")
    ] = "",
    config: Config = None,
) -> None:
    """Show every setting, and the file and line that it comes from."""
    from bot.settings import show_settings
    from bot.start import start

    _leave(start(lambda s: show_settings(s, place), config))


@cli.command()
def doctor(config: Config = None) -> None:
    """Check everything that Aether needs, and say what to do about the rest."""
    from bot.doctor import examine

    _leave(examine(config))


@cli.command()
def up(
    config: Config = None,
    simulate: Annotated[
        str,
        typer.Option(metavar="slack|discord", help="Try it with a chat platform on this machine."),
    ] = "",
) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    from bot.memory import load_lean

    load_lean()
    from bot.start import start
    from bot.up import serve

    if simulate:
        from bot.chat.simulate import simulate as serve_simulated

        _leave(start(lambda s: serve_simulated(s, simulate), config, service=True))
    _leave(start(serve, config, service=True))


@cli.command()
def link(config: Config = None) -> None:
    """Show the address that signs a browser in to the workbench."""
    from bot.link import show_link
    from bot.start import start

    _leave(start(show_link, config))


def _leave(code: int) -> None:
    sys.stdout.flush()
    raise typer.Exit(code)
