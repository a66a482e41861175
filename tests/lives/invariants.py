"""What must hold after every step of every life. Each function asserts one promise of the portal."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from proposals.errors import EditConflict, PortalError
from proposals.models import Assignment, Deadline, Event, Proposal
from proposals.queries import addressed_proposers, wrong_next_due
from proposals.services.verification import verify_events
from replies.documents.letter import digest, from_dict
from replies.models import CoHandlerOpinion, Feedback, FollowUp, Promise, Publication, Redo, Reply
from replies.permissions import visible_replies
from replies.permissions_followup import visible_follow_ups
from replies.services.opinion_signing import opinion_digest
from tests.lives.deeds import MARK, Life
from tests.lives.standing import MACHINES, Place, places

Owed = tuple[int, str, int | None, int | None]  # case, kind of clock, bureau, proposer
AT_WORK = {"pending", "contested", "accepted"}
HANDLED = {"assigned", "suspended", "answered"}


def holds(life: Life) -> None:
    """All of them."""
    one_bureau_leads()
    nothing_unsigned_is_public()
    nobody_reads_too_early(life)
    what_was_signed_stays(life)
    opinions_are_signed_by_their_leader(life)
    no_text_is_lost(life)
    the_chains_verify()
    clocks_of_shares_fit()
    clocks_of_answers_fit()
    assert not wrong_next_due().exists(), "the kept nearest deadline is wrong"


def one_bureau_leads() -> None:
    """A case at work has one bureau that answers, or several that answer separately; no bureau stands in it twice."""
    shares: dict[int, list[Assignment]] = {}
    for share in Assignment.objects.exclude(state="withdrawn"):
        shares.setdefault(share.proposal_id, []).append(share)
    for pk, state in Proposal.objects.exclude(source="imported").values_list("pk", "state"):
        found = shares.get(pk, [])
        if state not in HANDLED:
            assert not found, f"case {pk} is {state} and has bureaus"
            continue
        roles = Counter(share.role for share in found)
        assert len({share.bureau_id for share in found}) == len(found)
        assert set(roles) in ({"sole"}, {"lead"}, {"lead", "co_handler"}, {"separate"}), f"case {pk}: {roles}"
        assert roles["sole"] + roles["lead"] == (0 if roles["separate"] else 1), f"case {pk}: {roles}"


def nothing_unsigned_is_public() -> None:
    """What is out was signed, issued, and released step by step by different people, in exactly these words."""
    for row in Publication.objects.filter(state="published").select_related("reply"):
        assert row.reply.state in {"issued", "confirmed", "superseded"}
        assert row.reply.signed_digest
        assert row.reply.signed_by_id or row.reply.state == "confirmed"
        assert row.letter is not None
        assert digest(from_dict(row.letter)) == row.letter_digest
        decided = list(row.decisions.filter(round=row.round))
        assert [one.decision for one in decided] == ["passed"] * 3
        assert len({one.actor_id for one in decided}) == 3


def nobody_reads_too_early(life: Life) -> None:
    """The proposers read what was issued to them, the public pages' readers nothing else."""
    for person in life.contacts:
        seen = set(visible_replies(person).values_list("state", flat=True))
        assert seen <= {"issued", "confirmed", "superseded"}, f"{person} reads {seen}"
        assert set(visible_follow_ups(person).values_list("state", flat=True)) <= {"issued"}


def the_public_reads_only_what_was_released() -> None:
    """Asked for at the end of a life: the public pages as an anonymous visitor gets them."""
    public = Publication.objects.filter(state="published")
    words = "".join(row.keywords + json.dumps(row.letter, ensure_ascii=False) for row in public)
    allowed = set(MARK.findall(words))
    addresses = [reverse("public-list"), *(reverse("public-page", args=[row.index_number]) for row in public)]
    for address in addresses:
        page = Client().get(address)
        assert page.status_code == 200, address
        assert set(MARK.findall(page.content.decode())) <= allowed, address


def what_was_signed_stays(life: Life) -> None:
    """The text of a signed reply never changes again, nor does the digest it was signed with."""
    for pk, letter, kept in Reply.objects.filter(pk__in=life.signed).values_list(
        "pk", "signed_letter", "signed_digest"
    ):
        assert kept == life.signed[pk] == digest(from_dict(letter or {}))
    for follow_up in FollowUp.objects.filter(state="issued"):
        assert digest(from_dict(follow_up.letter or {})) == follow_up.letter_digest


def opinions_are_signed_by_their_leader(life: Life) -> None:
    """By the rule of this city no opinion reaches the lead unsigned, and none changes after; who wrote it did not
    sign it."""
    assert not CoHandlerOpinion.objects.filter(signed_by=None).exclude(taken_over_at=None, submitted_at=None).exists()
    for row in CoHandlerOpinion.objects.exclude(signed_by=None):
        assert row.signed_digest == opinion_digest(row)
        assert row.signed_digest == life.words.get(row.pk, row.signed_digest)
        assert row.signed_by_id not in {row.written_by_id, row.sent_by_id}
        assert row.signed_post is not None
        assert row.signed_post.role == "leader"


def no_text_is_lost(life: Life) -> None:
    """Every text somebody was told is saved stands in the present row or in an earlier text that was kept."""
    for (kind, pk), marks in life.saved.items():
        text = "".join(_texts(kind, pk))
        lost = {mark for mark in marks if mark not in text}
        assert not lost, f"{kind} {pk} has lost {sorted(lost)}"


