"""`bot slack …` and `bot discord …`: what is needed to register the app there."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import typer

slack = typer.Typer(name="slack", help="Register the Slack app.", no_args_is_help=True)
discord = typer.Typer(name="discord", help="Invite the Discord app.", no_args_is_help=True)


@slack.callback()
def slack_root() -> None:
    """Register the Slack app."""


@discord.callback()
def discord_root() -> None:
    """Invite the Discord app."""


@slack.command()
def manifest(
    http: Annotated[
        str, typer.Option(metavar="URL", help="Slack calls this address; else Aether calls Slack.")
    ] = "",
) -> None:
    """Print the app's manifest: paste it at api.slack.com/apps, "From a manifest"."""
    from adapters.slack.manifest import manifest as written
    from runtime.errors import Misconfigured

    try:
        typer.echo(written("http" if http else "socket", http), nl=False)
    except Misconfigured as error:
        raise typer.BadParameter(str(error)) from None


@discord.command()
def invite(
    application: Annotated[
        str, typer.Argument(metavar="[ID]", help="Of the app; else it is read off its token.")
    ] = "",
) -> None:
    """Print the link that adds the app to a server."""
    from adapters.discord.invite import invite as link
    from bot.composition import read_settings
    from runtime.errors import Misconfigured

    try:
        named = application or application_of(read_settings().discord.token.get_secret_value())
        if not (named.isascii() and named.isdecimal()):
            raise Misconfigured(
                "which app? Set DISCORD_TOKEN, or add the application id, which stands in the"
                " developer portal under General Information"
            )
    except Misconfigured as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(link(named))


def application_of(token: str) -> str:
    """The id that begins every token of a bot, in base64; "" if there is none."""
    first = token.partition(".")[0]
    try:
        return base64.b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
