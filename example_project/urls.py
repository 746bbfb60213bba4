"""URLs of the example project: a start page, the admin, and the API at the root."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

from example_project.views import public_file, start_page

handler404 = "drupal_jwt_auth.views.page_not_found"

urlpatterns = [
    path("", start_page),
    path("admin/", admin.site.urls),
    # For development: a real server serves the files of the site itself.
    *static(settings.MEDIA_URL, view=public_file),
    path("", include("drupal_jwt_auth.urls")),
]