def _texts(kind: str, pk: int) -> Iterable[str]:
    match kind:
        case "proposal":
            yield Proposal.objects.values_list("background", flat=True).get(pk=pk)
        case "opinion":
            yield CoHandlerOpinion.objects.values_list("body", flat=True).get(assignment=pk)
        case "follow_up":
            yield FollowUp.objects.values_list("text", flat=True).get(pk=pk)
        case _:
            reply = Reply.objects.get(pk=pk)
            yield reply.opening
            for heading, body in reply.sections.values_list("heading", "body"):
                yield f"{heading}\n{body}"
            for outline in reply.revisions.values_list("outline", flat=True):
                yield json.dumps(outline, ensure_ascii=False)


def the_chains_verify() -> None:
    """No row of any chain of events is missing, altered or out of place."""
    assert verify_events().faults == []


def clocks_of_shares_fit() -> None:
    """Whoever owes a receipt, an answer or an opinion has exactly one running clock for it, and nobody else has."""
    running = Counter(
        Deadline.objects.filter(met_at=None, cancelled_at=None, assignment__isnull=False).values_list(
            "assignment_id", "kind"
        )
    )
    handed_in = set(CoHandlerOpinion.objects.filter(state="submitted").values_list("assignment_id", flat=True))
    for share in Assignment.objects.select_related("proposal", "bureau"):
        is_running = share.proposal.state == "assigned" and share.state in AT_WORK
        wanted = {
            "receipt": is_running and share.state == "pending",
            "reply": is_running and share.is_answering,
            "opinion": is_running and not share.is_answering and share.pk not in handed_in,
        }
        for kind, is_wanted in wanted.items():
            found = running[share.pk, kind]
            assert found == int(is_wanted), f"{share} ({share.state}, {share.proposal.state}): {found} clocks {kind}"


def clocks_of_answers_fit() -> None:
    """The same for what follows an answer: ratings, publication, another answer, promises."""
    open_rows = Deadline.objects.filter(met_at=None, cancelled_at=None)
    running: Counter[Owed] = Counter()
    running.update(open_rows.values_list("proposal_id", "kind", "bureau_id", "proposer_id"))
    for row in open_rows.filter(kind="feedback"):
        assert row.link == reverse("reply-rate", args=[row.reference.removeprefix("reply:")])
    issued = list(Reply.objects.filter(state="issued", is_outdated=False))
    rated = set(Feedback.objects.values_list("reply_id", "proposer_id"))
    wanted: Counter[Owed] = Counter()
    for reply in issued:
        for proposer in addressed_proposers(reply.proposal_id):
            if (reply.pk, proposer.pk) not in rated:
                wanted[reply.proposal_id, "feedback", None, proposer.pk] += 1
    for redo in Redo.objects.filter(state__in=["open", "at_work"]).select_related("reply"):
        wanted[redo.reply.proposal_id, "redo", redo.reply.bureau_id, None] += 1
    for promise in Promise.objects.filter(state__in=["open", "carried_over"]):
        wanted[promise.proposal_id, "promise", promise.bureau_id, None] += 1
    found = Counter({key: count for key, count in running.items() if key[1] in {"feedback", "redo", "promise"}})
    assert found == wanted, f"clocks {found - wanted} too many, {wanted - found} missing"
    out = set(Publication.objects.exclude(published_at=None).values_list("reply_id", flat=True))
    withheld = set(Publication.objects.filter(state="withheld").values_list("reply_id", flat=True))
    for reply in issued:
        count = running[reply.proposal_id, "publication", reply.bureau_id, None]
        expected = 0 if reply.pk in withheld else 1
        assert count == expected or reply.pk in out, f"reply {reply.pk}: {count} clocks of publication"


def steps_stay_on_the_table(before: dict[tuple[type[Model], int], Place], life: Life) -> set[int]:
    """Every state that changed went along the rows of its table, every new row began where a table begins. Gives the
    cases something changed in."""
    touched = set()
    for (model, pk), place in places().items():
        table, _ = MACHINES[model]
        old = before.get((model, pk))
        if old == place:
            continue
        if model is not CoHandlerOpinion or old:  # words begun are told of when they are handed in
            touched.add(place.case)
        ways = {(source, row.target) for row in table.transitions if row.target for source in row.sources}
        starts = {old.state} if old else set(table.initial)
        once = starts | {target for source, target in ways if source in starts}
        twice = once | {target for source, target in ways if source in once}  # a step of the chain may lead to the next
        assert place.state in twice, f"{table.name} {pk}: from {sorted(starts)} to {place.state}"
    return touched


def a_refusal_says_why_and_loses_nothing(refusal: PortalError, life: Life) -> None:
    """The reason is a Chinese sentence; whoever wrote meanwhile gets his own words back."""
    assert re.search(r"[\u4e00-\u9fff]{4}", refusal.message)
    if isinstance(refusal, EditConflict):
        assert life.latest_mark in refusal.mine


def each_change_is_told(touched: set[int], heads: dict[int, int], actor_id: int | None, moment: object) -> None:
    """A case in which a state changed has a new event, by whoever did it, now."""
    for pk in touched:
        told = Event.objects.filter(proposal=pk, number__gt=heads.get(pk, 0))
        assert told, f"nothing tells what changed in case {pk}"
        assert {one.actor_id for one in told} == {actor_id}
        assert {one.at for one in told} == {moment}
        assert all(one.text.strip() for one in told)
