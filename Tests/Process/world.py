"""An organization with one of everything, made through the API: what the contract and the matrix of roles try."""

import itertools
import os
import sqlite3
from urllib.parse import urlsplit

from loupe import Client

PASSWORD = "correct horse battery"
YEARLY = "0 0 1 1 *"


def token_of(link):
    """A link's secret, which stands in its fragment."""
    return urlsplit(link).fragment.split("=")[-1]


class World:
    """`admin`, `editor`, `viewer` are signed-in clients of the organization; `ids` its objects by kind."""

    def __init__(self, client, directory, organization="Acme"):
        self.admin = client
        self.names = itertools.count(1)
        self.mark = organization.lower()
        self.user = client.found(organization, f"admin@{self.mark}.example")
        self.datasource = self.attach(directory)
        self.ids = {"datasource": self.datasource}
        self.editor, editor = self.person("editor")
        self.viewer, viewer = self.person("viewer")
        self.ids |= {"user": viewer, "editor": editor}
        for kind in ("query", "visualization", "dashboard", "tile", "schedule", "canvas", "invitation", "api_key"):
            self.ids[kind] = self.make(kind)
        self.ids["node"] = self.node({"node_type": "query", "meta": {"datasource_id": self.datasource, "sql": "SELECT 1"}})
        self.ids["other_node"] = self.node({"node_type": "note", "meta": {"markdown": "Why?"}})
        self.ids["edge"] = self.made(
            f"/canvases/{self.ids['canvas']}/edges",
            {"from_node_id": self.ids["node"], "to_node_id": self.ids["other_node"]})
        status, run = self.admin.post("/runs?wait=30", {"query_id": self.ids["query"]})
        assert (status, run["status"]) == (201, "completed"), run
        self.ids["run"] = run["id"]
        self.ids["binned"] = self.make("binned")
        self.ids["session"] = self.make("session")
        self.expect(200, "PUT", f"/queries/{self.ids['query']}/draft", {"sql": "SELECT 2"})
        self.expect((200, 204), "PUT", f"/favorites/query/{self.ids['query']}")

    def attach(self, directory):
        self.file = f"{directory}/{self.mark}.db"
        with sqlite3.connect(self.file) as database:
            database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL)")
            database.executemany("INSERT INTO orders VALUES (?, ?)", [(i, i * 1.5) for i in range(100)])
        os.chmod(self.file, 0o600)
        return self.admin.connect(f"sqlite:{self.file}", name="shop")

    def name(self):
        return f"{self.mark} {next(self.names)}"

    def expect(self, status, method, path, body=None, client=None):
        got, answer = (client or self.admin).call(method, path, body)
        wanted = status if isinstance(status, tuple) else (status,)
        assert got in wanted, (method, path, got, answer)
        return answer

    def made(self, path, body):
        return self.expect(201, "POST", path, body)["id"]

    def person(self, role):
        """A new colleague: their client and id."""
        email = f"{role}{next(self.names)}@{self.mark}.example"
        link = self.expect(201, "POST", "/organizations/invitations", {"email": email, "role": role})["link"]
        client = Client(urlsplit(self.admin.base).port)
        answer = self.expect(
            201, "POST", "/auth/invitations/accept", {"token": token_of(link), "name": role, "password": PASSWORD}, client)
        client.token = answer["token"]
        return client, answer["user"]["id"]

    def node(self, body):
        return self.made(f"/canvases/{self.ids['canvas']}/nodes", body)

    def make(self, kind):
        """A new object of a kind; its id."""
        ids = self.ids
        match kind:
            case "datasource":
                return self.admin.connect(f"sqlite:{self.file}", name=self.name())
            case "query":
                return self.made("/queries", self.query())
            case "visualization":
                return self.made("/visualizations", {"query_id": ids["query"], "name": self.name(), "chart_type": "bar"})
            case "dashboard":
                return self.made("/dashboards", {"name": self.name()})
            case "tile":
                return self.made(
                    f"/dashboards/{ids['dashboard']}/tiles", {"tile_type": "text", "content": "Hello", "pos_x": 0, "pos_y": 0})
            case "schedule":
                return self.made(
                    "/schedules", {"query_id": ids["query"], "name": self.name(), "cron_expression": YEARLY, "timezone": "UTC"})
            case "canvas":
                return self.made("/canvases", {"name": self.name()})
            case "node":
                return self.node({"node_type": "note", "meta": {"markdown": "One more"}})
            case "edge":
                start, end = self.make("node"), self.make("node")
                return self.made(f"/canvases/{ids['canvas']}/edges", {"from_node_id": start, "to_node_id": end})
            case "invitation":
                return self.made(
                    "/organizations/invitations", {"email": f"guest{next(self.names)}@{self.mark}.example", "role": "viewer"})
            case "api_key":
                return self.made("/api-keys", {"name": self.name(), "role": "editor"})
            case "user":
                return self.person("viewer")[1]
            case "binned":
                found = self.make("visualization")
                self.expect(204, "DELETE", f"/visualizations/{found}")
                return found
            case "session":
                self.expect(
                    200, "POST", "/auth/login", {"email": f"admin@{self.mark}.example", "password": PASSWORD},
                    Client(urlsplit(self.admin.base).port))
                sessions = self.expect(200, "GET", "/auth/sessions")
                rows = sessions["items"] if isinstance(sessions, dict) else sessions
                return next(row["id"] for row in rows if not row["current"])
            case _:
                raise AssertionError(kind)

    def sign_in(self):
        """A session of its own for the admin: tokens."""
        return self.expect(
            200, "POST", "/auth/login", {"email": self.user["email"], "password": PASSWORD},
            Client(urlsplit(self.admin.base).port))

    def invite(self, email):
        """A fresh invitation's token."""
        return token_of(self.expect(
            201, "POST", "/organizations/invitations", {"email": email, "role": "viewer"})["link"])

    def body(self, label):
        """A body that is right in every way for an operation such as `POST /api/v1/queries`; None where there is none."""
        ids, name = self.ids, self.name()
        email = f"{name.replace(' ', '')}@{self.mark}.example"
        file = f"sqlite:{self.file}"
        match label.replace("PATCH ", "PUT ").replace("/api/v1", ""):
            case "POST /auth/register":
                return {"email": email, "password": PASSWORD, "name": "Zoe", "org_name": name}
            case "POST /auth/login":
                return {"email": self.user["email"], "password": PASSWORD}
            case "POST /auth/refresh":
                return {"refresh_token": self.sign_in()["refresh_token"]}
            case "POST /auth/password/change":
                return {"current_password": PASSWORD, "new_password": PASSWORD}
            case "POST /auth/password/forgot":
                return {"email": f"nobody@{self.mark}.example"}
            case "POST /auth/password/reset":
                return {"token": "A" * 43, "password": PASSWORD}
            case "POST /auth/invitations/accept":
                return {"token": self.invite(email), "name": "Zoe", "password": PASSWORD}
            case "PUT /auth/me" | "PUT /queries/{id}" | "PUT /visualizations/{id}" | "PUT /dashboards/{id}" \
                    | "PUT /schedules/{id}" | "PUT /canvases/{id}" | "PUT /datasources/{id}" | "PUT /organizations/current":
                return {"name": name}
            case "PUT /auth/me/preferences":
                return {"theme": "dark"}
            case "POST /datasources":
                return {"name": name, "ds_type": "sqlite", "connection_string": file}
            case "POST /datasources/test":
                return {"ds_type": "sqlite", "connection_string": file}
            case "POST /datasources/{id}/preview":
                return {"table": "orders", "limit": 5}
            case "POST /queries":
                return self.query()
            case "POST /queries/validate":
                return {"datasource_id": ids["datasource"], "sql": "SELECT 1"}
            case "POST /queries/import":
                return {"datasource_id": ids["datasource"], "queries": [{"name": name, "sql": "SELECT 1"}]}
            case "PUT /queries/{id}/draft":
                return {"sql": "SELECT 2"}
            case "POST /runs":
                return {"query_id": ids["query"]}
            case "POST /runs/execute":
                return {"datasource_id": ids["datasource"], "sql": "SELECT 1"}
            case "POST /visualizations":
                return {"query_id": ids["query"], "name": name, "chart_type": "line", "config": {"top_n": 5}}
            case "POST /dashboards" | "POST /canvases":
                return {"name": name}
            case "POST /dashboards/{id}/tiles":
                return {"visualization_id": ids["visualization"], "pos_x": 4, "pos_y": 0}
            case "PUT /dashboards/{id}/tiles/{tile_id}":
                return {"title": name}
            case "PUT /dashboards/{id}/layout":
                return {"tiles": [{"id": ids["tile"], "pos_x": 1, "pos_y": 1, "width": 3, "height": 3}]}
            case "POST /schedules":
                return {"query_id": ids["query"], "name": name, "cron_expression": YEARLY, "timezone": "Europe/Berlin"}
            case "POST /schedules/preview":
                return {"cron_expression": "@daily", "timezone": "Asia/Tokyo"}
            case "POST /canvases/{id}/nodes":
                return {"node_type": "note", "meta": {"markdown": "Hm"}}
            case "PUT /canvases/{id}/nodes/{node_id}":
                return {"title": name}
            case "POST /canvases/{id}/edges":
                return {"from_node_id": self.make("node"), "to_node_id": ids["node"]}
            case "PUT /canvases/{id}/edges/{edge_id}":
                return {"label": "supports"}
            case "POST /canvases/{id}/changes":
                return {"nodes": {"update": [{"id": ids["node"], "title": name}]}}
            case "POST /organizations/invitations":
                return {"email": email, "role": "viewer"}
            case "PUT /organizations/users/{id}/role":
                return {"role": "viewer"}
            case "POST /api-keys":
                return {"name": name, "role": "viewer"}
            case _:
                return None

    def query(self):
        return {
            "datasource_id": self.datasource, "name": self.name(), "sql": "SELECT * FROM orders WHERE total >= :least",
            "parameters": [{"name": "least", "param_type": "number", "default": 0}], "tags": ["shop"]}


# Which object a path's parameters name, by the resource before them.
KINDS = {
    "datasources": "datasource", "queries": "query", "visualizations": "visualization", "dashboards": "dashboard",
    "tiles": "tile", "schedules": "schedule", "canvases": "canvas", "nodes": "node", "edges": "edge", "runs": "run",
    "invitations": "invitation", "api-keys": "api_key", "users": "user", "sessions": "session"}


def parameters(template, ids):
    """The values of a path's parameters, so that it names what there is."""
    values, before = {}, None
    for part in template.split("/"):
        if part.startswith("{"):
            name = part[1:-1]
            if name == "type":
                values[name] = "visualization" if before == "bin" else "query"
            elif name == "revision":
                values[name] = 1
            elif "/bin/" in template:
                values[name] = ids["binned"]
            elif "/favorites/" in template:
                values[name] = ids["query"]
            else:
                values[name] = ids[KINDS[before]]
        else:
            before = part
    return values


def kind_of(template):
    """What the last parameter of a path names."""
    if "/bin/" in template:
        return "binned"
    parts = template.split("/")
    last = max(index for index, part in enumerate(parts) if part.startswith("{"))
    return KINDS.get(parts[last - 1])
