// Package e2e starts the program that SERVICE names, as end-to-end tests do.
package e2e

import (
	"os"
	"os/exec"
	"testing"
)

func TestService(t *testing.T) {
	program := os.Getenv("SERVICE")
	if program == "" {
		t.Skip("SERVICE is not set")
	}
	if out, err := exec.Command(program, "return").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	command := exec.Command(program, "return")
	if other := os.Getenv("SERVICE_COVERDIR"); other != "" {
		command.Env = append(os.Environ(), "GOCOVERDIR="+other)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}
