// Package tools pins tools.
package tools
