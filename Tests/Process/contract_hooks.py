"""What schemathesis does before and after each call: see test_contract.py, which starts it."""

import atexit
import collections
import json
import os
import re
import uuid

import schemathesis

from loupe import Client
from world import World, kind_of, parameters

SEED = json.loads(os.environ["LOUPE_CONTRACT"])
reached = collections.defaultdict(collections.Counter)


def world():
    """The organization that the test made, without making it again."""
    made = World.__new__(World)
    made.__dict__ |= SEED["world"]
    made.admin = Client(SEED["port"], SEED["token"])
    made.names = iter(range(10_000, 1_000_000))
    return made


WORLD = world()
ENDS_ITS_SESSION = {"POST /api/v1/auth/logout", "POST /api/v1/auth/password/change"}


def is_id(value):
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def filled(body):
    """A generated body, its ids those of objects that are there."""
    if isinstance(body, list):
        return [filled(part) for part in body]
    if not isinstance(body, dict):
        return body
    known = {f"{kind}_id": value for kind, value in WORLD.ids.items()} | {
        "from_node_id": WORLD.ids["node"], "to_node_id": WORLD.ids["other_node"], "options_query_id": WORLD.ids["query"]}
    return {
        name: known[name] if name in known and is_id(value) else filled(value) for name, value in body.items()}


@schemathesis.hook
def before_call(context, case, kwargs):
    label = case.operation.label
    method, template = label.split(" ", 1)
    is_first = not reached[label]
    wanted = parameters(template, WORLD.ids)
    if wanted:
        if method == "DELETE" and len(reached[label]) < 2:
            if kind := kind_of(template):
                wanted[last_of(template)] = WORLD.make(kind)
        for name, value in wanted.items():
            if is_first or is_id(case.path_parameters.get(name)) or name in ("type", "revision"):
                case.path_parameters[name] = value
    if is_first:
        case.query = {}
        case.headers = {}
    if isinstance(case.body, (dict, list)):
        case.body = filled(case.body)
    if is_first and (body := WORLD.body(label)) is not None:
        case.body, case.media_type = body, "application/json"
    if label in ENDS_ITS_SESSION:
        case.headers["Authorization"] = f"Bearer {WORLD.person('viewer')[0].token}"


def last_of(template):
    return re.findall(r"\{(\w+)\}", template)[-1]


@schemathesis.hook
def after_call(context, case, response):
    reached[case.operation.label][response.status_code] += 1


@atexit.register
def report():
    with open(SEED["report"], "w", encoding="utf-8") as file:
        json.dump(reached, file)
