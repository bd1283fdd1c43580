"""What becomes of one message, as the record of its session tells it."""

from __future__ import annotations

from dataclasses import dataclass, field

from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    Event,
    MessageReceived,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    ResponseComplete,
    RunFinished,
    RunStarted,
)


@dataclass(slots=True)
class AnswerWaiter:
    """How the session stands while its record goes by, from its first event on. `open` are the
    approvals and questions that wait for people; `fault` is why the task of these words came to
    nothing, and `text` then what it had said before."""

    message_id: str
    heard: bool = False
    open: set[str] = field(default_factory=set[str])
    text: str = ""
    fault: str = ""
    _before: str = ""

    def note(self, event: Event) -> str | None:
        """The answer, when it is there."""
        match event:
            case MessageReceived(message_id=self.message_id):
                self.heard = True
            case RunStarted():
                self.text = self._before = ""
            case ResponseComplete(final=True, partial=False, text=text):
                self.text = text
            case ResponseComplete(text=text):
                self._before = f"{self._before}\n\n{text}".strip()
            case RunFinished():
                return self._ended(event)
            case _:
                self._decide(event)
        return None

    def _ended(self, event: RunFinished) -> str | None:
        self.open.clear()
        if not self.heard:
            return None
        if event.outcome is Outcome.DONE:
            return self.text
        self.text = self._before
        self.fault = event.reason or f"The task ended: {event.outcome}."
        return None

    def _decide(self, event: Event) -> None:
        match event:
            case ApprovalRequired(approval_id=name) | QuestionAsked(question_id=name):
                self.open.add(name)
            case (
                ApprovalReceived(approval_id=name)
                | ApprovalExpired(approval_id=name)
                | QuestionAnswered(question_id=name)
            ):
                self.open.discard(name)
            case _:
                pass
