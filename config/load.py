"""Overlay the layers: what the command line says, the environment, the user's file, the shipped
defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, InitSettingsSource

from config.errors import BadSettings
from config.layers import SHIPPED, Layer, environment, file_layer, user_file
from config.overlays import placed
from config.settings import Settings
from config.validation_errors import unknown_variable, validation_error

_PREFIX = "AETHER_"
# What people are used to, beside the full name, which wins.
SHORT = {
    "AETHER_MODEL": "AETHER_MODELS__DEFAULT",
    "SLACK_BOT_TOKEN": "AETHER_SLACK__BOT_TOKEN",
    "SLACK_APP_TOKEN": "AETHER_SLACK__APP_TOKEN",
    "SLACK_SIGNING_SECRET": "AETHER_SLACK__SIGNING_SECRET",
    "SLACK_CLIENT_ID": "AETHER_SLACK__CLIENT_ID",
    "SLACK_CLIENT_SECRET": "AETHER_SLACK__CLIENT_SECRET",
    "SLACK_PUBLIC_URL": "AETHER_SLACK__PUBLIC_URL",
    "DISCORD_TOKEN": "AETHER_DISCORD__TOKEN",
}
# Ours, but not settings of the bot: which file to read, and where the image build keeps packages.
_ELSEWHERE = frozenset({"AETHER_CONFIG", "AETHER_CACHE_DIR"})


class _Variables(EnvSettingsSource):
    """AETHER_ variables of a given environment; lists and sections are written as YAML."""

    def __init__(self, settings: type[BaseSettings], environ: Mapping[str, str]) -> None:
        self._given = environ
        super().__init__(settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._given.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return yaml.safe_load(value)
        except yaml.YAMLError:
            return value  # validation then says what it should have been


def load(
    file: Path | None = None,
    *,
    mode: str | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """All settings. `file` and `mode` come from the command line; `folder` is where .env and
    aether.yaml are looked for and what a relative data_dir is relative to (the current one).

    Raises BadSettings: one line that names the file or variable, the key and the remedy.
    """
    folder = folder or Path()
    env = environment(os.environ if environ is None else environ, folder)
    users = user_file(file, env, folder)
    layers = [
        Layer("--mode", {"mode": mode} if mode else {}),
        _variables(env),
        file_layer(users) if users else Layer("", {}),
        file_layer(SHIPPED),
    ]
    settings = _overlay(layers)
    kept = {"data_dir": (folder / settings.data_dir.expanduser()).absolute()}
    settings = settings.model_copy(update=kept)
    settings._layers = tuple(layers)  # pyright: ignore[reportPrivateUsage]  # as below
    settings._placed = placed(settings, layers)  # pyright: ignore[reportPrivateUsage]  # as below
    settings._environ = env  # pyright: ignore[reportPrivateUsage]  # private so that repr omits it
    return settings


def _variables(environ: Mapping[str, str]) -> Layer:
    """The AETHER_ variables as a tree. Raises BadSettings for one that is no setting."""
    ours = {
        name: value
        for name, value in environ.items()
        if name.startswith(_PREFIX) and name not in {*_ELSEWHERE, *SHORT}
    }
    ours = {SHORT[name]: environ[name] for name in SHORT if name in environ} | ours
    layer = Layer("environment", _Variables(Settings, ours)(), variables=True)
    for name in ours:
        path = tuple(name.removeprefix(_PREFIX).lower().split("__"))
        if layer.reach(path) != path:
            raise BadSettings(unknown_variable(name))
    return layer


def _overlay(layers: list[Layer]) -> Settings:
    """The first layer that names a key decides it."""

    class Layered(Settings):
        @classmethod
        def settings_customise_sources(cls, *_: object, **__: object) -> Any:
            return tuple(InitSettingsSource(cls, layer.data) for layer in layers)

    try:
        merged = Layered.model_validate({})
    except ValidationError as error:
        raise BadSettings(validation_error(error, layers)) from None
    return Settings.model_construct(**dict(merged))
