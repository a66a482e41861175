"""Addresses of ``replies``: files, issue, rating, publication, public pages, import."""

from django.urls import URLPattern, URLResolver, path

from replies.views import documents, feedback, import_batches, import_items, importing, public, publication

urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/<int:pk>/", documents.document_detail, name="document-detail"),
    path("documents/<int:pk>/file/", documents.document_file, name="document-file"),
    path("documents/<int:pk>/make/", documents.document_make, name="document-make"),
    path("documents/<int:pk>/retry/", documents.document_retry, name="document-retry"),
    path("replies/<int:pk>/issue/", documents.reply_issue, name="reply-issue"),
    path("replies/<int:pk>/rate/", feedback.reply_rate, name="reply-rate"),
    path("replies/<int:pk>/publication/", publication.publication_prepare, name="publication-prepare"),
    path("publications/<int:pk>/", publication.publication_detail, name="publication-detail"),
    path("publications/<int:pk>/start/", publication.publication_start, name="publication-start"),
    path("publications/<int:pk>/decide/", publication.publication_decide, name="publication-decide"),
    path("publications/<int:pk>/unpublish/", publication.publication_unpublish, name="publication-unpublish"),
    path("publications/<int:pk>/withhold/", publication.publication_withhold, name="publication-withhold"),
    path("publications/<int:pk>/lift/", publication.publication_lift, name="publication-lift"),
    path("public/", public.public_list, name="public-list"),
    path("public/<int:year>/", public.public_year, name="public-year"),
    path("public/<str:index_number>/", public.public_page, name="public-page"),
    path("public/<str:index_number>/file/", public.public_file, name="public-file"),
    path("imports/new/", import_batches.import_new, name="import-new"),
    path("imports/<int:pk>/", import_batches.import_batch, name="import-batch"),
    path("imports/<int:pk>/store/", import_batches.import_batch_store, name="import-batch-store"),
    path("imports/items/<int:pk>/", import_items.import_item, name="import-item"),
    path("imports/items/<int:pk>/store/", import_items.import_item_store, name="import-item-store"),
    path("imports/items/<int:pk>/drop/", import_items.import_item_drop, name="import-item-drop"),
    path("imports/items/<int:pk>/file/", import_items.import_item_file, name="import-item-file"),
    path("replies/<int:pk>/import/", importing.import_confirm, name="import-confirm"),
    path("replies/<int:pk>/source/", importing.import_source, name="import-source"),
    path("replies/<int:pk>/revise/", importing.reply_revise, name="reply-revise"),
]
