// Command setenv is the shop with its coverage directory set in the code, which is too late.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/matrix/internal/orders"
)

func main() {
	if err := os.Setenv("GOCOVERDIR", "/coverdata"); err != nil {
		log.Fatalf("setenv: %v", err)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	server := &http.Server{Addr: ":8080", Handler: orders.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { log.Print(server.ListenAndServe()) }()
	<-ctx.Done()
	shutdown, done := context.WithTimeout(context.Background(), 2*time.Second)
	defer done()
	if err := server.Shutdown(shutdown); err != nil {
		log.Printf("shutdown: %v", err)
	}
}
