"""What is read before an opinion is signed, and after, is what its letter prints; what was taken back is not sent."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Proposal, User
from replies.documents.letter import Letter, from_dict
from replies.models import CoHandlerOpinion, HandlingRule, RenderedDocument
from replies.services.opinion_signing import return_opinion, sign_opinion
from replies.services.opinions import save_opinion, submit_opinion
from replies.structure.outline import section_lines, walk
from tests.replies.drafting.case import assigned, drafted, share_of
from tests.world import World

pytestmark = pytest.mark.django_db
HEADING = "关于执法协作"
BODY = "我局意见如下。\n一、加强巡查\n巡查每周一次。\n（一）夜间。已派专班。\n二、下一步\n继续办理。"


def written(world: World, proposal: Proposal | None = None) -> CoHandlerOpinion:
    share = share_of(proposal or assigned(world), world.gaj)
    return save_opinion(world.gaj_clerk, assignment=share, version=0, heading=HEADING, body=BODY)


def printed(letter: Letter) -> list[str]:
    """The paragraphs of a letter from its opening to its closing."""
    return [letter.opening, *(line for part in walk(letter.body) for line in section_lines(part)), *letter.closing]


def shown(client: Client, user: User, name: str, opinion: CoHandlerOpinion) -> list[str]:
    """The paragraphs of the text on a page."""
    client.force_login(user)
    page = client.get(reverse(name, args=[opinion.assignment_id])).content.decode()
    text = page.split('<article class="letter">')[1].split("</article>")[0]
    return [re.sub(r"<[^>]*>", "", one) for one in re.findall(r"<p[^>]*>(.*?)</p>", text, re.DOTALL)]


def test_every_page_on_which_it_is_read_shows_what_the_letter_prints(world: World, client: Client) -> None:
    opinion = written(world)
    read = [shown(client, world.gaj_clerk, "opinion-submit", opinion)]
    opinion = submit_opinion(world.gaj_clerk, assignment=opinion.assignment)
    read.append(shown(client, world.gaj_leader, "opinion-sign", opinion))
    read.append(shown(client, world.gaj_leader, "opinion-edit", opinion))
    read.append(shown(client, world.gaj_clerk, "opinion-withdraw", opinion))
    sign_opinion(world.gaj_leader, opinion=opinion)
    read.append(shown(client, world.sfj_clerk, "opinion-edit", opinion))
    letter = from_dict(RenderedDocument.objects.get(opinion=opinion).letter)
    assert {HEADING, "一、加强巡查", "（一）夜间。已派专班。"} <= set(printed(letter))
    assert read == [printed(letter)] * 5


def test_what_is_no_letter_is_shown_without_its_phrases(world: World, client: Client) -> None:
    opinion = written(world)
    HandlingRule.objects.create(session=world.session, opinion_signed=False)
    lines = shown(client, world.gaj_clerk, "opinion-submit", opinion)
    assert lines[:2] == [HEADING, "我局意见如下。"]
    assert lines[-1] == "继续办理。"


def test_taking_over_shows_the_numbering_of_the_reply(world: World, client: Client) -> None:
    opinion = written(world, drafted(world).proposal)
    sign_opinion(world.gaj_leader, opinion=submit_opinion(world.gaj_clerk, assignment=opinion.assignment))
    client.force_login(world.sfj_clerk)
    page = client.get(reverse("opinion-take-over", args=[opinion.pk])).content.decode()
    assert "一、关于执法协作" in page
    assert "（一）加强巡查" in page


def test_what_came_back_from_the_leader_is_not_shown_as_sent(world: World, client: Client) -> None:
    opinion = submit_opinion(world.gaj_clerk, assignment=written(world).assignment)
    client.force_login(world.gaj_leader)
    url = reverse("opinion-edit", args=[opinion.assignment_id])
    assert "送签</span>" in client.get(url).content.decode()
    return_opinion(world.gaj_leader, opinion=opinion, comment="请补充。")
    page = client.get(url)
    assert page.status_code == 200
    assert "起草</span>" in page.content.decode()
    assert "送签</span>" not in page.content.decode()
