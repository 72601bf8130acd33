# SPDX-License-Identifier: Apache-2.0
"""Makes the Pulumi package schema of what `pulumi_opentok` declares: no name, type or text of it is written here.

Names, types and texts are those of the typed classes, all else is in the kinds' tables. The result is committed as
`pulumi_opentok/_package/schema.json`, which the plugin answers with and the SDKs are made from.

    python -m tools.schema        writes it
"""
