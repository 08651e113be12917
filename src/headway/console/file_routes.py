"""The console's page and files. What a browser may do with them is said in their headers."""

import secrets

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from headway.console.assets import PAGE, Asset, Assets, NotBuilt
from headway.web.entity_tag import named_tags

NOT_BUILT = "The console of this installation was not built. Build it with: make setup\n"
_METHODS = ["GET", "HEAD"]
_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_FILES_POLICY = "default-src 'none'; frame-ancestors 'none'"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"


def file_routes(assets: Assets) -> APIRouter:
    """Give the page at ``/console/``, the files beside it, and the ways there."""
    routes = APIRouter(include_in_schema=False)

    async def find(path: str) -> Asset | Response:
        try:
            asset = await assets.get(path)
        except NotBuilt:
            return PlainTextResponse(NOT_BUILT, 503, _EVERYWHERE)
        if asset is None:
            raise HTTPException(404)
        return asset

    @routes.api_route("/", methods=_METHODS)
    @routes.api_route("/console", methods=_METHODS)
    async def lead_there() -> Response:
        """Lead to the page; by a relative address, which holds behind any path prefix."""
        return RedirectResponse("console/", 307, {"Cache-Control": _ASK_FIRST})

    @routes.api_route("/console/", methods=_METHODS)
    @routes.api_route(f"/console/{PAGE}", methods=_METHODS)
    async def show_page() -> Response:
        """Give the page, with a nonce of its own."""
        found = await find(PAGE)
        return _page(found) if isinstance(found, Asset) else found

    @routes.api_route("/console/{path:path}", methods=_METHODS)
    async def show_file(request: Request, path: str) -> Response:
        """Give a file."""
        found = await find(path)
        return _file(request, found) if isinstance(found, Asset) else found

    return routes


def _page(page: Asset) -> Response:
    # Whole each time: a browser that kept the page would have an old nonce in it.
    nonce = secrets.token_urlsafe(16)
    meta = f'<head>\n    <meta name="csp-nonce" content="{nonce}" />'
    content = page.content.replace(b"<head>", meta.encode(), 1)
    headers = {"Content-Security-Policy": _page_policy(nonce), "Cache-Control": _ASK_FIRST, **_EVERYWHERE}
    return Response(content, 200, headers, media_type=page.media_type)


def _page_policy(nonce: str) -> str:
    """Allow what the page needs from its own host, and styles that its libraries mark with the nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _file(request: Request, asset: Asset) -> Response:
    packed = asset.packed if "gzip" in request.headers.get("accept-encoding", "") else None
    etag = f'"{asset.digest}"' if packed is None else f'"{asset.digest}-gzip"'
    headers = {
        "Cache-Control": _FOREVER if asset.is_hashed else _ASK_FIRST,
        "Content-Security-Policy": _FILES_POLICY,
        "ETag": etag,
        **_EVERYWHERE,
    }
    if asset.packed is not None:
        headers["Vary"] = "Accept-Encoding"
    if etag in named_tags(request.headers.get("if-none-match", "")):
        return Response(None, 304, headers)
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    return Response(packed or asset.content, 200, headers, media_type=asset.media_type)
