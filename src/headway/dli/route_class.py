"""How the contract's calls are served: strict JSON bodies, errors in the contract's shape."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from headway.dli.errors import invalid_request, refuse
from headway.jobs.errors import HeadwayError
from headway.web.answers import BAD_REQUEST, error_response
from headway.web.json_body import has_json_type, with_json_body

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class DliRoute(APIRoute):
    """A call of the contract."""

    def get_route_handler(self) -> Handler:
        """Give the handler, with the contract's errors around it."""
        handle = super().get_route_handler()
        has_body = self.body_field is not None

        async def answer(request: Request) -> Response:
            try:
                if has_body:
                    if not has_json_type(request):
                        return error_response(415, BAD_REQUEST, "Content-Type: must be application/json")
                    request = await with_json_body(request)
                return await handle(request)
            except RequestValidationError as error:
                return refuse(request.scope, invalid_request(error))
            except HeadwayError as error:
                return refuse(request.scope, error)

        return answer


class BareRoute(APIRoute):
    """A call whose endpoint takes the request and gives the answer: described, but not parsed, by FastAPI.

    For the one call that is asked many times a second.
    """

    def get_route_handler(self) -> Handler:
        """Give the endpoint itself."""
        endpoint: Handler = self.endpoint

        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request)
            except HeadwayError as error:
                return refuse(request.scope, error)

        return answer
