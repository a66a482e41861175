"""Where every random life begins: the small city with full bureaus, and a case in each stage people linger in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from panjin_portal.lib.clock import SHANGHAI
from proposals.models import Role, User
from proposals.services.assignment import assign
from proposals.services.handling import accept_assignment
from proposals.services.merging import merge
from replies.demo.script import Cast, Helper, Script
from replies.models import Reply
from replies.services.checklist import Mark, active_items
from replies.services.clearance import pass_review, send_to_review
from replies.services.drafting import start_reply
from replies.services.rendering import render_document
from replies.services.saving import Part, SectionText, save_parts
from replies.services.sections import add_section
from replies.services.signing import sign_reply
from tests.factories import SCRIPT, Case, Stage, Step, case_in, cast_of
from tests.proposals.stages import registered, submitted
from tests.replies.following.stages import PROMISING
from tests.world import World, appoint, person

BEGIN = datetime(2022, 3, 1, 9, 0, tzinfo=SHANGHAI)
STAGES = (
    Stage.SUBMITTED,
    Stage.REGISTERED,
    Stage.ASSIGNED,
    Stage.ACCEPTED,
    Stage.DRAFTING,
    Stage.COUNTERSIGNING,
    Stage.SIGNING,
)


def fill_posts(world: World) -> list[User]:
    """Every bureau can carry a case alone: each gets a reviewer and a leader. Gives everybody."""
    more = []
    for bureau in (world.sfj, world.gaj, world.scj, world.ysj):
        for role, name in ((Role.CLERK, "办"), (Role.REVIEWER, "审"), (Role.LEADER, "领")):
            one = person(f"{bureau.code}_{role}_2", f"{bureau.short_name}{name}")
            post = appoint(one, role, bureau=bureau)
            if role == Role.LEADER:
                post.is_main_leader = True
                post.save()
            more.append(one)
    return [*(one for one in vars(world).values() if isinstance(one, User)), *more]


def begin(world: World) -> None:
    """The cases people find, each with an invented title of its own."""
    for number, stage in enumerate(STAGES):
        case_in(world, stage, script=_titled(number), cast=_short_cast(world))
    case_in(world, Stage.RATED, script=replace(PROMISING, title="关于园区联合检查的建议"))
    case_in(world, Stage.RELEASING, script=_titled(20), helpers=False)
    main = Case(world.session, _titled(21), cast_of(world, helpers=False)).to(Stage.SUBMITTED)
    along = submitted(world, by=world.member_user, proposer_ids=(world.member.pk,), title="关于园区法律服务站的建议")
    merge(world.committee_staff, proposal=along, main=main.proposal)
    for step in ("register", "assign", "accept", "draft", "send", "review", "sign", "issue"):
        main.do(Step(step))
    answered_separately(world)


def answered_separately(world: World) -> None:
    """分办: two bureaus, each with its own signed answer, none of them issued yet."""
    proposal = registered(world, title="关于公园长椅的建议")
    shares = assign(world.office_staff, proposal=proposal, separate=[world.sfj, world.gaj])
    people = {world.sfj.pk: ("sfj_clerk", "sfj_reviewer", "sfj_leader")}
    people[world.gaj.pk] = ("gaj_clerk", "gaj_reviewer_2", "gaj_leader_2")
    best = world.session.result_scheme.classes.get(code="A")
    for share in shares:
        clerk, reviewer, leader = (User.objects.get(username=name) for name in people[share.bureau_id])
        accept_assignment(clerk, assignment=share)
        reply = start_reply(clerk, assignment=share)
        row = add_section(clerk, reply=reply)
        asks = frozenset(proposal.asks.values_list("pk", flat=True))
        text = SectionText("关于长椅", body="今年添置六十张。", ask_ids=asks)
        save_parts(clerk, reply=reply, parts=[Part(f"s{row.pk}", row.version, text)])
        Reply.objects.filter(pk=reply.pk).update(result_class=best)
        send_to_review(clerk, reply=reply)
        pass_review(reviewer, reply=reply, marks={item.pk: Mark(True) for item in active_items()})
        reply = sign_reply(leader, reply=reply, result_class=best)
        render_document(reply.documents.get().pk)


def _titled(number: int) -> Script:
    return replace(SCRIPT, title=f"关于第{number}件小事的建议")


def _short_cast(world: World) -> Cast:
    cast = cast_of(world)
    helpers: tuple[Helper, ...] = cast.helpers[:2]
    return replace(cast, helpers=helpers)
