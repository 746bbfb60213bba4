"""The app under a prefix, and a view of the project's own."""

from django.urls import include, path
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drupal_jwt_auth.auth.authentication import JWTAuthentication


class WhoAmI(APIView):
    """Who asks."""

    authentication_classes = (JWTAuthentication,)
    permission_classes = (IsAuthenticated,)
    renderer_classes = (JSONRenderer,)
    versioning_class = None

    def get(self, request: Request) -> Response:
        return Response({"id": str(request.user.pk)})


urlpatterns = [
    path("whoami", WhoAmI.as_view()),
    path("api/", include("drupal_jwt_auth.urls")),
]
