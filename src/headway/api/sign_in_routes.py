"""One-time codes for the console: whoever may call can have a browser signed in as himself."""

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request

from headway.api.answers import ERRORS
from headway.api.errors import ApiRoute
from headway.service.sign_in import SignIn
from headway.web.request_state import caller_of


class SignInCodeOut(BaseModel):
    """A code that signs in one browser, once; ``expires_at`` is in epoch milliseconds."""

    code: str
    expires_at: int


def sign_in_routes(sign_in: SignIn) -> APIRouter:
    """Give the route."""
    routes = APIRouter(prefix="/sign-in-codes", tags=["console"], responses=ERRORS, route_class=ApiRoute)

    @routes.post("")
    async def make_sign_in_code(project_id: str, request: Request) -> SignInCodeOut:
        """Make a one-time code for `/console/#/sign-in?code=…`; it holds for 15 minutes."""
        made = await sign_in.make_code(caller_of(request.scope).access_key)
        return SignInCodeOut(code=made.code, expires_at=made.expires_at)

    return routes
