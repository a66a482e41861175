"""Papers made when somebody asks: who is addressed, which days, whose words; and whose link is on a form."""

from __future__ import annotations

import io
from datetime import date

import pdfplumber
import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import day_of
from proposals.errors import NotAllowed, WrongStage
from proposals.models import Event, FeedbackField, Post, Proposer, Role
from proposals.queries import addressed_proposers
from proposals.services.slips import issue_slip
from proposals.services.urging import urge
from replies.documents.letter import plain_text
from replies.documents.pdf import render_pdf
from replies.documents.ruled import RuledForm, form_places
from replies.models import RatingLink, Reply
from replies.services.notices_on_paper import assignment_notice, slip_notice, urging_notice
from replies.services.rating_links import hash_of, send_link, token_of
from replies.services.sheets import NO_LOG_IN, approval_sheet, feedback_form
from tests.factories import Stage, case_in
from tests.replies.drafting.case import reviewing
from tests.world import World, appoint

pytestmark = pytest.mark.django_db


def text_of(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return "".join("".join(c["text"] for c in page.chars) for page in pdf.pages).replace(" ", "")


def test_the_assignment_notice_names_every_bureau_its_share_and_its_days(world: World) -> None:
    case = case_in(world, Stage.ACCEPTED)
    text = plain_text(assignment_notice(case.proposal))
    lead = case.proposal.deadlines.get(kind="reply", bureau=world.sfj)
    opinion = case.proposal.deadlines.get(kind="opinion", bureau=world.gaj)
    assert "主办：盘锦市司法局。" in text
    assert f"会办：{world.gaj.name}。" in text
    assert f"{long_date(lead.due_on)}{'（暂定）' if lead.is_provisional else ''}前答复提案者" in text
    assert f"{long_date(opinion.due_on)}{'（暂定）' if opinion.is_provisional else ''}前把会办意见送主办单位" in text
    assert case.proposal.label in text
    assert text.splitlines()[0] == world.supervision.name


def test_there_is_no_notice_before_the_case_is_assigned(world: World) -> None:
    with pytest.raises(WrongStage, match="还没有交办"):
        assignment_notice(case_in(world, Stage.REGISTERED).proposal)


def test_the_urging_on_paper_has_number_addressee_and_text_once(world: World) -> None:
    case = case_in(world, Stage.ACCEPTED)
    urging = urge(world.office_staff, proposal=case.proposal, text="{单位}：\n请抓紧办理{事项}。", key="k")
    letter = urging_notice(urging)
    assert letter.number == str(urging)
    assert letter.signers == (world.supervision.name,)
    assert world.sfj.name in letter.addressee
    named, *lines = [line for section in letter.body for line in section.paragraphs]
    assert lines == urging.text.splitlines()[1:]
    assert f"《{case.proposal.title}》（{case.proposal.label}）" in named


def test_an_addressee_in_front_of_the_first_sentence_is_not_printed_twice(world: World) -> None:
    case = case_in(world, Stage.ACCEPTED)
    urging = urge(world.office_staff, proposal=case.proposal, text="{单位}：请抓紧办理。", key="k")
    [section] = urging_notice(urging).body
    assert section.paragraphs[1:] == ("请抓紧办理。",)


def test_a_text_that_names_the_case_is_left_as_it_is(world: World) -> None:
    case = case_in(world, Stage.ACCEPTED)
    urging = urge(world.office_staff, proposal=case.proposal, text="{案由}（{提案号}）请抓紧办理。", key="k")
    [section] = urging_notice(urging).body
    assert section.paragraphs == (f"{case.proposal.title}（{case.proposal.label}）请抓紧办理。",)


def test_the_slip_on_paper_says_what_is_demanded_and_by_when(world: World) -> None:
    case = case_in(world, Stage.ACCEPTED)
    slip = issue_slip(world.office_staff, proposal=case.proposal, bureau=world.sfj, text="请报送进展。", key="k")
    text = plain_text(slip_notice(slip))
    assert "请报送进展。" in text
    assert f"{long_date(slip.due_on)}" in text
    assert str(slip) in text


def test_the_approval_sheet_tells_who_drafted_reviewed_countersigned_and_signed(world: World) -> None:
    reply = case_in(world, Stage.SIGNED).reply
    cells = {cell.label: cell.text for row in approval_sheet(reply).rows for cell in row.cells}
    for label, person in (("拟稿", world.sfj_clerk), ("核稿", world.sfj_reviewer), ("签发", world.sfj_leader)):
        assert str(person) in cells[label]
        assert "年" in cells[label]
    assert str(world.gaj_leader) in cells["会签"] or str(world.gaj_clerk) in cells["会签"]
    assert cells["发文字号"] == reply.document_number
    assert cells["标题"] == reply.title


def test_the_sheet_of_a_draft_that_was_never_sent_says_what_to_do(world: World) -> None:
    with pytest.raises(WrongStage, match="送核稿后"):
        approval_sheet(case_in(world, Stage.DRAFTING).reply)


def test_the_form_printed_by_the_bureau_has_no_way_in_of_its_own(world: World) -> None:
    reply, proposer = issued_with_link(world)
    form = feedback_form(world.sfj_clerk, reply=reply, proposer=proposer)
    assert form.link.endswith(reverse("reply-rate", args=[reply.pk]))


def test_the_form_printed_by_the_office_has_the_proposers_own_live_link(world: World) -> None:
    reply, proposer = issued_with_link(world)
    form = feedback_form(world.committee_staff, reply=reply, proposer=proposer)
    token = form.link.rstrip("/").rpartition("/")[2]
    assert RatingLink.objects.get(token_hash=hash_of(token)).proposer == proposer
    assert "只供本人使用一次" in form.link_note


def test_somebody_of_the_office_who_works_at_the_bureau_too_gets_no_link(world: World) -> None:
    reply, proposer = issued_with_link(world)
    appoint(world.committee_staff, Role.CLERK, bureau=world.sfj)
    form = feedback_form(world.committee_staff, reply=reply, proposer=proposer)
    assert "/rate/" in form.link
    assert form.link.endswith(reverse("reply-rate", args=[reply.pk]))


def test_a_proposer_without_account_is_told_of_paper_and_never_to_log_in(world: World) -> None:
    reply = case_in(world, Stage.ISSUED).reply
    proposer = addressed_proposers(reply.proposal_id)[0]
    Post.objects.filter(proposer=proposer).update(starts_on=date(2000, 1, 1), ends_on=date(2000, 1, 2))
    form = feedback_form(world.sfj_clerk, reply=reply, proposer=proposer)
    assert (form.link, form.link_note) == ("", "")
    assert "".join(form.remarks) == NO_LOG_IN
    text = text_of(render_pdf(form).content)
    assert "由提案委代为录入，不需要登录平台" in text
    assert "/rate/" not in text
    assert "扫码" not in text


def test_a_proposer_without_account_is_reminded_of_the_link_in_his_mail_and_nobody_else_gets_it(world: World) -> None:
    reply, proposer = issued_with_link(world)
    Post.objects.filter(proposer=proposer).update(starts_on=date(2000, 1, 1), ends_on=date(2000, 1, 2))
    form = feedback_form(world.sfj_clerk, reply=reply, proposer=proposer)
    row = RatingLink.objects.get()
    assert form.link == ""
    assert "邮箱的评价链接评价" in form.remarks[1]
    assert long_date(day_of(row.expires_at)) in form.remarks[1]
    assert token_of(row.salt) not in plain_text_of(form)
    assert token_of(row.salt) in feedback_form(world.committee_staff, reply=reply, proposer=proposer).link


def test_printing_a_form_is_recorded_without_the_link(world: World) -> None:
    reply, proposer = issued_with_link(world)
    form = feedback_form(world.committee_staff, reply=reply, proposer=proposer)
    event = Event.objects.get(kind="print_feedback_form")
    assert event.data == {"reply": reply.pk, "proposer": proposer.pk, "with_link": True}
    assert form.link.rstrip("/").rpartition("/")[2] not in f"{event.text}{event.data}"


def test_a_co_handler_prints_no_forms(world: World) -> None:
    reply, proposer = issued_with_link(world)
    with pytest.raises(NotAllowed):
        feedback_form(world.gaj_clerk, reply=reply, proposer=proposer)


def test_the_form_asks_the_sessions_questions_with_boxes(world: World) -> None:
    reply, proposer = issued_with_link(world)
    FeedbackField.objects.create(session=world.session, code="way", label="沟通方式", options="电话\n当面")
    form = feedback_form(world.sfj_clerk, reply=reply, proposer=proposer)
    cells = {cell.label: cell.text for row in form.rows for cell in row.cells}
    assert cells["沟通方式"] == "□电话　□当面"
    assert cells["办理结果"] == "□满意　□基本满意　□不满意"


def test_a_form_with_five_questions_and_a_long_title_is_one_side_with_its_code(world: World) -> None:
    reply, proposer = issued_with_link(world)
    FeedbackField.objects.filter(session=world.session).delete()
    for n in range(5):
        FeedbackField.objects.create(session=world.session, code=f"q{n}", label=f"问题{n}", options="是\n否")
    reply.proposal.title = "关于推动盘锦市营商环境法治化建设" * 3
    reply.proposal.save(update_fields=["title"])
    pdf = render_pdf(feedback_form(world.committee_staff, reply=reply, proposer=proposer))
    assert pdf.pages == 1
    assert "/rate/" in text_of(pdf.content)


def test_a_clerk_gets_the_form_as_a_pdf_that_no_cache_keeps(world: World, client: Client) -> None:
    reply, proposer = issued_with_link(world)
    client.force_login(world.sfj_clerk)
    page = client.get(reverse("reply-forms", args=[reply.pk]))
    assert proposer.name in page.content.decode()
    response = client.post(reverse("reply-forms", args=[reply.pk]), {"proposer": proposer.pk})
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    text = text_of(response.content)
    assert "提案办理情况征询意见表" in text
    assert proposer.name in text


def test_a_form_asked_for_before_the_signature_is_no_change(world: World, client: Client) -> None:
    client.force_login(world.sfj_clerk)
    answer = client.get(reverse("reply-forms", args=[reviewing(world).pk]))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<h1>这一步现在不能办</h1>" in page
    assert "答复签发后才能印制征询意见表。" in page


def test_somebody_elses_proposer_is_no_choice(world: World, client: Client) -> None:
    reply, _ = issued_with_link(world)
    client.force_login(world.sfj_clerk)
    response = client.post(reverse("reply-forms", args=[reply.pk]), {"proposer": 999_999})
    assert response.status_code == 400


def plain_text_of(form: RuledForm) -> str:
    """Every text of the form."""
    return "\n".join(text for _, text in form_places(form))


def issued_with_link(world: World) -> tuple[Reply, Proposer]:
    """An issued reply and its first proposer, who has a live link."""
    reply = case_in(world, Stage.ISSUED).reply
    proposer = addressed_proposers(reply.proposal_id)[0]
    proposer.email = "p@example.org"
    proposer.save()
    send_link(world.committee_staff, reply=reply, proposer=proposer)
    return reply, proposer
