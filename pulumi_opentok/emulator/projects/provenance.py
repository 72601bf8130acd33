# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of projects comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_GUIDE = "account management guide (tokbox.com/developer/guides/account-management)"
_GO = "calvertyang/opentok-go-sdk 2.3.2, account.go"

ROWS = (
    Row("project.create", 'an empty body makes a project without a name ("")', SEEN, _GO),
    Row("project.create", "200 and the project object", SEEN, _GO),
    Row("project.create", "names need not be unique and have no limits", ASSUMED, "no rule is stated anywhere"),
    Row("project.create", "ids are digits, count up from 46000001 and are never used again", ASSUMED, "ids in fixtures look like it"),
    Row("project.create", "a new project is VALID", SEEN, "opentok-go-sdk, account_test.go"),
    Row("project.create", "environmentId is accepted; 1 is the standard one", ASSUMED, "the Postman collection sends it"),
    Row("project.list", "a bare JSON array with the secrets", SEEN, f"{_GO}; opentok/usage-csv-generator"),
    Row("project.list", "in the order of creation, not paged", ASSUMED, "no client pages"),
    Row("project.get", "id, secret, status, name, environment, createdAt (milliseconds)", DOCUMENTED, _GUIDE),
    Row("project.get", "also apiKey, userId, userStatus, contactEmail, updatedAt, environmentId, -Name, -Description", SEEN, _GO),
    Row("project.get", "an unknown project, and one of another account, is 404 with code -1", ASSUMED, "no source"),
    Row("project.get", "environmentName and -Description of another environment than the standard one", ASSUMED, "no source"),
    Row("project.set_status", "ACTIVE and SUSPENDED; 200 and the project object", DOCUMENTED, _GUIDE),
    Row(
        "project.set_status", "after ACTIVE it reads ACTIVE, not VALID again", ASSUMED, "opentok-go-sdk's tests show the answer to PUT only"
    ),
    Row("project.set_status", "name is ignored: a project cannot be renamed", ASSUMED, "no client renames"),
    Row("project.set_status", "any other status is 400", ASSUMED, "no source"),
    Row("project.refresh_secret", "200 and the project object with the new secret; the old one stops working at once", SEEN, _GO),
    Row("project.refresh_secret", "the status does not change", ASSUMED, "opentok-go-sdk's test shows ACTIVE, made by hand"),
    Row("project.delete", "204 without a body", SEEN, _GO),
    Row("project.delete", "a second delete is 404", ASSUMED, "no source"),
)
