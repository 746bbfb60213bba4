"""What nothing else in the project's URLconf matches.

It may be a list, the alias of an entity, or another spelling of a URL of this app's: as in Drupal,
upper and lower case are the same, a slash may follow, and ``index.php`` may come first.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.auth.decorators import login_not_required
from django.core.handlers.base import BaseHandler
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from drupal_jwt_auth.auth.views.guarded import GuardedView
from drupal_jwt_auth.content.entity.content_entity_type import ContentEntityType
from drupal_jwt_auth.content.entity.registry import ENTITY_TYPES
from drupal_jwt_auth.http.paths import SCRIPT
from drupal_jwt_auth.http.views import is_json, no_route
from drupal_jwt_auth.models.path_alias import source_of
from drupal_jwt_auth.rest.aliases import without_aliases
from drupal_jwt_auth.rest.lists import list_at
from drupal_jwt_auth.rest.not_found import not_found_in_format
from drupal_jwt_auth.rest.resource import EntityView
from drupal_jwt_auth.transactions import own_transactions


@csrf_exempt
@login_not_required
@own_transactions
def other_path(request: HttpRequest, path: str, **prefix: Any) -> HttpResponseBase:
    """Answer as what is meant by a path; else as Django where there is nothing.

    ``path`` is what follows the prefix of this app's URLs. A project's own subclass of a view
    answers there as well. An alias is looked for, with one query, where the request is for one of
    Drupal's resources; so are lists of an imported site. Raise Http404 (404) for the project's own
    page.
    """
    root = request.path_info.removesuffix(path)
    drupal_path = path.removeprefix(SCRIPT)
    plain = drupal_path.lower().removesuffix("/")
    match = None if plain == path else _view_at(root + plain, GuardedView)
    if match is not None:
        _keep_case(match, drupal_path.removesuffix("/"))
    if match is None and _is_for_resource(request):
        alias = f"/{drupal_path}"
        source = source_of(alias)
        found = None if source is None else ENTITY_TYPES.at(source)
        if source is not None and found is not None:
            vars(request)["path_alias"] = alias
            own_path = source.removeprefix("/")
            match = _view_at(root + own_path, EntityView) or _own_view(*found)
    match = match or list_at(drupal_path, request)
    return _nothing(request) if match is None else _answer(request, match)


def _is_for_resource(request: HttpRequest) -> bool:
    """Tell whether a request has a format: where it answers, or where it changes something."""
    changes = request.method in {"DELETE", "PATCH"} and is_json(request)
    return changes or "_format" in request.GET


def _view_at(path: str, view_class: type[GuardedView]) -> ResolverMatch | None:
    """Return the match of a path, None where no such view is there."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if issubclass(getattr(match.func, "cls", object), view_class) else None


def _keep_case(match: ResolverMatch, path: str) -> None:
    """Let what a route has parameters for be as the path has it: keys may be texts."""
    parameters = reversed(match.route.split("/"))
    for parameter, segment in zip(parameters, reversed(path.split("/")), strict=False):
        name = parameter.removeprefix("<str:").removesuffix(">")
        if parameter != name:
            match.kwargs[name] = segment


def _own_view(entity_type: ContentEntityType, key: Any) -> ResolverMatch:
    """Return this app's view, where the project has a page of its own at the path of an entity."""
    view = EntityView if entity_type.base_fields else UnservedView
    name = entity_type.id
    return ResolverMatch(view.as_view(entity_type_id=name), (), {name: str(key)})


class UnservedView(EntityView):
    """What there is, and is not served: whoever may not see it is told that, others of nothing."""

    methods = ("GET", "HEAD")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse what is let through."""
        raise NotFound(no_route(request))


def _answer(request: HttpRequest, match: ResolverMatch) -> HttpResponseBase:
    """Call a view as Django calls those that it has found itself."""
    request.resolver_match = match
    view = BaseHandler().make_view_atomic(match.func)
    return view(request, *match.args, **match.kwargs)


def _nothing(request: HttpRequest) -> HttpResponseBase:
    """Answer in the format that was asked for, or raise what Django raises for an unknown URL."""
    request.resolver_match = None
    # This attribute is Django's, for whoever asks what there is at this URL or another one.
    urlconf: Any = without_aliases(getattr(request, "urlconf", None))
    request.urlconf = urlconf
    answer = not_found_in_format(request)
    if answer is not None:
        return answer
    resolve(request.path_info, request.urlconf)
    # What stands after the URLs of this app, where their prefix has parameters.
    raise Http404
