// Package orders answers questions about orders.
package orders

import (
	"fmt"
	"net/http"
)

// Handler serves the shop's routes.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%d\n", Total(len(r.URL.Query())))
	})
	return mux
}

// Total is the price of n items.
func Total(n int) int {
	if n > 10 {
		return n * 9
	}
	return n * 10
}
