// SPDX-License-Identifier: Apache-2.0

// An OpenTok project, a room in it and a token to join the room.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"pulumi-opentok.example/sdk/go/opentok"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		rotation := config.New(ctx, "").Get("rotation")
		if rotation == "" {
			rotation = "1"
		}

		acme, err := opentok.NewProject(ctx, "acme", &opentok.ProjectArgs{
			Name:           pulumi.String("ACME GmbH"),
			SecretTriggers: pulumi.StringMap{"rotation": pulumi.String(rotation)},
		})
		if err != nil {
			return err
		}
		lobby, err := opentok.NewSession(ctx, "lobby", &opentok.SessionArgs{
			Project:   acme.ID(),
			MediaMode: pulumi.String("routed"),
		})
		if err != nil {
			return err
		}
		guest, err := opentok.NewToken(ctx, "guest", &opentok.TokenArgs{
			Session:    lobby.SessionId,
			Role:       pulumi.String("publisher"),
			ExpiresIn:  pulumi.String("7d"),
			SignedWith: acme.SecretFingerprint,
		})
		if err != nil {
			return err
		}

		ctx.Export("key", acme.ApiKey)
		ctx.Export("secret", acme.ApiSecret)
		ctx.Export("room", lobby.SessionId)
		ctx.Export("token", guest.Token)
		return nil
	})
}
