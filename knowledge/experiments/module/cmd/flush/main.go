// Command flush writes its coverage itself and goes on running, for at most a minute.
package main

import (
	"fmt"
	"os"
	"runtime/coverage"
	"time"
)

func main() {
	directory := os.Args[1]
	if err := coverage.WriteMetaDir(directory); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err := coverage.WriteCountersDir(directory); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	fmt.Println("ready", os.Getpid())
	time.Sleep(time.Minute)
}
