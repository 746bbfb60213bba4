"""URLs of a project that has Django's own pages for passwords."""

from django.urls import include, path

from example_project.urls import urlpatterns as example

urlpatterns = [path("accounts/", include("django.contrib.auth.urls")), *example]
