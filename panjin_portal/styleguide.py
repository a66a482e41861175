"""The page on which staff see every piece of the design system with sample data (docs/design-system.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from panjin_portal.lib.clock import SHANGHAI
from panjin_portal.lib.diff import merge_view
from proposals.deadlines import Lamp
from proposals.templatetags.icons import ICON_PATHS
from proposals.templatetags.marks import LampInfo


@dataclass(frozen=True)
class Link:
    label: str
    url: str = ""


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class Action:
    label: str
    url: str = "#"
    primary: bool = False
    danger: bool = False
    icon: str = ""
    allowed: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Badge:
    label: str
    tone: str = "neutral"


@dataclass(frozen=True)
class WorkItem:
    title: str
    note: str
    deadline: LampInfo | None
    next_label: str
    state: Badge | None = None
    url: str = "#"
    next_url: str = "#"


@dataclass(frozen=True)
class TimelineEvent:
    at: datetime
    who: str
    post: str
    text: str
    detail: str = ""


@dataclass(frozen=True)
class Attachment:
    name: str
    size: int
    uploaded_at: date
    sha256: str = ""
    url: str = "#"
    remove_url: str = ""


@dataclass(frozen=True)
class Job:
    """What components/progress.html shows."""

    label: str
    percent: int | None = None
    done: bool = False
    failed: bool = False
    error: str = ""
    result_url: str = ""
    result_label: str = ""


class SampleForm(forms.Form):
    """One field of each kind; bound to bad input by the page so that the error state shows too."""

    title = forms.CharField(label="标题", max_length=60, help_text="一般写作“关于……的建议”，六十字以内。")
    body = forms.CharField(label="具体建议", widget=forms.Textarea(attrs={"rows": 4}))
    topic = forms.ChoiceField(label="主题分类", choices=[("", "请选择"), ("law", "法治建设"), ("health", "医疗卫生")])
    filed_on = forms.DateField(label="提交日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    consent = forms.ChoiceField(
        label="是否同意公开",
        widget=forms.RadioSelect,
        choices=[("yes", "同意公开"), ("no", "不同意公开（须说明理由）")],
    )
    bureaus = forms.MultipleChoiceField(
        label="建议承办单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("sfj", "市司法局"), ("gaj", "市公安局"), ("scj", "市市场局"), ("ysj", "市营商局")],
    )
    attachment = forms.FileField(label="附件", required=False, help_text="可上传 PDF、DOCX、JPG，每个不超过 10 MB。")
    checked = forms.BooleanField(label="已核对提案者信息", required=False)


def _moment(day: int, hour: int, minute: int) -> datetime:
    return datetime(2022, 8, day, hour, minute, tzinfo=SHANGHAI)


def _sample_lamps() -> list[LampInfo]:
    return [
        LampInfo(Lamp.GREEN, 26, date(2022, 9, 13)),
        LampInfo(Lamp.YELLOW, 9, date(2022, 8, 27), provisional=True),
        LampInfo(Lamp.RED, 2, date(2022, 8, 20)),
        LampInfo(Lamp.RED, 0, date(2022, 8, 18)),
        LampInfo(Lamp.OVERDUE, -3, date(2022, 8, 15)),
        LampInfo(Lamp.MET, 4, date(2022, 8, 22)),
    ]


def _sample_work() -> list[WorkItem]:
    green, yellow, _, _, overdue, _ = _sample_lamps()
    return [
        WorkItem(
            "关于完善老旧小区消防通道管理的建议",
            "第031号 · 会办 · 市公安局",
            overdue,
            "填写会办意见",
            Badge("会办中", "warn"),
        ),
        WorkItem(
            "关于推动盘锦市营商环境法治化建设", "第005号 · 主办 · 市司法局", yellow, "起草答复", Badge("办理中", "info")
        ),
        WorkItem("关于增设社区托育点的建议", "第112号 · 独办 · 市司法局", green, "签收", Badge("待签收")),
        WorkItem("关于规范涉企行政检查的建议", "第064号 · 主办 · 市司法局", None, "查看", Badge("已答复", "good")),
    ]


def sample_context() -> dict[str, Any]:
    """Everything the style guide shows: fixed sample data, the same every day."""
    mine = "市司法局建立涉企检查备案制度。\n全年备案检查计划86项。\n下一步将公开检查清单。"
    theirs = "市司法局建立涉企检查备案制度。\n全年备案检查计划87项。\n下一步将公开检查清单。"
    return {
        "crumbs": [Link("我的待办", "#"), Link("提案", "#"), Link("界面规范")],
        "lamps": _sample_lamps(),
        "badges": [
            Badge("草稿"),
            Badge("办理中", "info"),
            Badge("已签发", "good"),
            Badge("待补正", "warn"),
            Badge("退回", "bad"),
            Badge("已公开", "done"),
        ],
        "icons": sorted(ICON_PATHS),
        "work": _sample_work(),
        "actions": [
            Action("起草答复", primary=True, icon="edit"),
            Action("申请延期"),
            Action("签发", allowed=False, reason="还有 1 个会办单位没有会签：市营商局。"),
            Action("撤销分办", danger=True, icon="trash"),
        ],
        "facts": [
            Fact("提案编号", "第005号"),
            Fact("届次", "九届一次会议"),
            Fact("提案者", "民建盘锦市委员会"),
            Fact("主办单位", "市司法局"),
            Fact("会办单位", "市公安局、市市场局、市营商局"),
            Fact("答复期限", "2022-08-31"),
        ],
        "events": [
            TimelineEvent(_moment(18, 16, 5), "周明", "市司法局局长", "签发答复，文号盘司函〔2022〕21号"),
            TimelineEvent(
                _moment(16, 9, 31), "李岚", "市营商局经办人", "退回会签", "第二部分的数字请按七月底的口径改。"
            ),
            TimelineEvent(_moment(2, 10, 12), "陈立", "市司法局经办人", "签收交办件"),
        ],
        "attachments": [
            Attachment("关于营商环境的调研材料.pdf", 482_133, date(2022, 3, 1), "9f2c4be07a81d3365c0e", remove_url="#"),
            Attachment("企业问卷汇总表.xlsx", 33_870, date(2022, 3, 1)),
        ],
        "running": Job("正在生成答复函 PDF", percent=60),
        "finished": Job("生成答复函 PDF", done=True, result_url="#", result_label="查看 PDF（11 页）"),
        "broken": Job("生成答复函 PDF", failed=True, error="第3页“龘”字在所有字体中都没有字形，请改字或补充字体。"),
        "effects": ["答复定稿，之后不能再改动。", "取得文号：盘司函〔2022〕21号。", "开始生成正式答复函。"],
        "recipients": ["民建盘锦市委员会（提案者）", "市政府督查室", "市公安局、市市场局、市营商局（会办）"],
        "mine": mine,
        "theirs": theirs,
        "lines": merge_view(mine, theirs),
        "saved_at": _moment(16, 9, 31),
        "empty_form": SampleForm(initial={"consent": "yes"}),
        "form": SampleForm({"title": "", "body": "", "topic": "law", "filed_on": "2022-02-30", "consent": "maybe"}),
    }


@login_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The style guide, for staff only; others may not know of it (404)."""
    if not request.user.is_staff:
        raise Http404
    return render(request, "base/styleguide.html", sample_context())
