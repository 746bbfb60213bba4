"""The app, and nothing else."""

from django.urls import include, path

urlpatterns = [path("", include("drupal_jwt_auth.urls"))]
