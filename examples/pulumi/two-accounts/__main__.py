# SPDX-License-Identifier: Apache-2.0
"""Each customer's project is in the account of its region."""

import pulumi

import pulumi_opentok as opentok

CUSTOMERS = {"acme": "europe", "globex": "america", "initech": "europe"}

config = pulumi.Config()
accounts = {
    region: opentok.Provider(
        region,
        account_key=config.require(f"{region}Key"),
        account_secret=config.require_secret(f"{region}Secret"),
    )
    for region in ("europe", "america")
}
projects = {
    name: opentok.Project(name, name=name.title(), status="active", opts=pulumi.ResourceOptions(provider=accounts[region]))
    for name, region in CUSTOMERS.items()
}

pulumi.export("accounts", {name: project.account_key for name, project in projects.items()})
pulumi.export("api_keys", {name: project.api_key for name, project in projects.items()})
