"""The URLs, to be included in a project's, after its own."""

from django.urls import path, register_converter
from django.urls.resolvers import RegexPattern

from drupal_jwt_auth import token_urls
from drupal_jwt_auth.auth.views.password_page import PasswordPage, PasswordPageDone
from drupal_jwt_auth.jsonapi.routes import ResourceEntityTypeConverter
from drupal_jwt_auth.jsonapi.views import CollectionView, IndividualView
from drupal_jwt_auth.rest.aliases import AliasPattern
from drupal_jwt_auth.rest.configuration import ConfigEntityTypeConverter
from drupal_jwt_auth.rest.routes import entity_urls
from drupal_jwt_auth.views import (
    ConfigEntityView,
    LoginStatusView,
    LoginView,
    LogoutView,
    NodeCreateView,
    NodeView,
    PasswordView,
    PrivateFileView,
    RegistrationView,
    SessionTokenView,
    UploadView,
    other_path,
)

app_name = "drupal_jwt_auth"

register_converter(ConfigEntityTypeConverter, "config_entity_type")
register_converter(ResourceEntityTypeConverter, "resource_entity_type")

urlpatterns = [
    *token_urls.urlpatterns,
    path("user/register", RegistrationView.as_view(), name="user_register"),
    path("user/password", PasswordView.as_view(), name="user_password"),
    path("user/reset/done", PasswordPageDone.as_view(), name="password_page_done"),
    path("user/reset/<uidb64>/<token>", PasswordPage.as_view(), name="password_page"),
    path("user/login", LoginView.as_view(), name="login"),
    path("user/login_status", LoginStatusView.as_view(), name="login_status"),
    path("user/logout", LogoutView.as_view(), name="logout"),
    path("session/token", SessionTokenView.as_view(), name="session_token"),
    # Where it was in Drupal 8.0, and some clients still ask for it.
    path("rest/session/token", SessionTokenView.as_view(), name="rest_session_token"),
    *entity_urls(views={"node": (NodeCreateView, NodeView)}),
    path(
        "file/upload/<str:entity_type_id>/<str:bundle>/<str:field>",
        UploadView.as_view(),
        name="upload",
    ),
    path("system/files/<path:path>", PrivateFileView.as_view(), name="private_file"),
    path(
        "jsonapi/<resource_entity_type:entity_type>/<str:bundle>",
        CollectionView.as_view(),
        name="jsonapi_collection",
    ),
    path(
        "jsonapi/<resource_entity_type:entity_type>/<str:bundle>/<str:uuid>",
        IndividualView.as_view(),
        name="jsonapi_individual",
    ),
    path(
        "entity/<config_entity_type:entity_type>/<str:id>",
        ConfigEntityView.as_view(),
        name="config_entity",
    ),
    AliasPattern(RegexPattern(r"^(?P<path>[\s\S]+)$", is_endpoint=True), other_path),
]
