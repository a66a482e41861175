"""What everybody may read: published replies, nothing else. These views know only published ``Publication`` rows."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from panjin_portal.lib.clock import SHANGHAI
from replies.documents.letter import from_dict
from replies.forms.searching import PublicSearchForm
from replies.models import Publication
from replies.queries import published_years
from replies.services.release import ready_public_files
from replies.views.files import file_response
from replies.views.found import newest, public_hits
from replies.views.metadata_rows import metadata_rows
from replies.views.reading import readable
from replies.workflow import PublicationState

COLUMN, COLUMN_TYPE = "市政协提案答复", "政务公开"
CACHE_SECONDS = 60  # short, so that what is taken down is gone within a minute


@require_safe
def public_list(request: HttpRequest) -> HttpResponseBase:
    """All published replies, the newest first."""
    return _list(request, None)


@require_safe
def public_year(request: HttpRequest, year: int) -> HttpResponseBase:
    """The published replies of one year; a year without any does not exist."""
    return _list(request, year)


def _list(request: HttpRequest, year: int | None) -> HttpResponseBase:
    rows = _published()
    years = published_years()
    if year is not None and year not in years:
        raise Http404("这一年没有公开的答复。")
    if year is not None:
        rows = rows.filter(published_on__year=year)
    form = PublicSearchForm(request.GET)
    query = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = public_hits(rows, query, key=request.GET.get("page")) if query else newest(rows, request.GET.get("page"))
    address = {"q": query} if query else {}
    context = {
        "items": found.items,
        "note": found.note,
        "form": form,
        "query": query,
        "kept": f"?{urlencode(address)}" if address else "",
        "reset_url": request.path if query else "",
        "export_url": f"{reverse('public-export')}?{urlencode(address | ({'year': year} if year else {}))}".rstrip("?"),
        "year": year,
        "years": years,
        "next_url": f"?{urlencode({**address, 'page': found.next_key})}" if found.next_key else "",
        "previous_url": f"?{urlencode({**address, 'page': found.previous_key})}" if found.previous_key else "",
        "crumbs": _crumbs(year),
        "tags": _column_tags(),
    }
    return _cacheable(request, render(request, "public/list.html", context))


@require_safe
def public_page(request: HttpRequest, index_number: str) -> HttpResponseBase:
    """One published reply. What was taken down answers 410 with the reason; anything else does not exist."""
    publication = get_object_or_404(
        Publication.objects.select_related("bureau").filter(
            state__in=[PublicationState.PUBLISHED, PublicationState.UNPUBLISHED]
        ),
        index_number=index_number,
    )
    if publication.state == PublicationState.UNPUBLISHED:
        return _gone(request, publication)
    year = publication.published_on.year if publication.published_on else None
    context = {
        "publication": publication,
        "letter": readable(from_dict(publication.letter or {})),
        "rows": metadata_rows(publication),
        "files": ready_public_files(publication),
        "file_url": reverse("public-file", args=[index_number]),
        "crumbs": _crumbs(year),
        "tags": [*_column_tags(), *_article_tags(publication)],
    }
    return _cacheable(request, render(request, "public/page.html", context))


@require_safe
def public_file(request: HttpRequest, index_number: str) -> HttpResponseBase:
    """A file of a published reply, the PDF or what ``?format=`` names; gone with its page."""
    publication = get_object_or_404(
        Publication.objects.filter(state__in=[PublicationState.PUBLISHED, PublicationState.UNPUBLISHED]),
        index_number=index_number,
    )
    if publication.state == PublicationState.UNPUBLISHED:
        return _gone(request, publication)
    wanted = request.GET.get("format", "pdf")
    document = next((one for one in ready_public_files(publication) if one.format == wanted), None)
    if document is None:
        raise Http404("没有文件。")
    return file_response(request, document, public=True)


def _published() -> QuerySet[Publication]:
    return Publication.objects.filter(state=PublicationState.PUBLISHED)


def _gone(request: HttpRequest, publication: Publication) -> HttpResponse:
    context = {"publication": publication, "crumbs": _crumbs(None)}
    return render(request, "public/gone.html", context, status=410)


def _crumbs(year: int | None) -> list[dict[str, str]]:
    """首页 > 政务公开 > 建议提案 > 市政协提案答复 > {year}年, as on the city's site (DOMAIN section 0)."""
    path = [
        {"label": "首页", "url": reverse("home")},
        {"label": "政务公开", "url": ""},
        {"label": "建议提案", "url": ""},
        {"label": COLUMN, "url": reverse("public-list")},
    ]
    if year is not None:
        path.append({"label": f"{year}年", "url": reverse("public-year", args=[year])})
    return path


def _column_tags() -> list[tuple[str, str]]:
    """Site and column tags (DOMAIN 4.2)."""
    return [
        ("SiteName", settings.SITE_NAME),
        ("SiteDomain", urlsplit(settings.PUBLIC_BASE_URL).netloc),
        ("SiteIDCode", settings.SITE_ID_CODE),
        ("ColumnName", COLUMN),
        ("ColumnDescription", "市政府各部门对市政协提案的答复"),
        ("ColumnKeywords", "政协提案,提案答复,建议提案"),
        ("ColumnType", COLUMN_TYPE),
    ]


def _article_tags(publication: Publication) -> list[tuple[str, str]]:
    """Article tags (DOMAIN 4.2). ``PubDate`` is the day of publication; its minute where the portal published it."""
    moment = _shanghai(publication.published_at)
    day = publication.published_on
    is_own_day = moment is not None and day == moment.date()
    pub_date = f"{moment:%Y-%m-%d %H:%M}" if is_own_day else f"{day:%Y-%m-%d} 00:00"
    address = f"{settings.PUBLIC_BASE_URL}{reverse('public-page', args=[publication.index_number])}"
    return [
        ("ArticleTitle", publication.title),
        ("PubDate", pub_date),
        ("ContentSource", publication.issuing_body or publication.bureau.name),
        ("Keywords", ",".join(publication.keywords.split())),
        ("Author", publication.bureau.name),
        ("Description", publication.title),
        ("Url", address),
    ]


def _shanghai(moment: datetime | None) -> datetime | None:
    return moment.astimezone(SHANGHAI) if moment else None


def _cacheable(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Let strangers' browsers and proxies keep the page for a minute; a signed-in person's copy is his own."""
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
        return response
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
