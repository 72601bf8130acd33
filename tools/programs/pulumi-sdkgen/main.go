// SPDX-License-Identifier: Apache-2.0

// Generates the SDKs of a package schema, and examples in their languages from examples in YAML, by Pulumi's own generators, without a language host.
//
//	pulumi-sdkgen sdks SCHEMA FOLDER        writes FOLDER/nodejs, FOLDER/go and FOLDER/dotnet
//	pulumi-sdkgen examples SCHEMA           reads {name: YAML} and prints {name: {language: program}}
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"
	yamlgen "github.com/pulumi/pulumi-yaml/pkg/pulumiyaml/codegen"

	"github.com/pulumi/pulumi-yaml/pkg/pulumiyaml"
	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-sdkgen"

// The one package that there is, for generators that ask for packages by name.
type loader struct{ spec schema.PackageSpec }

func (l loader) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	if name != l.spec.Name {
		return nil, fmt.Errorf("there is no package %s here", name)
	}
	return bind(l.spec)
}

func (l loader) LoadPackageV2(_ context.Context, wanted *schema.PackageDescriptor) (*schema.Package, error) {
	return l.LoadPackage(wanted.Name, nil)
}

func (l loader) LoadPackageReference(name string, _ *semver.Version) (schema.PackageReference, error) {
	found, err := l.LoadPackage(name, nil)
	if err != nil {
		return nil, err
	}
	return found.Reference(), nil
}

func (l loader) LoadPackageReferenceV2(_ context.Context, wanted *schema.PackageDescriptor) (schema.PackageReference, error) {
	return l.LoadPackageReference(wanted.Name, nil)
}

// A generator changes the package that it is given, so each has its own.
func bind(spec schema.PackageSpec) (*schema.Package, error) {
	found, wrong, err := schema.BindSpec(spec, schema.NewPluginLoader(nil), schema.ValidationOptions{})
	if err == nil && wrong.HasErrors() {
		err = wrong
	}
	return found, err
}

func sdks(spec schema.PackageSpec, folder string) error {
	generators := map[string]func(*schema.Package) (map[string][]byte, error){
		"nodejs": typescript,
		"go":     func(bound *schema.Package) (map[string][]byte, error) { return gogen.GeneratePackage(tool, bound, nil) },
		"dotnet": csharp,
	}
	for language, generate := range generators {
		bound, err := bind(spec)
		if err != nil {
			return err
		}
		files, err := generate(bound)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		for name, content := range files {
			file := filepath.Join(folder, language, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(file, content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// Of a file in a folder. This version of the generator writes a path that is right only if it was built with a Go before 1.26.
var fromRoot = regexp.MustCompile(`"\./(utilities|types/)`)

func typescript(bound *schema.Package) (map[string][]byte, error) {
	files, err := nodejs.GeneratePackage(tool, bound, nil, nil, false, schema.NewPluginLoader(nil))
	for name, content := range files {
		if filepath.Dir(name) != "." {
			files[name] = fromRoot.ReplaceAll(content, []byte(`"../$1`))
		}
	}
	return files, err
}

// Answers the generator of .NET, which fetches a logo of Pulumi where a package has none, with nothing.
type noNetwork struct{}

func (noNetwork) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody, Request: request}, nil
}

var logo = regexp.MustCompile(`(?s) *<PackageIcon>.*?</PackageIcon>\n|<ItemGroup>\s*<None Include="logo.png">.*?</ItemGroup>\s*`)

func csharp(bound *schema.Package) (map[string][]byte, error) {
	http.DefaultTransport = noNetwork{}
	files, err := dotnet.GeneratePackage(tool, bound, nil, nil)
	delete(files, "logo.png")
	for name, content := range files {
		if filepath.Ext(name) == ".csproj" {
			files[name] = logo.ReplaceAll(content, nil)
		}
	}
	return files, err
}

var programs = map[string]func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error){
	"typescript": nodejs.GenerateProgram,
	"go":         gogen.GenerateProgram,
	"csharp":     dotnet.GenerateProgram,
}

func translated(spec schema.PackageSpec, text string) (map[string]string, error) {
	found := map[string]string{}
	for language, generate := range programs {
		template, wrong, err := pulumiyaml.LoadYAMLBytes("Pulumi.yaml", []byte(text))
		if err == nil && wrong.HasErrors() {
			err = wrong
		}
		if err != nil {
			return nil, err
		}
		program, problems, err := yamlgen.EjectProgram(template, loader{spec})
		if err == nil && problems.HasErrors() {
			err = problems
		}
		if err != nil {
			return nil, err
		}
		files, problems, err := generate(program)
		if err == nil && problems.HasErrors() {
			err = problems
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", language, err)
		}
		for _, content := range files {
			found[language] = string(content)
		}
	}
	return found, nil
}

func examples(spec schema.PackageSpec) error {
	var given map[string]string
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		return err
	}
	found := map[string]map[string]string{}
	for name, text := range given {
		made, err := translated(spec, text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		found[name] = made
	}
	return json.NewEncoder(os.Stdout).Encode(found)
}

func run(words []string) error {
	if len(words) < 3 || (words[1] == "sdks") != (len(words) == 4) {
		return fmt.Errorf("%s sdks SCHEMA FOLDER | %s examples SCHEMA", tool, tool)
	}
	content, err := os.ReadFile(words[2])
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(content, &spec); err != nil {
		return err
	}
	if words[1] == "sdks" {
		return sdks(spec, words[3])
	}
	return examples(spec)
}

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
