// Command service ends, or waits for its end, in the way that its first argument names.
// Every way that waits is over after a minute.
package main

import (
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/shop/internal/price"
	"example.com/shop/sdk"
)

const minute = time.Minute

func main() {
	how, more := "return", ""
	if len(os.Args) > 1 {
		how = os.Args[1]
	}
	if len(os.Args) > 2 {
		more = os.Args[2]
	}
	fmt.Println("price", price.Of(items(more)), sdk.Rate(1))
	switch how {
	case "return":
	case "os-exit":
		os.Exit(3)
	case "log-fatal":
		log.Fatal("no database")
	case "syscall-exit":
		syscall.Exit(0)
	case "syscall-exec":
		fmt.Println(syscall.Exec("/bin/true", []string{"true"}, nil))
	case "panic":
		panic("no database")
	case "panic-in-goroutine":
		go func() { panic("no database") }()
		time.Sleep(minute)
	case "handle":
		<-terminated()
	case "ignore-shutdown":
		<-terminated()
		time.Sleep(minute)
	case "wait":
		ready()
		time.Sleep(minute)
	case "setenv":
		os.Setenv("GOCOVERDIR", more)
	case "chdir":
		if err := os.Chdir(more); err != nil {
			log.Fatal(err)
		}
	case "mkdir":
		if err := os.MkdirAll(os.Getenv("GOCOVERDIR"), 0o755); err != nil {
			log.Fatal(err)
		}
	}
}

func items(more string) int {
	if more == "many" {
		return 12
	}
	return 2
}

// terminated says that the program is ready, and later that SIGTERM has come.
func terminated() <-chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	time.AfterFunc(minute, func() { signals <- syscall.SIGTERM })
	ready()
	return signals
}

func ready() { fmt.Println("ready", os.Getpid()) }
