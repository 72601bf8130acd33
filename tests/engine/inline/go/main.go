// SPDX-License-Identifier: Apache-2.0

// A program of the Automation API: up, up again, refresh and destroy of one project. It prints what came of it.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-opentok.example/sdk/go/opentok"
)

func program(ctx *pulumi.Context) error {
	acme, err := opentok.NewProject(ctx, "acme", &opentok.ProjectArgs{Name: pulumi.String("ACME GmbH")})
	if err != nil {
		return err
	}
	ctx.Export("key", acme.ApiKey)
	ctx.Export("secret", acme.ApiSecret)
	return nil
}

func main() {
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "inline", program)
	must(err)
	up, err := stack.Up(ctx)
	must(err)
	_, err = stack.Up(ctx, optup.Refresh(), optup.ExpectNoChanges())
	must(err)
	destroyed, err := stack.Destroy(ctx)
	must(err)
	secret := up.Outputs["secret"]
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"key": up.Outputs["key"].Value, "length": len(secret.Value.(string)), "secret": secret.Secret,
		"created": (*up.Summary.ResourceChanges)["create"], "deleted": (*destroyed.Summary.ResourceChanges)["delete"],
	}))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
