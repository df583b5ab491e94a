// Command shop serves orders over HTTP and ends on SIGTERM, in the way that SHOP_END says.
package main

import (
	"cmp"
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/matrix/internal/end"
	"example.com/matrix/internal/orders"
)

func main() {
	mode := os.Getenv("SHOP_END")
	if folder := os.Getenv("SHOP_CHDIR"); folder != "" {
		if err := os.Chdir(folder); err != nil {
			log.Fatalf("chdir: %v", err)
		}
	}
	if marker := os.Getenv("SHOP_FAILS_ONCE"); marker != "" {
		end.Once(marker)
	}
	server := &http.Server{Addr: cmp.Or(os.Getenv("SHOP_ADDRESS"), ":8080"), Handler: orders.Handler(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	switch mode {
	case "unhandled":
		log.Fatalf("serve: %v", <-failed)
	case "oom-early":
		time.Sleep(3 * time.Second)
		end.Fill()
	}

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	select {
	case received := <-stop:
		log.Printf("received %s, shutting down", received)
	case err := <-failed:
		log.Fatalf("serve: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		log.Printf("shutdown: %v", err)
	}
	end.On(mode)
}
