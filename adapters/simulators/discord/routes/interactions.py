"""/interactions/{interaction_id}/{token}/callback: the first answer (docs: Interaction
Responses)."""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import messages, refusals
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.interaction import Answer, Ask, Interaction
from adapters.simulators.discord.message import Body, Flag
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.replying import Reply, speak
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.message import Draft, read_body
from adapters.simulators.discord.rules.modal import read_modal
from adapters.simulators.discord.rules.speech import may_change
from adapters.simulators.discord.wire import message_json

_MESSAGES = {Answer.MESSAGE, Answer.DEFERRED_MESSAGE}
_UPDATES = {Answer.DEFERRED_UPDATE, Answer.UPDATE}
ALLOWED: dict[Ask, set[Answer]] = {
    Ask.COMMAND: _MESSAGES | {Answer.MODAL},
    Ask.COMPONENT: _MESSAGES | _UPDATES | {Answer.MODAL},
    Ask.MODAL_SUBMIT: _MESSAGES | _UPDATES,
}


async def callback(call: Call) -> JsonValue:
    interaction = _waiting(call)
    form = Form(call.form)
    kind = _kind(form, interaction)
    data = form.form("data") or Form({}, form.tree, ("data",))
    _perform(call, interaction, kind, data)
    interaction.answer, interaction.answered = kind, call.world.now()
    call.world.notify()
    if call.query.get("with_response") not in ("true", "1"):
        return None
    return _answered(call, interaction, kind)


def _waiting(call: Call) -> Interaction:
    """Raises Refusal 10062 after the deadline, 40060 after an answer."""
    interaction = call.world.interactions.get(call.number("interaction_id"))
    if interaction is None or interaction.token != call.params["token"]:
        raise refusals.unknown_interaction()
    if interaction.answer:
        raise refusals.answered_already()
    if interaction.late(call.world.now()):
        raise refusals.unknown_interaction()
    return interaction


def _kind(form: Form, interaction: Interaction) -> Answer:
    allowed = ALLOWED[interaction.kind]
    if interaction.kind is Ask.MODAL_SUBMIT and interaction.message is None:
        allowed = allowed - _UPDATES
    kind = form.choice("type", {int(answer) for answer in allowed})
    form.done()
    return Answer(kind or 0)


def _perform(call: Call, interaction: Interaction, kind: Answer, data: Form) -> None:
    world, message = call.world, interaction.message
    flags = Flag(data.number("flags", 0, (1 << 31) - 1, 0))
    ephemeral = Flag.EPHEMERAL in flags
    match kind:
        case Answer.MESSAGE:
            body = read_body(Draft(call, data, interaction.channel, call.bot, free=True))
            interaction.ephemeral = ephemeral
            interaction.original = speak(world, Reply(interaction, body, ephemeral))
        case Answer.DEFERRED_MESSAGE:
            data.done()
            interaction.ephemeral = ephemeral
            loading = Reply(interaction, Body(flags=Flag.LOADING), ephemeral)
            interaction.original = speak(world, loading)
        case Answer.UPDATE if message:
            may_change(interaction.channel)
            draft = Draft(call, data, interaction.channel, call.bot, message.body, free=True)
            messages.edit(world, message, read_body(draft))
            interaction.original = message
        case Answer.DEFERRED_UPDATE:
            interaction.original = message
        case Answer.MODAL:
            interaction.modal = read_modal(data)
        case _:
            pass


def _answered(call: Call, interaction: Interaction, kind: Answer) -> Json:
    said: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "response_message_loading": kind is Answer.DEFERRED_MESSAGE,
        "response_message_ephemeral": interaction.ephemeral,
    }
    resource: Json = {"type": int(kind)}
    if (message := interaction.original) and kind is not Answer.DEFERRED_UPDATE:
        said["response_message_id"] = str(message.id)
        resource["message"] = message_json(call.world, message)
    return {"interaction": said, "resource": resource}


ROUTES = (
    Route("POST", "/interactions/{interaction_id}/{token}/callback", callback, "answer", True),
)
