"""Every kind of notice: after which step, to whom, in which default words. Pure.

A wording is Chinese text with named places in braces: ``提案已交办，请签收：{提案}``. Each kind knows the places it can
fill; a city changes the words in system management, never the places. The upper floor adds its kinds to ``KINDS`` when
it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter

SUBJECT_MAX, BODY_MAX, NOTICE_MAX = 100, 280, 300

# Name of a value in the code: the place a wording has for it.
PLACES = {
    "case": "提案",
    "number": "提案号",
    "title": "案由",
    "bureau": "单位",
    "proposer": "提案者",
    "person": "人员",
    "reason": "理由",
    "until": "截止日",
    "period": "起止",
    "printed": "编号",
    "main": "主提案",
    "step": "环节",
    "letter": "类别",
    "heading": "标题",
    "session": "届次",
    "what": "事项",
    "words": "内容",
}
OF_CASE = ("提案", "提案号", "案由")


class BrokenWording(ValueError):
    """A wording that cannot be filled; its text says in Chinese what is wrong."""


def places_in(text: str) -> list[str]:
    """The names in braces, in order. Raises BrokenWording for braces that do not match and for anything but a name."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise BrokenWording("花括号不成对，请检查“{”和“}”。") from error
    found = []
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise BrokenWording(f"“{{{name}}}”不能这样写：花括号里只写名称，不加别的符号。")
        found.append(name)
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with ``values`` in its places. Raises BrokenWording for a place nobody fills."""
    unknown = [name for name in places_in(text) if name not in values]
    if unknown:
        raise BrokenWording(f"没有可填入“{{{unknown[0]}}}”的内容。")
    return "".join(
        literal + (values[name] if name is not None else "") for literal, name, _, _ in Formatter().parse(text)
    )


@dataclass(frozen=True)
class NoticeKind:
    """``label``: what happened, the default subject of its mail; ``whom``: who is told; ``body``: the default words.

    ``beyond``: told also to who cannot open the case, as its last word to him (an assignment that is withdrawn) or
    because he only gets a copy. Of every other notice the mail is dropped once the case is closed to the person.
    """

    code: str
    label: str
    whom: str
    body: str
    beyond: bool = False

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The places every wording of this kind must have: those of the default words, each once."""
        return tuple(dict.fromkeys(places_in(self.body)))

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The places a wording may have: of a notice about a case always its number and title too."""
        of_case = OF_CASE if set(self.required) & set(OF_CASE) else ()
        return tuple(dict.fromkeys((*self.required, *of_case)))

    def fault(self, text: str, *, is_subject: bool = False) -> str:
        """What is wrong with ``text`` as a wording of this kind, for the person who types it; "" for nothing."""
        if "\n" in text.strip() or "\r" in text.strip():
            return "只能写一行。"
        try:
            found = places_in(text)
        except BrokenWording as error:
            return str(error)
        offered = "、".join(f"{{{name}}}" for name in self.offered) or "（没有）"
        unknown = [name for name in found if name not in self.offered]
        if unknown:
            return f"没有“{{{unknown[0]}}}”这一项，这类通知可以用：{offered}。"
        missing = [] if is_subject else [name for name in self.required if name not in found]
        if missing:
            return "缺少" + "、".join(f"“{{{name}}}”" for name in missing) + "，收件人会看不懂，请补上。"
        return ""


KINDS: dict[str, NoticeKind] = {}


def register(kinds: Iterable[NoticeKind]) -> None:
    """Add ``kinds``; each code once."""
    for kind in kinds:
        if KINDS.setdefault(kind.code, kind) != kind:
            raise ValueError(f"two kinds of notice are called {kind.code}")


OFFICE, COMMITTEE, CLERKS, PROPOSERS = "督查室工作人员", "提案委工作人员", "承办单位经办人", "提案者联系人"
STAFF = "承办单位经办人、核稿人、签发领导"

# Told also to who cannot open the case: see ``NoticeKind``.
LAST_WORDS = {
    *("merged_number", "withdrawn_number", "no_longer_helping", "no_longer_handling"),
    *("cosign_invited", "cosign_withdrawn", "cosign_taken_off", "cosign_again", "cosign_lapsed"),
}

register(
    NoticeKind(code, label, whom, body, code in LAST_WORDS)
    for code, label, whom, body in (
        # --- filing, review, merging ---
        ("submitted", "提案待审查", COMMITTEE, "提案待审查：{案由}"),
        ("cosign_invited", "邀您联名", "受邀的委员", "邀您联名：{案由}{截止日}"),
        ("cosign_withdrawn", "联名邀请已撤回", "受邀的委员", "联名邀请已撤回，不用再答复：{案由}"),
        ("cosign_taken_off", "您的附议被撤下", "自行附议的委员", "发起人撤下了您的附议，签名不再有效：{案由}"),
        ("cosign_joined", "有委员附议", "第一提案人的联系人；代录的，代录人", "{提案者}附议：{案由}"),
        ("cosign_again", "提案有改动，请重新确认", "已签名的委员", "您签名的提案有改动，请看过改动重新确认：{案由}"),
        ("cosign_lapsed", "联名邀请已失效", "没有答复的委员", "联名邀请已失效，不用再答复：{案由}"),
        ("cosign_expired", "联名邀请到期没有答复", "第一提案人的联系人；代录的，代录人", "{内容}：{案由}"),
        ("cosign_answered", "联名有了答复", "第一提案人的联系人；代录的，代录人", "{内容}：{案由}"),
        ("registered", "提案已立案", PROPOSERS, "您的提案已立案，编为第{编号}号：{案由}"),
        ("registered_main", "主提案已立案", "并入的提案的联系人", "您的提案并入的主提案已立案，编为第{编号}号：{案由}"),
        ("to_assign", "提案待交办", OFFICE, "提案待交办：{提案}"),
        ("returned", "提案退回修改", "提案者联系人；代录的，代录人也知道", "提案退回修改：{案由}"),
        ("rejected", "提案不予立案", PROPOSERS, "提案不予立案（{理由}）：{案由}"),
        ("transferred", "提案转为其他办理", PROPOSERS, "提案{事项}，请查看说明：{案由}"),
        ("decision_undone", "审查结论已撤销", PROPOSERS, "原结论“{事项}”已撤销，重新审查：{案由}"),
        ("registration_undone", "立案已撤销", PROPOSERS, "提案立案已撤销，重新审查：{案由}"),
        (
            "registration_undone_main",
            "主提案的立案已撤销",
            "并入的提案的联系人",
            "您的提案并入的主提案立案已撤销，重新审查：{案由}",
        ),
        ("merged", "提案已并案", "并入的提案的联系人", "您的提案《{案由}》已并入{主提案}一并办理"),
        ("merged_into", "有提案并入", "主提案的联系人", "有提案并入您的提案《{案由}》一并办理"),
        ("merged_number", "提案不再单独交办", OFFICE, "{提案号}已并入{主提案}，不再单独交办"),
        ("unmerged", "并案已撤销", "原来并入的提案的联系人", "您的提案《{案由}》已撤销并案，单独办理"),
        ("unmerged_from", "有提案不再并入", "主提案的联系人", "原来并入您的提案《{案由}》的提案已撤销并案"),
        ("marked", "提案有了标记", PROPOSERS, "您的提案{内容}：{案由}"),
        ("withdrawn", "提案已撤案", "提案委工作人员、提案者联系人", "提案已撤案：{案由}（{理由}）"),
        ("withdrawn_number", "已立案的提案撤案", OFFICE, "第{编号}号已撤案，不再交办"),
        # --- assignment ---
        ("assigned", "提案已交办，请签收", CLERKS, "提案已交办，请签收：{提案}"),
        ("no_longer_helping", "不再会办", "撤销的会办单位的经办人", "不再会办：{提案}（{理由}）"),
        ("no_longer_handling", "不再承办", "改办前的单位的经办人", "申请改办已同意，不再承办：{提案}"),
        ("due_date_changed", "期限已调整", CLERKS, "{事项}期限调整为{截止日}：{提案}"),
        ("request_made", "承办单位的申请待决定", OFFICE, "{内容}，请决定：{提案}"),
        ("request_refused", "申请未获同意", "提出申请的单位的经办人", "{内容}：{提案}（{理由}）"),
        ("roles_adjusted", "承办单位已调整", "两个单位的经办人", "{内容}，请签收：{提案}"),
        ("bureau_added", "增办已同意", "提出建议的单位的经办人", "{内容}：{提案}"),
        ("extension_granted", "延期已同意", "提出申请的单位的经办人", "{事项}延期已同意，截止日{截止日}：{提案}"),
        (
            "extension_told",
            "提案延期答复",
            PROPOSERS,
            "您的提案{提案号}经同意延期答复，{单位}将于{截止日}前答复：{理由}",
        ),
        (
            "extension_told_merged",
            "主提案延期答复",
            "并入的提案的联系人",
            "您的提案并入的主提案{提案号}经同意延期答复，{单位}将于{截止日}前答复：{理由}",
        ),
        ("suspended", "提案中止办理", "在办单位的经办人、提案者联系人", "提案中止办理：{提案}（{理由}）"),
        ("resumed", "提案恢复办理", "在办单位的经办人、提案者联系人", "提案恢复办理，期限已顺延：{提案}"),
        ("suspended_merged", "主提案中止办理", "并入的提案的联系人", "您的提案并入的主提案中止办理：{提案}（{理由}）"),
        ("resumed_merged", "主提案恢复办理", "并入的提案的联系人", "您的提案并入的主提案恢复办理，期限已顺延：{提案}"),
        ("handed_over", "请接着经办", "接手的经办人", "请您接着经办：{提案}"),
        # --- supervision ---
        ("urged", "催办通知", STAFF, "催办通知（{编号}）：{内容}。{提案}"),
        ("slip_told", "督办单", STAFF, "{内容}。{提案}"),
        ("slip_answered", "督办单已报送，请审核", OFFICE, "{内容}，请审核。{提案}"),
        ("log_entered", "有新的督办记录", CLERKS, "重点提案有新的督办记录（{内容}）：{提案}"),
        # --- calendar ---
        ("calendar_ends", "工作日历快要到期", "提案委工作人员、系统管理员，每周一次", "{内容}"),
        # --- leave ---
        ("covering", "请您顶岗", "顶岗的同事", "{起止}由您替{人员}顶岗，他经办的提案先提醒您"),
    )
)
