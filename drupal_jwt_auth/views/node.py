"""``/node`` and ``/node/{node}``: nodes as resources."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, NoReturn

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated, NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drupal_jwt_auth import access
from drupal_jwt_auth.accounts import Account
from drupal_jwt_auth.authentication import AcceptedMethods
from drupal_jwt_auth.authentication.refusals import refused_login
from drupal_jwt_auth.http.paths import read_entity_id, site_root
from drupal_jwt_auth.http.views import NO_BODY, site_url
from drupal_jwt_auth.models import Node
from drupal_jwt_auth.models.node import node_path
from drupal_jwt_auth.permissions import TokenRequired
from drupal_jwt_auth.references import bring_targets
from drupal_jwt_auth.serializers import NodeSerializer
from drupal_jwt_auth.serializers.violations import as_entity_error
from drupal_jwt_auth.storage import node_to_delete, node_to_write
from drupal_jwt_auth.structure import likely_references
from drupal_jwt_auth.transactions import locked
from drupal_jwt_auth.views.guarded import GuardedView
from drupal_jwt_auth.views.node_links import node_links
from drupal_jwt_auth.views.writing import WritingView


class NodeAccess(BasePermission):
    """Drupal's access rules for nodes, with Drupal's reason as the message."""

    message: str

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the account may do to the node what the request asks for."""
        resource: Any = view
        result: access.AccessResult = resource.get_access()
        self.message = result.reason
        return result.allowed


class NodeResource(GuardedView, WritingView):
    """What the node views share: who asks, and that refusals are Drupal's."""

    authentication_classes: Sequence[type[BaseAuthentication]] = AcceptedMethods()
    permission_classes = (TokenRequired, NodeAccess)
    serializer_class: ClassVar[type[NodeSerializer]] = NodeSerializer

    @cached_property
    def account(self) -> Account:
        """Return who asks."""
        return Account(self.request.user)

    def get_serializer(self, *args: Any, **kwargs: Any) -> NodeSerializer:
        """Return a serializer that acts for the account; without a request, for nobody.

        Whoever writes a schema of the project asks for one.
        """
        if "context" not in kwargs and getattr(self, "request", None) is not None:
            kwargs["context"] = {"request": self.request, "view": self, "account": self.account}
        return self.serializer_class(*args, **kwargs)

    def absolute_url(self, node: Node) -> str:
        """Return the URL of a node; an alias saved without a slash is shown without, as it is."""
        return site_url(self.request) + node_path(node, site_root(self.request))

    @abstractmethod
    def get_access(self) -> access.AccessResult:
        """Return whether the account may do what the request asks for."""

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        """Refuse; wrong credentials for the reason that an anonymous user may not, as in Drupal."""
        if refused_login(request):
            result = self.get_access()
            raise PermissionDenied("" if result.allowed else result.reason)
        super().permission_denied(request, message, code)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an anonymous client that is refused with what is missing, if nothing was sent.

        What is found wrong while a node is saved is answered as what is wrong with the document.
        """
        if self.request.method not in SAFE_METHODS and isinstance(
            exc, ValidationError | DjangoValidationError
        ):
            exc = as_entity_error(exc)
        is_anonymous = isinstance(exc, PermissionDenied) and not (
            self.request.successful_authenticator or refused_login(self.request)
        )
        return super().handle_exception(NotAuthenticated() if is_anonymous else exc)


class NodeCreateView(NodeResource):
    """``POST /node``: create a node of the type that the document names."""

    methods = ("POST",)
    methods_of_options = ("POST",)

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Open the transaction in which the node is made, for those who may make one."""
        self.check_permissions(request)
        self.in_transaction(locked(Node))

    def get_access(self) -> access.AccessResult:
        """Return whether the account may create nodes of any type."""
        return access.any_access(self.account, "create")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Save the node and answer 201 with where it is, and all of it."""
        serializer = self.get_serializer(data=self.document(request))
        serializer.is_valid(raise_exception=True)
        node = serializer.save()
        return Response(serializer.data, status=201, headers={"Location": self.absolute_url(node)})


class NodeView(NodeResource):
    """``GET``, ``PATCH`` and ``DELETE /node/{node}``, and the same at an alias of the node."""

    methods = ("GET", "HEAD", "DELETE", "PATCH")
    # Drupal's HTML page at the same path takes GET and POST.
    methods_of_options = ("GET", "POST", "DELETE", "PATCH")
    operations = {"PATCH": "edit", "DELETE": "delete"}
    node: Node

    def load(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the node that the path names, and lock one to be written; raise NotFound (404).

        Strangers lock nothing, and make nothing be read: what can be told of them is told before.
        """
        if not self.may_write_some:
            self.use(Node.objects.at(*self.address))
            if self.operation is not None:
                self.check_permissions(request)
        if self.operation == "delete":
            self.use(self.in_transaction(node_to_delete(*self.address)))
            return
        if self.operation is not None:
            self.use(self.in_transaction(node_to_write(*self.address)))
        # In the account's query, unless it had to be made before.
        bring_targets(self.account, likely_references(self.node))

    @property
    def address(self) -> tuple[str, int | None]:
        """Return what the node is found at: the path, which may be an alias, and a number in it.

        As in Drupal an alias wins where a path is both.
        """
        segment = str(self.kwargs.get("node", ""))
        path = getattr(self.request, "path_alias", f"/node/{segment}")
        return path, read_entity_id(segment)

    def use(self, node: Node | None) -> None:
        """Take a node as the one that the path names; raise NotFound (404) where there is none."""
        if node is None:
            method = "GET" if self.request.method == "HEAD" else self.request.method
            raise NotFound(
                'The "node" parameter was not converted for the path "/node/{node}" '
                f'(route name: "rest.entity.node.{method}")'
            )
        self.node = node

    @property
    def operation(self) -> str | None:
        """Return what the method does to a node, None where it only looks at one."""
        return self.operations.get(self.request.method or "")

    @property
    def may_write_some(self) -> bool:
        """Tell whether whoever sent a token may do to some node what the method stands for."""
        return (
            self.operation is not None
            and self.account.user is not None
            and access.any_access(self.account, self.operation).allowed
        )

    def get_access(self) -> access.AccessResult:
        """Return whether the account may do to the node what the method stands for.

        Whoever writes a schema of the project asks without a node: it is any one then.
        """
        if not hasattr(self, "node"):
            if self.operation is None:
                return access.content_access(self.account)
            return access.any_access(self.account, self.operation)
        if self.operation is None:
            return access.view_access(self.account, self.node)
        return access.change_access(self.account, self.node, self.operation)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the node."""
        self.check_unneeded_document(request)
        links = node_links(self.node, site_url(self.request), site_root(self.request))
        return Response(self.get_serializer(self.node).data, headers={"Link": links})

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the fields that were sent and answer with the whole node."""
        serializer = self.get_serializer(self.node, data=self.document(request))
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete the node with all that belongs to it, and answer with nothing."""
        self.check_unneeded_document(request)
        self.node.delete()
        return Response(status=204)

    def check_unneeded_document(self, request: Request) -> None:
        """Refuse a document that is wrong, as Drupal does, though nothing is done with it."""
        if self.read_body(request) not in NO_BODY:
            self.check_content_type(request)
            self.get_serializer(self.node, data=request.data).check_document()
