"""What every new portal starts with: offices, bureaus, word lists, numbering, the calendar. Idempotent.

Rows are created when they are missing and never overwritten, so a city's own changes survive a second run.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model

from panjin_portal.lib.holidays_seed import official_days
from proposals.models import (
    AssignmentPolicy,
    Bureau,
    ConsultationMethod,
    DeadlineRule,
    FeedbackField,
    NoticeTemplate,
    NumberingPattern,
    Proposer,
    ProposerRule,
    RejectionReason,
    ReminderRule,
    ResultClass,
    ResultScheme,
    ReturnReason,
    ReviewStep,
    Session,
    SiteChainHead,
    SupervisionForm,
    Topic,
    UrgingTemplate,
    Workday,
)
from proposals.notice_kinds import KINDS
from proposals.reminder_defaults import default_rules

# kind, full name, short name, code, document word
BUREAUS = (
    ("committee", "政协盘锦市委员会提案委员会", "市政协提案委", "tawyh", ""),
    ("supervision", "盘锦市人民政府督查室", "市政府督查室", "dcs", ""),
    ("bureau", "盘锦市司法局", "市司法局", "sfj", "盘司函"),
    ("bureau", "盘锦市公安局", "市公安局", "gaj", "盘公函"),
    ("bureau", "盘锦市市场监督管理局", "市市场局", "scj", "盘市监函"),
    ("bureau", "盘锦市营商环境建设局", "市营商局", "ysj", "盘营商函"),
)

# The five main classes (DOMAIN 1.6) with a second level a city can change.
TOPICS = {
    "经济建设": ("营商环境", "产业发展", "财税金融", "农业农村"),
    "政治建设": ("法治建设", "政务服务", "基层治理"),
    "文化建设": ("文化旅游", "公共文化", "体育"),
    "社会建设": ("教育", "医疗卫生", "就业社保", "交通出行", "城市管理", "公共安全"),
    "生态文明建设": ("环境保护", "湿地与水", "绿色发展"),
}

# National list of ten grounds (DOMAIN 1.5).
REJECTION_REASONS = (
    "涉及党和国家秘密",
    "国家明令禁止",
    "中共党员对党内组织人事安排的意见",
    "民主党派成员反映本组织内部问题",
    "已进入诉讼或仲裁程序",
    "属于学术研讨",
    "为本人或亲属解决个人问题",
    "宣传推介具体作品、产品",
    "指名举报",
    "内容空泛，没有具体建议",
)

# Grounds for asking for re-assignment (DOMAIN 1.8), a list a city can change.
RETURN_REASONS = (
    "不属于本单位职责",
    "主要职责在其他单位",
    "机构职能已经调整",
    "属于上级或垂直管理部门事权",
    "应由多个单位分别办理",
    "其他",
)

# What the bureaus of the running example are responsible for: words that suggest them when a case is assigned.
DUTY_KEYWORDS = {
    "sfj": "法治 执法 行政复议 法律服务 普法 人民调解 规范性文件",
    "gaj": "治安 户籍 报警 涉企案件 道路交通安全 反诈",
    "scj": "市场监管 食品安全 双随机 计量 质量 电梯 价格",
    "ysj": "营商环境 政务服务 审批 企业诉求 信用",
}

# DOMAIN 1.11: four classes by default, three by choice of the session.
RESULT_SCHEMES = {
    "四类": (
        ("A", "所提问题已经解决或基本解决"),
        ("B", "正在解决或已列入计划逐步解决"),
        ("C", "受条件限制，以后创造条件解决"),
        ("D", "留作参考"),
    ),
    "三类": (
        ("A", "已经解决或采纳"),
        ("B", "列入计划拟解决"),
        ("C", "留作参考"),
    ),
}

# name, prefix, digits: Panjin prints three digits (DOMAIN 1.6); 平 marks what is filed between sessions.
NUMBERING_PATTERNS = (("三位数字", "", 3), ("平字三位", "平", 3))

# position, name, whether an opinion must be written (DOMAIN 1.4); 审定 follows. A city may add 复审, or require one.
REVIEW_STEPS = ((1, "接收", False), (2, "初审", True))

SUPERVISION_FORMS = ("协商座谈", "专题调研", "实地视察", "走访承办单位", "督办会")  # DOMAIN 1.13

# name, text; the words in braces are filled in for each case (``urging_text``). A city writes its own beside them.
URGING_TEMPLATES = (
    (
        "催办通知",
        "{单位}：\n{届次}{提案号}提案《{案由}》由你单位承办。{事项}。请抓紧办理，按时办结，并把进展告知我室。",
    ),
    ("超期催办", "{单位}：\n{提案号}提案《{案由}》：{事项}。请立即研究办理，三日内说明未能按期办理的原因和办结时间。"),
)

CONSULTATION_METHODS = ("走访面商", "座谈会", "电话", "邮件或书信", "其他")

# kind, for which proposals, unit, amount, month, day. 20 August and 30 June are Panjin's dates for the session's
# proposals, three months and one month the usual terms between sessions (DOMAIN 1.9); 20 working days the norm for
# publication (DOMAIN 1.14), 15 working days for the feedback form.
DEADLINE_RULES = (
    ("receipt", "", "working_days", 5, 0, 0),
    ("return", "", "working_days", 5, 0, 0),
    ("reply", "", "fixed_date", 0, 8, 20),
    ("reply", "interim", "months", 3, 0, 0),
    ("opinion", "", "fixed_date", 0, 6, 30),
    ("opinion", "interim", "months", 1, 0, 0),
    ("feedback", "", "working_days", 15, 0, 0),
    ("publication", "", "working_days", 20, 0, 0),
    ("promise", "", "months", 12, 0, 0),  # for a promise that names a phase and no day: looked at after a year
    ("redo", "", "months", 3, 0, 0),
    ("slip", "", "working_days", 10, 0, 0),
    ("cosign", "", "working_days", 5, 0, 0),
    ("extension", "", "months", 1, 0, 0),
)
NOT_ROLLED = frozenset({"extension"})  # a bound: the day itself, worked or not
NEEDS_PROMISE = ("B", "C")
# What a proposal of one person should not exceed (DOMAIN 1.3, Liaoning); nothing for the others.
ADVISED_LENGTHS = {Proposer.Kind.MEMBER: 1500, Proposer.Kind.SENIOR_MEMBER: 1500}

# DOMAIN 1.10: code, question, options, who is asked. The grades of attitude and result are part of every form.
FEEDBACK_FIELDS = (
    ("visit", "走访情况", ("已走访", "提案者提出不需要走访", "未走访"), "all"),
    ("contact", "答复前听取意见方式", ("走访", "电话", "其他", "未联系"), "all"),
    ("relevance", "答复是否针对提案", ("针对", "基本针对", "未针对"), "all"),
    ("leader", "是否由分管领导答复", ("是", "否"), "organisations"),
    ("agreement", "是否同意办理结果", ("同意", "理解", "保留", "不同意"), "all"),
)


@transaction.atomic
def seed_reference(years: Iterable[int]) -> None:
    """Create what is missing; the calendar for ``years`` as far as the official notices are known.

    Rows go in by "insert unless one of its kind is there", a handful of statements in all.
    """
    _add(
        Bureau(
            kind=kind,
            name=name,
            short_name=short_name,
            code=code,
            document_word=word,
            duty_keywords=DUTY_KEYWORDS.get(code, ""),
            position=position,
        )
        for position, (kind, name, short_name, code, word) in enumerate(BUREAUS, start=1)
    )
    _add_topics()
    _add(RejectionReason(text=text, position=position) for position, text in enumerate(REJECTION_REASONS, start=1))
    _add(ReturnReason(text=text, position=position) for position, text in enumerate(RETURN_REASONS, start=1))
    _add(
        ConsultationMethod(name=name, position=position) for position, name in enumerate(CONSULTATION_METHODS, start=1)
    )
    _add(ProposerRule(kind=kind, advised_length=ADVISED_LENGTHS.get(kind)) for kind in Proposer.Kind)
    _add(ReviewStep(position=place, name=name, asks_opinion=asks) for place, name, asks in REVIEW_STEPS)
    _add(SupervisionForm(name=name, position=place) for place, name in enumerate(SUPERVISION_FORMS, start=1))
    _add(UrgingTemplate(name=name, text=text, position=place) for place, (name, text) in enumerate(URGING_TEMPLATES, 1))
    _add(ResultScheme(name=name) for name in RESULT_SCHEMES)
    schemes = {scheme.name: scheme for scheme in ResultScheme.objects.filter(name__in=RESULT_SCHEMES)}
    _add(
        ResultClass(
            scheme=schemes[name], code=code, meaning=meaning, position=position, needs_promise=code in NEEDS_PROMISE
        )
        for name, classes in RESULT_SCHEMES.items()
        for position, (code, meaning) in enumerate(classes, start=1)
    )
    _add(NumberingPattern(name=name, prefix=prefix, digits=digits) for name, prefix, digits in NUMBERING_PATTERNS)
    _add(NoticeTemplate(kind=kind.code, subject=kind.label, body=kind.body) for kind in KINDS.values())
    _add([SiteChainHead(pk=1)])
    if not ReminderRule.objects.exists():  # a moment a city took out shall not come back
        _add(default_rules())
    seed_calendar(years)


def _add_topics() -> None:
    _add(Topic(name=name, position=position) for position, name in enumerate(TOPICS, start=1))
    parents = {topic.name: topic for topic in Topic.objects.filter(parent=None, name__in=TOPICS)}
    _add(
        Topic(parent=parents[name], name=child, position=place)
        for name, children in TOPICS.items()
        for place, child in enumerate(children, start=1)
    )


def _add(rows: Iterable[Model]) -> None:
    found = list(rows)
    type(found[0])._default_manager.bulk_create(found, ignore_conflicts=True)


def seed_calendar(years: Iterable[int]) -> None:
    """Add the days of ``years`` the table does not hold yet; corrected rows stay as they are. What stood there without
    a notice gives way to the notice once it is known."""
    announced = {day.date.year for day in official_days(years) if day.confirmed}
    for year in announced:
        Workday.objects.filter(date__year=year, is_confirmed=False).delete()
    Workday.objects.bulk_create(
        (
            Workday(date=day.date, is_working=day.is_working, name=day.name, is_confirmed=day.confirmed)
            for day in official_days(years)
        ),
        ignore_conflicts=True,
    )


def seed_rules(session: Session) -> None:
    """Give a session the default deadline rules, questions of the feedback form, and rules on returns and extensions it
    does not have yet."""
    _add([AssignmentPolicy(session=session)])
    _add(
        FeedbackField(
            session=session, code=code, label=label, options="\n".join(options), audience=audience, position=position
        )
        for position, (code, label, options, audience) in enumerate(FEEDBACK_FIELDS, start=1)
    )
    _add(
        DeadlineRule(
            session=session,
            kind=kind,
            proposal_kind=proposal_kind,
            unit=unit,
            amount=amount,
            month=month,
            day=day,
            roll_forward=kind not in NOT_ROLLED,
        )
        for kind, proposal_kind, unit, amount, month, day in DEADLINE_RULES
    )


def open_session(*, term: int, number: int, **dates: object) -> Session:
    """A session with the default numbering, scheme and rules, created when missing.

    ``dates``: ``opens_on``, ``closes_on``, ``filing_cutoff`` and optionally ``is_open``.
    """
    session, created = Session.objects.get_or_create(
        term=term,
        number=number,
        defaults={
            **dates,
            "numbering": NumberingPattern.objects.get(name="三位数字"),
            "interim_numbering": NumberingPattern.objects.get(name="平字三位"),
            "result_scheme": ResultScheme.objects.get(name="四类"),
        },
    )
    if created:
        seed_rules(session)
    return session
