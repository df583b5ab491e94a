package main

import (
	"log"
	"net/http"

	"example.com/shop/pkg/orders"
)

func main() {
	log.Fatal(http.ListenAndServe(":8080", orders.Handler()))
}
