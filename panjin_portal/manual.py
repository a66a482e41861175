"""The user's manual inside the product, with a picture for each main step."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from proposals.notice_kinds import KINDS
from proposals.permissions import posts_of


@dataclass(frozen=True)
class Picture:
    """One page as somebody sees it in this step. ``name``: the file ``static/img/manual/NAME.webp``, taken by the tests
    that drive a browser (``make pictures``). ``alt``: what is to be seen, for who cannot see it."""

    name: str
    caption: str
    alt: str

    @property
    def path(self) -> str:
        """Below the static files."""
        return f"img/manual/{self.name}.webp"


# Size of every picture in pixels: a window narrow enough that its words stay readable in half a page.
WIDTH, HEIGHT = 760, 720

# Chapter of the manual: the pictures of its main steps, in the order of the work.
PICTURES: dict[str, tuple[Picture, ...]] = {
    "proposer": (
        Picture("fill-in", "填写提案", "填写提案的页面：背景情况、问题分析、具体建议三栏，下面是逐条列出的建议。"),
        Picture("rate", "评价答复", "评价答复的页面：办理态度和办理结果各选满意、基本满意或不满意，可以写意见。"),
    ),
    "committee_staff": (
        Picture("review", "审查", "审查页面：选择立案、退回修改、不予立案等结论，写明意见，点作出结论。"),
        Picture("merge", "并案", "并案页面：查找主提案，在列表里选中一件，点并案。"),
    ),
    "office_staff": (
        Picture("assign", "交办", "交办页面：选主办单位，勾选会办单位，核对答复和会办意见的截止日。"),
        Picture("decide-return", "决定申请改办", "决定申请改办的页面：列出单位和依据，选择改办、调整主办或不同意。"),
    ),
    "clerk": (
        Picture("work", "我的待办", "我的待办：每件提案一行，左边是指示灯和剩余天数，右边的按钮是下一步。"),
        Picture("draft", "拟写答复", "拟写答复的页面：每段有小标题和正文，标明回应哪条建议，提案原文始终可以看到。"),
        Picture("take-over", "采用会办意见", "采用会办意见的页面：会办单位的文字和放到哪一段下面，点采用到答复稿。"),
        Picture("ask-return", "申请改办", "申请改办的页面：选择理由，写明依据和建议承办单位。"),
    ),
    "leader": (
        Picture("check", "核稿", "核稿页面：按针对性、解决情况、会办情况、格式、文字逐项勾选，写意见，点核稿通过。"),
        Picture("wanted-change", "附修改同意", "附修改同意的页面：每段的标题和正文都可以改，改过的送主办单位。"),
        Picture(
            "difference",
            "处理会签修改",
            "逐句对照：加号是会办单位的文字，减号是现在的文字，点采用或不采用。",
        ),
        Picture("sign", "签发", "签发页面：选定办理结果类别，可以写意见，点签发或者退回修改；下面是核签过程。"),
    ),
    "opinions": (
        Picture(
            "sign-opinion",
            "签发会办意见",
            "签发会办意见的页面：会办意见全文，下面写意见，点签发并送主办单位或者退回修改。",
        ),
    ),
    "following": (
        Picture("ledger", "承诺", "提案页的承诺：每项承诺的责任单位、完成日期、状态和最近一次回头看。"),
        Picture("keep", "登记兑现", "登记兑现的页面：写落实情况和跟踪答复的正文，送领导签发。"),
        Picture("again", "重新办理", "重新办理的页面：说明以上一次答复为底稿建立新稿，上一次答复保留。"),
    ),
}


@login_required
@require_safe
def manual(request: HttpRequest) -> HttpResponse:
    """How each role does its part; the reader's own roles come first."""
    mine = {post.role for post in posts_of(request.user)}
    size = {"picture_width": WIDTH, "picture_height": HEIGHT}
    return render(
        request, "base/manual.html", {"mine": mine, "notice_kinds": KINDS.values(), "pictures": PICTURES, **size}
    )
