"""Lines in people's notice lists: what happened and where to go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.kept import Kept, insert
from proposals.models import Assignment, Notice, Post, Proposal, Role, User
from proposals.queries import case_and_merged
from proposals.services.notice_wording import Said, in_words, plainly
from proposals.workflow import AssignmentState

COUNTED_UP_TO = 99


def holders_of(*, roles: Iterable[str], bureau_id: int | None = None, proposer_ids: Iterable[int] = ()) -> list[int]:
    """Keys of the people who hold one of ``roles`` today, at the bureau or for the proposers when given; each once."""
    bureaus = None if bureau_id is None else (bureau_id,)
    found = people_holding(today(), tuple(dict.fromkeys(roles)), bureaus, tuple(dict.fromkeys(proposer_ids)) or None)
    return list(dict.fromkeys(found))


@Kept
def people_holding(
    day: date,
    roles: tuple[str, ...],
    bureaus: tuple[int, ...] | None,
    proposers: tuple[int, ...] | None,
    is_main: bool = False,
) -> QuerySet[Post, int]:
    """Keys of the people who hold one of ``roles`` on ``day``, once for each such post; ``None``: wherever, for whom
    ever. ``is_main``: of leaders only the main ones."""
    posts = Post.objects.held_on(day).filter(role__in=roles)
    if is_main:
        posts = posts.filter(is_main_leader=True)
    if bureaus is not None:
        posts = posts.filter(bureau_id__in=bureaus)
    if proposers is not None:
        posts = posts.filter(proposer_id__in=proposers)
    return posts.values_list("user_id", flat=True)


def contacts_of(proposal: Proposal) -> list[int]:
    """Keys of the contacts of all proposers of ``proposal`` who hold that post today, each once (one query)."""
    posts = Post.objects.held_on(today()).filter(role=Role.PROPOSER, proposer__proposals=proposal)
    return _people(posts)


def clerks_of(bureau_ids: Iterable[int], *, still_in: Proposal | None = None) -> list[int]:
    """Keys of the clerks of these bureaus who hold that post today, each once (one query). ``still_in``: only of those
    that have a share in the case now; who was taken off it hears nothing more."""
    posts = Post.objects.held_on(today()).filter(role=Role.CLERK, bureau_id__in=list(bureau_ids))
    if still_in is not None:
        shares = Assignment.objects.filter(proposal=still_in, bureau=OuterRef("bureau"))
        posts = posts.filter(Exists(shares.exclude(state=AssignmentState.WITHDRAWN)))
    return _people(posts)


def staff_of(bureau_ids: Iterable[int]) -> list[int]:
    """Keys of the clerks, reviewers and leaders of these bureaus who hold that post today, each once (one query)."""
    posts = Post.objects.held_on(today()).filter(
        role__in=(Role.CLERK, Role.REVIEWER, Role.LEADER), bureau_id__in=list(bureau_ids)
    )
    return _people(posts)


def _people(posts: QuerySet[Post]) -> list[int]:
    return list(dict.fromkeys(posts.values_list("user_id", flat=True)))


def clerks_by_bureau(bureau_ids: Iterable[int]) -> dict[int, list[User]]:
    """The clerks of these bureaus who hold that post today, bureau by bureau (one query)."""
    found: dict[int, list[User]] = {pk: [] for pk in bureau_ids}
    posts = Post.objects.held_on(today()).filter(role=Role.CLERK, bureau_id__in=list(found))
    for post in posts.select_related("user"):
        if post.bureau_id is not None and post.user not in found[post.bureau_id]:
            found[post.bureau_id].append(post.user)
    return found


@dataclass(frozen=True)
class Telling:
    """``text`` with ``link``, for ``people`` (they or their keys)."""

    people: Iterable[User | int]
    text: Said | str
    link: str


def notify(people: Iterable[User | int], *, text: Said | str, link: str, but: User | None = None) -> None:
    """Put ``text`` with ``link`` into each person's list, except the one who acted."""
    notify_each(Telling(people, text, link), but=but)


def notify_each(*tellings: Telling, but: User | None = None) -> None:
    """Several circles of people, each told something else, in one statement. The mails follow from these rows."""
    moment = now()
    rows: list[Notice] = []
    for telling in tellings:
        people = [person for person in map(_key, telling.people) if but is None or person != but.pk]
        if people:
            rows += notice_rows(people, telling.text, telling.link, moment)
    insert(rows)


def notice_rows(people: Iterable[int], text: Said | str, link: str, moment: datetime) -> list[Notice]:
    """The rows, not yet stored, that tell ``people`` (keys) ``text``. A plain sentence is told as it stands; what a
    step says is a ``Said``, so that a city can word it."""
    said = text if isinstance(text, Said) else plainly(text)
    words = in_words(said)
    return [
        Notice(
            recipient_id=person,
            kind=said.kind.code,
            subject=words.subject,
            text=words.text,
            link=link,
            case_id=said.case_id,
            awaits_mail=True,
            created_at=moment,
        )
        for person in people
    ]


def _key(person: User | int) -> int:
    return person if isinstance(person, int) else person.pk


def tellings_of_case(main: Proposal, said: Said, to_merged: Said) -> list[Telling]:
    """``said`` for the contacts of ``main``, ``to_merged`` for those of what was merged into it, each with the page of
    his own case: the main one is not theirs to open (one query)."""
    people: dict[int, dict[int, None]] = {}
    for pk, person in _contacts(main.pk, today()):
        people.setdefault(pk or main.pk, {})[person] = None
    return [
        Telling(tuple(found), said if pk == main.pk else to_merged.about(pk), reverse("proposal-detail", args=[pk]))
        for pk, found in people.items()
    ]


@Kept
def _contacts(main: int, day: date) -> QuerySet[Post, tuple[int | None, int]]:
    case = "proposer__proposal_proposers__proposal"
    of_case = {f"{case}__in": case_and_merged(main).values("pk")}
    # One join: named again in the same query, so that the case found is one of those asked for.
    posts = Post.objects.held_on(day).filter(**of_case, role=Role.PROPOSER).annotate(case_id=F(f"{case}_id"))
    return posts.values_list("case_id", "user_id")


def unread_count(person: User) -> int:
    """How many notices ``person`` has not opened, counted no further than ``COUNTED_UP_TO`` (a partial index)."""
    return len(_unread(person.pk))


@Kept
def _unread(person: int) -> QuerySet[Notice, int]:
    return Notice.objects.filter(recipient=person, read_at=None).order_by().values_list("pk", flat=True)[:COUNTED_UP_TO]


def mark_read(person: User, *, notice: Notice | None = None) -> int:
    """Mark one notice, or all of them, as read by ``person``; gives the number that were unread. A second time does
    nothing, and other people's notices are never touched."""
    unread = Notice.objects.filter(recipient=person, read_at=None)
    return (unread.filter(pk=notice.pk) if notice else unread).update(read_at=now())
