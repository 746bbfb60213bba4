"""URLs of the example project: the admin, and the API at the root."""

from django.contrib import admin
from django.urls import include, path

handler404 = "drupal_jwt_auth.views.page_not_found"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("drupal_jwt_auth.urls")),
]
