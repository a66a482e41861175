"""The running example: proposal 第005号 of the session of 2022, told afresh: title, offices and dates are real."""

from __future__ import annotations

from datetime import date

from replies.demo.script import Answer, Entry, Rating, Script
from replies.demo.stages import Step

TITLE = "关于推动盘锦市营商环境法治化建设"
PROPOSER, LEAD = "民建盘锦市委员会", "sfj"

DATES = {
    Step.FILE: date(2022, 1, 6),
    Step.SUBMIT: date(2022, 1, 6),
    Step.REGISTER: date(2022, 1, 20),
    Step.ASSIGN: date(2022, 3, 1),
    Step.ACCEPT: date(2022, 3, 3),
    Step.DRAFT: date(2022, 6, 10),
    Step.OPINIONS: date(2022, 6, 28),
    Step.SEND: date(2022, 7, 25),
    Step.REVIEW: date(2022, 8, 2),
    Step.COUNTERSIGN: date(2022, 8, 12),
    Step.SIGN: date(2022, 8, 18),
    Step.ISSUE: date(2022, 8, 19),
    Step.RATE: date(2022, 9, 6),
    Step.CHECK_PROMISE: date(2023, 2, 10),
    Step.KEEP_PROMISE: date(2023, 5, 10),
    Step.FOLLOW_UP: date(2023, 5, 12),
    Step.PREPARE: date(2023, 7, 20),
    Step.START_RELEASE: date(2023, 7, 24),
    Step.RELEASE: date(2023, 8, 3),
}

SCRIPT = Script(
    title=TITLE,
    topic="营商环境",
    keywords="营商环境 法治 行政执法 法律服务",
    result="B",
    background=(
        "2021年下半年，课题组走访了五个园区的四十七家企业，又请六个部门座谈。"
        "企业普遍反映办事比过去快了，同时希望执法更有规矩、规则更好查、遇事更有处说理。"
    ),
    analysis=(
        "一是执法信息分散在各部门，企业要跑几个网站才能看全。\n"
        "二是检查次数和方式不够统一，有的企业一个月接待三批检查人员。\n"
        "三是中小企业很少请法律顾问，合同纠纷往往拖到起诉才求助。\n"
        "四是投诉之后谁来督办、多久回话，企业心里没底。"
    ),
    suggestions=(
        "1.把涉企执法信息集中到一个平台，部门之间共享，企业一处可查。\n"
        "2.统一检查计划和裁量尺度，推行说理式、提醒式执法。\n"
        "3.把法律服务送进园区和商会，为中小企业提供日常法律体检。\n"
        "4.建立投诉督办和结果公开制度，对损害营商环境的行为追责。"
    ),
    note="请主办单位牵头，答复前与提案者当面沟通。",
    matrix=(
        Entry(1, "A", "执法信息集中到一个栏目，三类数据按周交换。"),
        Entry(2, "A", "裁量基准已修订，两批不予处罚清单已公布。", bureau="scj"),
        Entry(3, "B", "五个园区已设站。", "法律服务站覆盖全部九个园区和主要商会", 10),
        Entry(4, "A", "投诉当日登记，评议结果每半年公布一次。", bureau="ysj"),
    ),
    kept=(
        "九个园区的法律服务站均已挂牌，值班表在政府网站公布；十二家商会签订服务协议。",
        "到今年五月，法律服务站已覆盖全部九个园区，每站每周有律师值班。\n"
        "十二家商会与律师事务所签订了服务协议，会员企业可以预约法律体检。",
    ),
    rating=Rating(opinion="办理中两次上门沟通，答复具体。盼检查计划公布以后每季度更新。"),
    answers=(
        Answer(text=("收到提案后，我局会同三家会办单位成立专班，逐条研究，并于五月到提案者处面商。",)),
        Answer(
            "把执法信息聚到一处",
            asks=(1,),
            below=(
                Answer(
                    "建成统一的公示栏目。",
                    (
                        "三十二个执法部门的权责清单、人员资格和处罚决定已集中到市政府网站的一个栏目，企业凭名称即可查到。",
                    ),
                    run_in=True,
                ),
                Answer(
                    "打通部门之间的数据。",
                    ("处罚、许可、信用三类数据按周交换，同一事实不再要求企业重复提交证明。",),
                    run_in=True,
                ),
                Answer(
                    "记录执法的全过程。",
                    ("一线执法人员配发记录仪六百余台，影像保存满两年，供当事人依法查阅。",),
                    run_in=True,
                ),
            ),
        ),
        Answer(
            "把执法行为规范起来",
            asks=(2,),
            below=(
                Answer(
                    "先有计划再上门。", ("涉企检查一律列入年度计划并先行公布，计划外的检查须经局长批准。",), run_in=True
                ),
                Answer(
                    "统一裁量的尺度。",
                    ("十八个部门修订了裁量基准，把轻微、一般、严重三档写清楚，案卷评查以此为准。",),
                    run_in=True,
                ),
                Answer(
                    "首次轻微违法不罚。",
                    ("公布两批不予处罚清单，共九十四项，执法人员改为当场提醒、限期改正、事后回访。",),
                    run_in=True,
                ),
            ),
        ),
        Answer(
            "把法律服务送到企业门口",
            asks=(3,),
            below=(
                Answer(
                    "在园区设站。",
                    ("五个园区都有法律服务站，律师每周值班一天，上半年接待咨询四百余人次。",),
                    run_in=True,
                ),
                Answer(
                    "为企业做体检。",
                    ("组织律师团为一百二十家中小企业免费审查合同和用工制度，开出建议书三百余份。",),
                    run_in=True,
                ),
            ),
        ),
        Answer(
            "把监督问责落到实处",
            asks=(4,),
            below=(
                Answer(
                    "投诉有人接。", ("行政执法监督电话与便民热线并线，当日登记，三个工作日内答复去向。",), run_in=True
                ),
                Answer("问题有人督。", ("对久拖不决的事项挂牌督办，由市政府督查室按月通报进度。",), run_in=True),
                Answer(
                    "结果有人看。",
                    ("请政协委员、企业代表担任执法监督员，每半年评议一次，评议结果向社会公布。",),
                    run_in=True,
                ),
            ),
        ),
    ),
)

# bureau, heading, opinion, number of the lead's heading it goes under
OPINIONS = (
    (
        "gaj",
        "",
        "1.办案少影响经营。对企业的账册、设备慎用查封扣押，能用影像替代的不扣原件。\n"
        "2.警企有专线。每个派出所固定一名联络民警，企业报警优先处置，进度短信告知。",
        3,
    ),
    ("scj", "", "1.多部门只进一次门。双随机抽查由我局汇总排期，同一企业的几项检查并在一天完成。", 3),
    (
        "ysj",
        "",
        "1.诉求一网收办。企业诉求平台统一受理，自动分派到部门，超时亮灯提醒。\n"
        "2.信用修复上门办。对符合条件的企业主动告知修复办法，材料由五份减为两份。",
        2,
    ),
)
