package main

import (
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"example.com/shop/pkg/orders"
)

func main() {
	go func() { log.Fatal(http.ListenAndServe(":8080", orders.Handler())) }()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT)
	<-stop
}
