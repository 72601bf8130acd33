// SPDX-License-Identifier: Apache-2.0

// Command conformance runs the unmodified Go SDK for the tests: one request a line on standard input, one answer a line on standard output.
//
//	{"new": "OpenTok", "args": [key, secret, url]}        a client
//	{"on": 3, "call": "CreateProject", "args": ["acme"]}  a method of something that an earlier answer kept
//	{"call": "Version"}                                   a function of the package
//	{"public": true}                                      the names of all methods and functions
//
// What is a struct comes back as {"$kept": number, "$type": name, "value": its JSON}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"github.com/calvertyang/opentok-go-sdk/v2/opentok"
)

type request struct {
	New    string
	On     *int
	Call   string
	Args   []json.RawMessage
	Public bool
}

type kept struct {
	Number int    `json:"$kept"`
	Type   string `json:"$type"`
	Value  any    `json:"value"`
}

type failure struct {
	Error  string `json:"error"`
	Type   string `json:"type"`
	Status int    `json:"status"`
}

var things []reflect.Value

func main() {
	answers := json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr // Debug() of the SDK prints to it
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := answers.Encode(answer(asked)); err != nil {
			panic(err)
		}
	}
}

func answer(asked request) (said any) {
	defer func() {
		if trouble := recover(); trouble != nil {
			said = failure{Error: fmt.Sprint(trouble), Type: "panic"}
		}
	}()
	switch {
	case asked.Public:
		return map[string]any{"result": public()}
	case asked.New != "":
		return map[string]any{"result": shown(reflect.ValueOf(client(asked.Args)))}
	}
	called, exists := functions[asked.Call], true
	if asked.On != nil {
		called = things[*asked.On].MethodByName(asked.Call)
		exists = called.IsValid()
	}
	if !exists || !called.IsValid() {
		panic("the SDK has no " + asked.Call)
	}
	return results(called.Call(arguments(called.Type(), asked.Args)))
}

func client(args []json.RawMessage) *opentok.OpenTok {
	words := make([]string, len(args))
	for i, arg := range args {
		if err := json.Unmarshal(arg, &words[i]); err != nil {
			panic(err)
		}
	}
	made := opentok.New(words[0], words[1])
	if err := made.SetAPIHost(words[2]); err != nil {
		panic(err)
	}
	return made
}

// results shows what a method returned; an error that is not nil comes first.
func results(values []reflect.Value) any {
	var result any
	for _, value := range values {
		if err, isError := value.Interface().(error); isError {
			said := failure{Error: err.Error(), Type: fmt.Sprintf("%T", err)}
			if refused, isRefused := err.(*opentok.ResponseError); isRefused {
				said.Status = refused.StatusCode
				things = append(things, reflect.ValueOf(refused))
				return map[string]any{"error": said.Error, "type": said.Type, "status": said.Status, "$kept": len(things) - 1}
			}
			return said
		}
		if value.Type() != errorType {
			result = shown(value)
		}
	}
	return map[string]any{"result": result}
}

func shown(value reflect.Value) any {
	switch {
	case value.Kind() == reflect.Pointer && !value.IsNil() && value.Elem().Kind() == reflect.Struct:
		things = append(things, value)
		return kept{len(things) - 1, value.Elem().Type().Name(), value.Interface()}
	case value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Pointer:
		all := []any{}
		for i := range value.Len() {
			all = append(all, shown(value.Index(i)))
		}
		return all
	}
	return value.Interface()
}
