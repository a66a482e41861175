"""Cases in a named stage, built through the services: ``case_in(world, Stage.SIGNED)``. All sentences are invented."""

from __future__ import annotations

from replies.demo.script import Answer, Cast, Helper, Rating, Script
from replies.demo.stages import ROUTES, Stage, Step
from replies.demo.walk import Walk
from tests.world import World

__all__ = ["ROUTES", "Answer", "Case", "Cast", "Rating", "Script", "Stage", "Step", "case_in", "cast_of"]

Case = Walk  # ``proposal``, ``reply``, ``publication`` (read anew at each use), ``assignments`` (the lead's first)

SCRIPT = Script(
    title="关于推动盘锦市营商环境法治化建设",
    topic="营商环境",
    background="企业家座谈时，多人谈到执法检查的次数和方式。",
    analysis="检查计划没有提前告知，各部门之间又缺少衔接。",
    suggestions="1.统一公布年度检查计划。\n2.同一家企业能合并的检查合并进行。\n3.在园区设法律服务站。",
    answers=(
        Answer("关于公布检查计划", ("全市年度检查计划已在政府网站公布，共八十六项。",), asks=(1,)),
        Answer(
            "关于合并检查",
            (),
            asks=(2,),
            below=(
                Answer("定好牵头单位。", ("每次联合检查由一个部门牵头，一次进门。",), run_in=True),
                Answer("管住检查次数。", ("同一企业一年内不超过两次。",), run_in=True),
            ),
        ),
        Answer("关于法律服务站", ("四个园区各设一站，每周三有律师值班。",), asks=(3,)),
    ),
    keywords="营商环境 法治 执法检查",
)

# A page as a government site prints it, of another session number, so that it never meets a filed case.
PAGE = """网站首页 > 政务公开 > 建议提案 > 市政协提案答复
索引号:govsscj-2022-000118 主题分类:营商环境 发文机关:盘锦市市场监督管理局 成文日期:2022年07月05日
标题:对市政协九届一次会议关于规范集贸市场计量器具（第118号）提案的答复
发文字号:盘市监函〔2022〕9号 发布日期:2022-09-01
主题词:市场 计量
对市政协九届一次会议关于规范集贸市场计量器具（第118号）提案的答复
民革盘锦市委员会：
　　你们提出的关于规范集贸市场计量器具的提案（第118号）已收悉，现答复如下：
　　一、关于统一检定
　　全市三十一家集贸市场的电子秤已经检定一遍，不合格的当场封存。
　　二、关于设公平秤
　　每家市场设了两台公平秤，位置写在入口的示意图上。
　　感谢你们对市场监管工作的关心。
　　特此答复。
盘锦市市场监督管理局
2022年7月5日
"""


def cast_of(world: World, *, helpers: bool = True) -> Cast:
    """The people of the running example: 提案委 files for 民建, 司法局 answers, three bureaus help."""
    opinions = (
        (world.gaj, world.gaj_clerk, "关于涉企案件办理", "涉企报警由专班处理。\n办理进度可以在网上查到。"),
        (
            world.scj,
            world.scj_clerk,
            "关于双随机抽查",
            "1.抽查事项已经合并。全年减少四成。\n2.结果按时公示。",
        ),
        (world.ysj, world.ysj_clerk, "", "政务大厅设有企业诉求窗口，当日转办。"),
    )
    leaders = {world.gaj.pk: world.gaj_leader, world.scj.pk: world.scj_leader, world.ysj.pk: world.ysj_leader}
    return Cast(
        filer=world.committee_staff,
        proposers=(world.minjian,),
        contact=world.minjian_contact,
        committee=world.committee_staff,
        office=world.office_staff,
        lead=world.sfj,
        clerk=world.sfj_clerk,
        reviewer=world.sfj_reviewer,
        leader=world.sfj_leader,
        helpers=tuple(Helper(*who, leader=leaders[who[0].pk]) for who in opinions) if helpers else (),
    )


def case_in(
    world: World,
    stage: Stage,
    *,
    cast: Cast | None = None,
    script: Script = SCRIPT,
    helpers: bool = True,
    renders: bool = True,
) -> Case:
    """A case carried to ``stage`` at the present clock. ``helpers=False``: 独办, which has no 会签; ``renders=False``:
    letters stay queued, so the case cannot go past SIGNED. Same script twice gives two cases with numbers of their own.
    """
    walk = Walk(
        world.session,
        script,
        cast or cast_of(world, helpers=helpers),
        page=PAGE.encode(),
        renders=renders,
    )
    return walk.to(stage)
