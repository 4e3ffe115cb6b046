"""Every operation of the served document against everybody who may or may not call it.

The statuses are written by hand. An operation without a line here, or a line without an operation, fails.
"""

import base64
import hashlib
import hmac
import json
import os
import time
import unittest
from urllib.parse import urlsplit

from loupe import KEY, Client, Postgres, ProcessTest
from world import KINDS, World, kind_of, parameters

# Of an operation for everybody: the status that it answers a good request with.
PUBLIC = {
    "GET /auth/setup": 200,
    "POST /auth/register": 201,
    "POST /auth/login": 200,
    "POST /auth/refresh": 200,
    "POST /auth/password/forgot": 202,
    "POST /auth/password/reset": 422,
    "POST /auth/invitations/accept": 201,
    "GET /health": 200,
    "GET /health/live": 200,
    "GET /health/ready": 200,
    "GET /health/startup": 200,
    "GET /openapi.json": 200,
}

# Of all others, which answer 401 without a token and to a forged or expired one: the status for a viewer, an editor, an
# admin, an editor's API key, and the admin of another organization who names our objects.
STATUSES = """
GET    /auth/me                                   200 200 200 403 200
PUT    /auth/me                                   200 200 200 403 200
POST   /auth/logout                               204 204 204 403 204
GET    /auth/me/preferences                       200 200 200 403 200
PUT    /auth/me/preferences                       200 200 200 403 200
POST   /auth/password/change                      204 204 204 403 204
GET    /auth/sessions                             200 200 200 403 200
DELETE /auth/sessions/{id}                        404 404 204 403 404
GET    /api-keys                                  200 200 200 403 200
POST   /api-keys                                  201 201 201 403 201
DELETE /api-keys/{id}                             404 404 204 403 404
GET    /organizations/current                     200 200 200 200 200
PUT    /organizations/current                     403 403 200 403 200
GET    /organizations/users                       403 403 200 403 200
PUT    /organizations/users/{id}/role             403 403 200 403 404
DELETE /organizations/users/{id}                  403 403 204 403 404
GET    /organizations/invitations                 403 403 200 403 200
POST   /organizations/invitations                 403 403 201 403 201
DELETE /organizations/invitations/{id}            403 403 204 403 404
GET    /organizations/audit-log                   403 403 200 403 200
GET    /organizations/usage                       403 403 200 403 200
POST   /organizations/sample                      403 403 503 403 503
GET    /datasources                               200 200 200 200 200
POST   /datasources                               403 403 201 403 201
POST   /datasources/test                          403 403 200 403 200
GET    /datasources/{id}                          200 200 200 200 404
PUT    /datasources/{id}                          403 403 200 403 404
DELETE /datasources/{id}                          403 403 204 403 404
POST   /datasources/{id}/test                     403 200 200 200 404
GET    /datasources/{id}/schema                   200 200 200 200 404
POST   /datasources/{id}/preview                  403 201 201 201 404
GET    /queries                                   200 200 200 200 200
POST   /queries                                   403 201 201 201 422
POST   /queries/validate                          403 200 200 200 404
GET    /queries/export                            200 200 200 200 200
POST   /queries/import                            403 200 200 200 422
GET    /queries/drafts                            403 200 200 200 200
GET    /queries/{id}                              200 200 200 200 404
PUT    /queries/{id}                              403 200 200 200 404
DELETE /queries/{id}                              403 204 204 204 404
GET    /queries/{id}/usage                        200 200 200 200 404
GET    /queries/{id}/draft                        403 404 200 404 404
PUT    /queries/{id}/draft                        403 200 200 200 404
DELETE /queries/{id}/draft                        403 204 204 204 404
GET    /queries/{id}/revisions                    200 200 200 200 404
GET    /queries/{id}/revisions/{revision}         200 200 200 200 404
POST   /queries/{id}/revisions/{revision}/restore 403 200 200 200 404
POST   /queries/{id}/duplicate                    403 201 201 201 404
GET    /runs                                      200 200 200 200 200
POST   /runs                                      201 201 201 201 404
POST   /runs/execute                              403 201 201 201 404
GET    /runs/{id}                                 200 200 200 200 404
POST   /runs/{id}/cancel                          403 409 409 409 404
GET    /runs/{id}/result                          200 200 200 200 404
GET    /runs/{id}/result.csv                      200 200 200 200 404
GET    /runs/{id}/result.ndjson                   200 200 200 200 404
GET    /visualizations                            200 200 200 200 200
POST   /visualizations                            403 201 201 201 422
GET    /visualizations/{id}                       200 200 200 200 404
PUT    /visualizations/{id}                       403 200 200 200 404
DELETE /visualizations/{id}                       403 204 204 204 404
POST   /visualizations/{id}/duplicate             403 201 201 201 404
GET    /dashboards                                200 200 200 200 200
POST   /dashboards                                403 201 201 201 201
GET    /dashboards/{id}                           200 200 200 200 404
PUT    /dashboards/{id}                           403 200 200 200 404
DELETE /dashboards/{id}                           403 204 204 204 404
GET    /dashboards/{id}/tiles                     200 200 200 200 404
POST   /dashboards/{id}/tiles                     403 201 201 201 404
PUT    /dashboards/{id}/tiles/{tile_id}           403 200 200 200 404
DELETE /dashboards/{id}/tiles/{tile_id}           403 204 204 204 404
PUT    /dashboards/{id}/layout                    403 200 200 200 404
GET    /dashboards/{id}/revisions                 200 200 200 200 404
GET    /dashboards/{id}/revisions/{revision}      200 200 200 200 404
POST   /dashboards/{id}/revisions/{revision}/restore 403 200 200 200 404
POST   /dashboards/{id}/duplicate                 403 201 201 201 404
GET    /schedules                                 200 200 200 200 200
POST   /schedules                                 403 201 201 201 422
POST   /schedules/preview                         403 200 200 200 200
GET    /schedules/{id}                            200 200 200 200 404
PUT    /schedules/{id}                            403 200 200 200 404
DELETE /schedules/{id}                            403 204 204 204 404
POST   /schedules/{id}/enable                     403 200 200 200 404
POST   /schedules/{id}/disable                    403 200 200 200 404
POST   /schedules/{id}/trigger                    403 202 202 202 404
GET    /canvases                                  200 200 200 200 200
POST   /canvases                                  403 201 201 201 201
GET    /canvases/{id}                             200 200 200 200 404
PUT    /canvases/{id}                             403 200 200 200 404
DELETE /canvases/{id}                             403 204 204 204 404
POST   /canvases/{id}/nodes                       403 201 201 201 404
PUT    /canvases/{id}/nodes/{node_id}             403 200 200 200 404
DELETE /canvases/{id}/nodes/{node_id}             403 204 204 204 404
POST   /canvases/{id}/nodes/{node_id}/run         201 201 201 201 404
POST   /canvases/{id}/edges                       403 201 201 201 404
PUT    /canvases/{id}/edges/{edge_id}             403 200 200 200 404
DELETE /canvases/{id}/edges/{edge_id}             403 204 204 204 404
POST   /canvases/{id}/changes                     403 200 200 200 404
GET    /canvases/{id}/revisions                   200 200 200 200 404
GET    /canvases/{id}/revisions/{revision}        200 200 200 200 404
POST   /canvases/{id}/revisions/{revision}/restore 403 200 200 200 404
POST   /canvases/{id}/duplicate                   403 201 201 201 404
GET    /search                                    200 200 200 200 200
GET    /home                                      200 200 200 200 200
GET    /favorites                                 200 200 200 200 200
PUT    /favorites/{type}/{id}                     204 204 204 204 404
DELETE /favorites/{type}/{id}                     204 204 204 204 204
GET    /recents                                   200 200 200 200 200
GET    /bin                                       403 200 200 200 200
POST   /bin/{type}/{id}/restore                   403 200 200 200 404
DELETE /bin/{type}/{id}                           403 204 204 204 404
"""

