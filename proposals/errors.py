"""The small family of refusals. Each carries a Chinese sentence that says what to do next; views never show a 500."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class PortalError(Exception):
    """Base of all refusals. ``message`` is shown as it is; ``status`` is the HTTP status of the answer."""

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(PortalError):
    """This person may not do this to this object (403). The reason says who may."""

    status = 403


class WrongStage(PortalError):
    """The object is no longer, or not yet, in the stage the action needs (409): out of turn, or done twice."""

    status = 409


class OutOfTurn(WrongStage):
    """The workflow does not have this step now (409). Sent by a button, it was there when the page was opened: somebody
    was quicker. Asked for by an address, it may simply be too early."""


class StateChanged(WrongStage):
    """What the page showed no longer holds (409): somebody else, or the same person twice, was quicker."""


class OutOfSight(StateChanged):
    """The case went back to where this person does not see it, between his page and his form (409). There is no page
    of it to lead him to."""


class InvalidInput(PortalError):
    """What was entered cannot be taken (400). ``errors`` maps form fields to sentences; "" is the whole form."""

    status = 400

    def __init__(self, errors: Mapping[str, str | Sequence[str]]) -> None:
        self.errors: dict[str, list[str]] = {
            field: [text] if isinstance(text, str) else list(text) for field, text in errors.items()
        }
        super().__init__("；".join(text for texts in self.errors.values() for text in texts))


class EditConflict(PortalError):
    """Somebody else saved first (409). Both texts are kept: ``mine`` was not stored, ``theirs`` stands. ``is_own``: it
    was the same person, on another page."""

    status = 409

    def __init__(self, *, mine: str, theirs: str, version: int, is_own: bool = False) -> None:
        who = "您在另一个页面保存过这段文字" if is_own else "这段文字刚被别人改过"
        super().__init__(f"{who}。两份文字都保留着，请对照后再保存。")
        self.mine = mine
        self.theirs = theirs
        self.version = version
        self.is_own = is_own

    def told_about(self, what: str) -> str:
        """What an open page is told that stores by itself: ``what`` (会办意见) stands otherwise, and what to do."""
        how = "在您的另一个页面保存过" if self.is_own else "刚被同事改过"
        return f"{what}{how}。请打开最新的页面，恢复本机副本后保存，即可对照两份文字"


class TextSigned(PortalError):
    """The text has signatures its writer did not know of when he changed it (409): nothing was stored. ``signatures``:
    how many there are; who saves again knowing them asks the signers again."""

    status = 409

    def __init__(self, signatures: int) -> None:
        super().__init__(
            f"已有 {signatures} 位委员在这份文字上签名，改动没有保存。"
            "确要改动案由、正文或建议，请按“保存草稿”：签名的委员会被请重新确认。"
        )
        self.signatures = signatures
