"""One sample of every form, for the reference pictures and the documentation. All texts are written for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from replies.documents.annexes import Annex, Column, Table
from replies.documents.letter import Letter
from replies.documents.pdf import Printable
from replies.documents.ruled import RED, Cell, Row, RuledForm
from replies.documents.shared import DOCUMENT_FORM
from replies.structure.outline import Scheme, number
from tests.documents.samples import SENTENCE, letter, plain_body, section

DAY = date(2022, 8, 18)
LINK = "https://tian.example.org/replies/5/rate/"
MATRIX = Table(
    (
        Column("序号", 7),
        Column("建议", 24),
        Column("办理结果", 12),
        Column("答复情况", 27),
        Column("责任单位", 12),
        Column("承诺与期限", 18),
    ),
    (
        ("1", "统一公布年度检查计划。", "A类", "见答复“一、关于公布检查计划”。\n计划已公布。", "市司法局", ""),
        (
            "2",
            "同一家企业能合并的检查合并进行。",
            "B类",
            "见答复“二、关于合并检查”。",
            "市公安局",
            "年内推开（2022-12-31）",
        ),
        ("3", "在园区设法律服务站。", "A类", "见答复“三、关于法律服务站”。\n四个园区已设站。", "市司法局", ""),
    ),
)


def _office_notice(title: str, document_number: str, *lines: str) -> Letter:
    return replace(
        letter(body=(), note="", copies=(), closing=()),
        masthead="盘锦市人民政府督查室",
        number=document_number,
        class_mark="",
        title=title,
        addressee="盘锦市司法局",
        opening="\n".join(lines),
        signers=("盘锦市人民政府督查室",),
    )


def _assignment_notice() -> Letter:
    body = number(
        [
            section("承办单位", "主办：盘锦市司法局。", "会办：盘锦市公安局。"),
            section("办理期限", "盘锦市司法局：2022年3月8日前签收，2022年6月30日前答复提案者。"),
            section("有关要求", "办理中应与提案者沟通，逐条回应建议。"),
        ],
        Scheme.FULL,
    )
    opening = (
        "民建盘锦市委员会提出的《关于推动盘锦市营商环境法治化建设》（第005号）已经立案。现予交办，有关事项通知如下："
    )
    notice = _office_notice("关于交办市政协九届一次会议第005号提案的通知", "", opening)
    return replace(notice, body=body, addressee="盘锦市司法局、盘锦市公安局", closing=("特此通知。",))


def _approval_sheet() -> RuledForm:
    who = "（市司法局领导）\n2022年8月18日"
    return RuledForm(
        title="盘锦市司法局发文稿纸",
        day=DAY,
        author="盘锦市司法局",
        ink=RED,
        rows=(
            Row(
                (
                    Cell("签发", f"同意：请按时印发。\n李明{who}", 6),
                    Cell("会签", "同意\n安国平（市公安局领导）\n2022年8月16日", 6),
                ),
                46,
            ),
            Row(
                (
                    Cell("核稿", "同意：数据已核对。\n何审（市司法局核稿人）\n2022年8月12日", 6),
                    Cell("协调、审查", "", 6),
                ),
                30,
            ),
            Row((Cell("拟稿单位", "盘锦市司法局", 6), Cell("拟稿", "司文（市司法局经办人）\n2022年8月10日", 6)), 22),
            Row((Cell("发文字号", "盘司函〔2022〕18号", 6), Cell("办理结果", "A类（已经解决）", 6))),
            Row((Cell("标题", letter().title),), 20),
            Row((Cell("主送", "民建盘锦市委员会"),)),
            Row((Cell("抄送", "市政协提案委、市政府督查室"),)),
            Row((Cell("联系人", "王敏", 6), Cell("联系电话", "0427-2820000", 6))),
        ),
        remarks=("共送审1次。本稿纸按平台核签记录印制，仅供内部办理和归档，不对外公开。",),
    )


def _feedback_form() -> RuledForm:
    grades = "□满意　□基本满意　□不满意"
    return RuledForm(
        mark="附件",
        title="提案办理情况征询意见表",
        day=DAY,
        author="盘锦市司法局",
        rows=(
            Row((Cell("届次", "九届一次会议", 6), Cell("提案编号", "第005号", 6))),
            Row((Cell("案由", "关于推动盘锦市营商环境法治化建设"),), 12),
            Row((Cell("提案者", "民建盘锦市委员会", 6), Cell("承办单位", "盘锦市司法局", 6))),
            Row((Cell("答复文号", "盘司函〔2022〕18号", 6), Cell("答复日期", "2022年8月18日", 6))),
            Row((Cell("办理态度", grades),)),
            Row((Cell("办理结果", grades),)),
            Row((Cell("意见和建议（不满意的请写明原因）"),), 44),
            Row((Cell("提案者签名（盖章）", "", 7), Cell("日期", "", 5)), 20),
        ),
        remarks=("请在□内打√，填写后寄回或交市政协提案委。",),
        link=LINK,
        link_note="也可以登录平台评价，扫码或打开：",
    )


_document = letter(form=DOCUMENT_FORM, masthead="盘锦市司法局文件", printed_by="盘锦市司法局办公室", body=plain_body(3))
FORMS: Mapping[str, Printable] = MappingProxyType(
    {
        "letter": letter(body=plain_body(3)),
        "document": _document,
        "matrix": letter(body=plain_body(1), copies=(), annexes=(Annex("建议办理情况对照表", (), (MATRIX,)),)),
        "opinion": replace(
            letter(body=plain_body(2), note="", copies=(), class_mark="", closing=("特此函告。",)),
            masthead="盘锦市公安局",
            number="盘公函〔2022〕3号",
            title="对市政协九届一次会议关于推动盘锦市营商环境法治化建设（第005号）提案的会办意见",
            addressee="盘锦市司法局",
            opening="关于推动盘锦市营商环境法治化建设的提案（第005号）收悉。经研究，提出会办意见如下：",
            signers=("盘锦市公安局",),
        ),
        "assignment": _assignment_notice(),
        "urging": _office_notice("提案催办通知书", "督催〔2022〕7号", SENTENCE, "请抓紧办理，并把进展告知我室。"),
        "slip": _office_notice(
            "提案督办通知书", "督办〔2022〕2号", SENTENCE, "请于2022年9月30日前在平台报送办理情况。"
        ),
        "sheet": _approval_sheet(),
        "feedback": _feedback_form(),
    }
)
