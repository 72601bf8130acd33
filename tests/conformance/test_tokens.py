# SPDX-License-Identifier: Apache-2.0
"""Client tokens: the SDKs' and ours say the same, and one judge takes them all."""

from __future__ import annotations

import dataclasses
from typing import Any

import jwt
import pytest

from tests.conformance.covering import covers
from tests.conformance.scene import Scene, soon
from tests.conformance.sdks import Sdk, SdkError, member
from tests.conformance.tokens import Token, read

DATA = "name=Zoë & Söhne;x=1+1%"
PYTHON_ROLES = {"publisher": "publisher", "subscriber": "subscriber", "moderator": "moderator", "publisher_only": "publisheronly"}


def judged(scene: Scene, token: str) -> Token:
    return read(token, scene.project.id, scene.project.secret)


def same(theirs: Token, ours: Token) -> bool:
    """Made within a few seconds of each other they say the same."""
    if abs(theirs.created - ours.created) > 30 or abs(theirs.expires - ours.expires) > 30:
        return False
    return dataclasses.replace(theirs, created=0, expires=0) == dataclasses.replace(ours, created=0, expires=0)


@pytest.mark.parametrize("form", ["jwt", "t1"])
@covers("python", "Client.generate_token", "Session.generate_token")
def test_python_and_ours(scene: Scene, python: Sdk, form: str) -> None:
    client = scene.client(python)
    session = client.call("create_session")
    name = session["session_id"]
    jwt_or_not = {"use_jwt": form == "jwt"}
    ours = scene.ours.tokens
    assert same(judged(scene, session.call("generate_token", **jwt_or_not)), judged(scene, ours.generate(name, token_format=form)))
    for theirs, role in PYTHON_ROLES.items():
        wish: dict[str, Any] = {"role": member(f"Roles.{theirs}"), "data": DATA, "initial_layout_class_list": ["focus", "full"]}
        made = judged(scene, client.call("generate_token", name, expire_time=soon(600), **wish, **jwt_or_not))
        mine = ours.generate(name, role=role, data=DATA, layout_classes=["focus", "full"], expires_in=600, token_format=form)
        assert same(made, judged(scene, mine))
        assert (made.role, made.data, made.classes) == (role, DATA, "focus full")


@covers("python", "Client.generate_token")
def test_python_refuses_what_we_refuse(scene: Scene, python: Sdk) -> None:
    """Also another project's session, ours or theirs."""
    client, session = scene.client(python), scene.session()
    other = scene.account.projects.create("other")
    assert python.client(scene.url, scene.project.id, "x").call("generate_token", session)
    with pytest.raises(SdkError, match="does not belong to the api_key"):
        python.client(scene.url, other.id, other.secret).call("generate_token", session)
    for wish in ({"expire_time": soon(-60)}, {"expire_time": soon(31 * 86400)}, {"data": "x" * 1001}, {"role": "king"}, {"expire_time": "soon"}):
        with pytest.raises(SdkError) as caught:
            client.call("generate_token", session, **wish)
        assert caught.value.kind == "OpenTokException"


@covers("go", "OpenTok.GenerateToken", "Session.GenerateToken")
def test_go_and_ours(scene: Scene, go: Sdk) -> None:
    """It makes T1 only, knows no `publisheronly`, and joins layout classes with a comma."""
    client = scene.client(go)
    session = client.call("CreateSession", {})
    ours = scene.ours.tokens
    assert same(judged(scene, session.call("GenerateToken", {})), judged(scene, ours.generate(session["session_id"], token_format="t1")))
    name = scene.session()
    for role in ("publisher", "subscriber", "moderator"):
        made = judged(scene, client.call("GenerateToken", name, {"Role": role, "Data": DATA, "ExpireTime": soon(600)}))
        assert same(made, judged(scene, ours.generate(name, role=role, data=DATA, expires_in=600, token_format="t1")))
    listed = judged(scene, client.call("GenerateToken", name, {"InitialLayoutClassList": ["focus", "full"]}))
    assert listed.classes == "focus,full"


def test_go_refuses_what_we_refuse(scene: Scene, go: Sdk) -> None:
    client, other = scene.client(go), scene.account.projects.create("other")
    with pytest.raises(SdkError, match="unless the session belongs to the API Key"):
        go.client(scene.url, other.id, other.secret).call("GenerateToken", scene.session(), {})
    for wish, text in (({"Role": "king"}, "Invalid role"), ({"ExpireTime": soon(-60)}, "in the past"), ({"Data": "x" * 1025}, "maximum length 1024")):
        with pytest.raises(SdkError, match=text):
            client.call("GenerateToken", scene.session(), wish)


@pytest.mark.parametrize("form", ["jwt", "t1"])
def test_the_judge_is_one(scene: Scene, form: str) -> None:
    token = scene.ours.tokens.generate(scene.session(), token_format=form)
    for key, secret in ((scene.project.id, "0" * 40), ("1", scene.project.secret)):
        with pytest.raises((ValueError, jwt.InvalidTokenError)):
            read(token, key, secret)
