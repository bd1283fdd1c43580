"""The models of this installation, by the names that runs have on their record."""

from __future__ import annotations

from config.settings import Settings
from config.validation_errors import where
from runtime.errors import Misconfigured
from runtime.models.selection import Chosen, choose
from runtime.models.spec import Options
from runtime.ports import Model


async def model_of(settings: Settings, wanted: str = "") -> Chosen:
    """The model of this name; without one, that of the settings or whatever is found. Raises
    Misconfigured."""
    named = {
        name: Options(
            model=given.model,
            base_url=given.base_url,
            api_key=given.api_key,
            max_tokens=given.max_tokens,
            thinking=given.thinking,
            vision=given.vision,
            strict_tools=given.strict_tools,
        )
        for name, given in settings.models.named.items()
    }
    wanted = wanted or settings.models.default
    return await choose(settings.environ, wanted, named, thinking=settings.models.thinking)


def name_of(settings: Settings, chosen: Chosen, wanted: str) -> str:
    """By which the model that is wanted is found again: a name of the settings, `provider:name`, or
    with the server where one was found without a name; `chosen` is the one of models.default."""
    wanted, label = wanted.strip(), chosen.model.name
    if wanted in settings.models.named or wanted != settings.models.default.strip():
        return wanted
    is_elsewhere = chosen.spec is not None and chosen.spec.options.base_url
    return f"{label} at {chosen.spec.place}" if chosen.spec and is_elsewhere else label


class InstalledModels:
    """Implements ports.Models: each is opened once, when the first run names it."""

    def __init__(self, settings: Settings, default: Chosen) -> None:
        self._settings = settings
        self._known: dict[str, Model] = {
            name_of(settings, default, settings.models.default): default.model
        }

    async def check(self) -> None:
        """Raises Misconfigured for a model of a place that could not be asked, as without a key."""
        for entry in self._settings.placed:
            if entry.values.model.strip() != self._settings.models.default.strip():
                try:
                    await self.open(entry.values.model.strip())
                except Misconfigured as error:
                    stands = where((*entry.path, "model"), self._settings.layers)
                    raise Misconfigured(f"{stands}: {error}") from None

    async def open(self, name: str) -> Model:
        if name not in self._known:
            self._known[name] = (await model_of(self._settings, name)).model
        return self._known[name]

    async def aclose(self) -> None:
        for model in self._known.values():
            await model.aclose()
