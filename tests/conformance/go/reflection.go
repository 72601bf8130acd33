// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"sort"

	"github.com/calvertyang/opentok-go-sdk/v2/opentok"
)

var (
	errorType   = reflect.TypeOf((*error)(nil)).Elem()
	contextType = reflect.TypeOf((*context.Context)(nil)).Elem()
	clientType  = reflect.TypeOf((*opentok.HTTPClient)(nil)).Elem()
)

// functions are those of the package; reflection cannot list them.
var functions = map[string]reflect.Value{
	"New":       reflect.ValueOf(opentok.New),
	"UserAgent": reflect.ValueOf(opentok.UserAgent),
	"Version":   reflect.ValueOf(opentok.Version),
}

// offline is an HTTP client that sends nothing: what comes back as an error went through it.
type offline struct{}

func (offline) Do(*http.Request) (*http.Response, error) {
	return nil, errors.New("the test's own HTTP client")
}

// arguments turns JSON into what a method takes. A context and an HTTP client are not asked for: it gets the only ones there are here.
func arguments(called reflect.Type, given []json.RawMessage) []reflect.Value {
	values := make([]reflect.Value, 0, called.NumIn())
	for i := range called.NumIn() {
		switch wanted := called.In(i); wanted {
		case contextType:
			values = append(values, reflect.ValueOf(context.Background()))
		case clientType:
			values = append(values, reflect.ValueOf(offline{}))
		default:
			if len(given) == 0 {
				panic(fmt.Sprintf("argument %d is missing", i))
			}
			value := reflect.New(wanted)
			if err := json.Unmarshal(given[0], value.Interface()); err != nil {
				panic(err)
			}
			given = given[1:]
			values = append(values, configured(value).Elem())
		}
	}
	if len(given) > 0 {
		panic(fmt.Sprintf("%d arguments too many", len(given)))
	}
	return values
}

// configured gives storage options the pointer to a config that the SDK insists on; JSON alone makes a map.
func configured(value reflect.Value) reflect.Value {
	pointer, isStorage := value.Interface().(**opentok.StorageOptions)
	if !isStorage || *pointer == nil {
		return value
	}
	var config any = &opentok.AzureConfig{}
	if (*pointer).Type == opentok.S3 {
		config = &opentok.AmazonS3Config{}
	}
	text, _ := json.Marshal((*pointer).Config)
	if err := json.Unmarshal(text, config); err != nil {
		panic(err)
	}
	(*pointer).Config = config
	return value
}

// public names every method of the SDK's types that can be reached from its client, and the functions.
func public() []string {
	seen := map[reflect.Type]bool{}
	walk(reflect.TypeOf(&opentok.OpenTok{}), seen)
	walk(reflect.TypeOf(&opentok.ResponseError{}), seen) // hidden behind the interface error
	names := []string{}
	for found := range seen {
		for i := range found.NumMethod() {
			names = append(names, found.Elem().Name()+"."+found.Method(i).Name)
		}
	}
	for name := range functions {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// walk collects, as pointers, the SDK's own types in the signatures of `from` and in its fields.
func walk(from reflect.Type, seen map[reflect.Type]bool) {
	switch from.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		walk(from.Elem(), seen)
		return
	}
	pointer := reflect.PointerTo(from)
	if from.PkgPath() != reflect.TypeOf(opentok.OpenTok{}).PkgPath() || from.Kind() == reflect.Interface || seen[pointer] {
		return
	}
	seen[pointer] = true
	for i := range pointer.NumMethod() {
		method := pointer.Method(i).Type
		for j := 1; j < method.NumIn(); j++ {
			walk(method.In(j), seen)
		}
		for j := range method.NumOut() {
			walk(method.Out(j), seen)
		}
	}
	if from.Kind() == reflect.Struct {
		for i := range from.NumField() {
			walk(from.Field(i).Type, seen)
		}
	}
}
