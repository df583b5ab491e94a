// Package sdk is a module of its own.
package sdk

// Name is the shop's name.
func Name() string { return "shop" }
