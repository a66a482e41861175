"""Addresses of ``replies``: many letters at once, and books."""

from django.urls import URLPattern, URLResolver, path

from replies.views import bundles

urlpatterns: list[URLPattern | URLResolver] = [
    path("bundles/", bundles.bundle_list, name="bundle-list"),
    path("bundles/new/", bundles.bundle_new, name="bundle-new"),
    path("bundles/<int:pk>/", bundles.bundle_detail, name="bundle-detail"),
    path("bundles/<int:pk>/retry/", bundles.bundle_retry, name="bundle-retry"),
    path("bundles/<int:pk>/delete/", bundles.bundle_delete, name="bundle-delete"),
    path("bundles/files/<int:pk>/", bundles.bundle_file, name="bundle-file"),
]