# What must stand in the query string.
QUERIES = {"GET /search": "?q=shop"}

# Streams: who may open them is tested where they are.
STREAMS = {"GET /events", "GET /runs/{id}/events"}


def forged(token):
    head, claims, signature = token.split(".")
    return f"{head}.{claims}.{signature[:-4]}AAAA"


def unsigned(token):
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT", "kid": "k1"}).encode()).decode()
    return f"{head.rstrip('=')}.{token.split('.')[1]}."


def signed(token, **changes):
    """The same token with other claims under the server's own key (HKDF-SHA256, then HMAC-SHA256)."""
    secret = base64.b64decode(KEY.split(":")[1])
    extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    key = hmac.new(extracted, b"loupe/access-tokens/v1\x01", hashlib.sha256).digest()
    head, claims, _ = token.split(".")
    if changes:
        known = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        claims = base64.urlsafe_b64encode(json.dumps(known | changes).encode()).decode().rstrip("=")
    signature = hmac.new(key, f"{head}.{claims}".encode(), hashlib.sha256).digest()
    return f"{head}.{claims}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


class Matrix(ProcessTest):
    maxDiff = None

    def hold(self, **settings):
        server, client = self.serve(
            RATE_LIMIT_PER_MINUTE="0", REGISTRATION="open", LOUPE_SECRET_KEY=KEY, **settings)
        self.port = urlsplit(client.base).port
        os.makedirs(f"{self.directory}/data/files", exist_ok=True)
        world = World(client, f"{self.directory}/data/files")
        stranger = World(Client(self.port), f"{self.directory}/data/files", "Other")
        status, key = world.editor.post("/api-keys", {"name": "program", "role": "editor"})
        self.assertEqual(status, 201, key)
        callers = [world.viewer, world.editor, world.admin, Client(self.port, key["key"]), stranger.admin]
        names = ["viewer", "editor", "admin", "API key", "stranger"]
        expected = {}
        for line in STATUSES.split("\n"):
            if line:
                method, path, *statuses = line.split()
                expected[f"{method} {path}"] = [int(status) for status in statuses]
        operations = self.operations(client)
        self.assertEqual(operations, set(expected) | set(PUBLIC) | STREAMS)
        wrong = []
        for label in sorted(expected):
            for name, token in self.bad_tokens(world.admin.token).items():
                wrong += self.tried(world, label, Client(self.port, token), name, 401)
            for name, caller, status in zip(names, callers, expected[label]):
                wrong += self.tried(world, label, caller, name, status)
        for label, status in PUBLIC.items():
            wrong += self.tried(world, label, Client(self.port), "nobody", status)
        self.assertEqual(wrong, [])

    @staticmethod
    def operations(client):
        status, document = client.get("/openapi.json")
        assert status == 200
        return {
            f"{method.upper()} {path.removeprefix('/api/v1')}" for path, methods in document["paths"].items()
            for method in methods if method != "patch" and path.startswith("/api/v1")}

    @staticmethod
    def bad_tokens(token):
        assert signed(token) == token, "the test signs as the server does"
        return {
            "nobody": None, "forged": forged(token), "unsigned": unsigned(token),
            "expired": signed(token, exp=int(time.time()) - 60)}

    def tried(self, world, label, caller, name, expected):
        """Nothing where the status is the expected one, else what to say of it."""
        method, path = label.split(" ", 1)
        ids = dict(world.ids)
        kind = kind_of(path) if "{" in path else None
        if method == "DELETE" and kind and expected in (204, 404):
            ids[kind] = world.make(kind)
            ids["binned"] = ids[kind] if kind == "binned" else ids["binned"]
        if path.endswith("/restore") and "/revisions/" in path:
            # Its first revision is empty: what the others need would be gone.
            first = path.split("/")[1]
            ids[KINDS[first]] = world.make(KINDS[first])
        if "/bin/" in path and method == "POST":
            ids["binned"] = world.make("binned")
        if path in ("/auth/logout", "/auth/password/change") and expected == 204:
            # It ends sessions, which others still need.
            caller, _ = world.person(name if name in ("viewer", "editor") else "admin")
        status, answer = caller.call(method, path.format(**parameters(path, ids)) + QUERIES.get(label, ""), world.body(label))
        return [] if status == expected else [f"{label} by {name}: {status}, not {expected}: {str(answer)[:200]}"]

    def test_every_operation_on_sqlite(self):
        self.hold()

    def test_every_operation_on_postgresql(self):
        self.hold(DATABASE_URL=Postgres(self).database("loupe"))


if __name__ == "__main__":
    unittest.main()
