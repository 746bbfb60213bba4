"""The URLs of tokens alone, for a project that has nothing of Drupal's content."""

from django.urls import path

from drupal_jwt_auth.views import IdTokenView, JWKSView, RefreshView, RevokeView, UserInfoView

app_name = "drupal_jwt_auth"

urlpatterns = [
    path("rest_api/id_token", IdTokenView.as_view(), name="id_token"),
    path("rest_api/jwks", JWKSView.as_view(), name="jwks"),
    path("rest_api/refresh", RefreshView.as_view(), name="refresh"),
    path("rest_api/revoke", RevokeView.as_view(), name="revoke"),
    path("rest_api/userinfo", UserInfoView.as_view(), name="userinfo"),
]
