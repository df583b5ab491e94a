// Package pipeline sorts signals by what has to happen with them.
package pipeline

import "strings"

// Signal is one alert as it arrives.
type Signal struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Severity  string `json:"severity"`
}

// Priority of a signal: P0 is looked at first.
func Priority(signal Signal) string {
	production := strings.HasPrefix(signal.Namespace, "prod")
	switch {
	case signal.Severity == "critical" && production:
		return "P0"
	case signal.Severity == "critical" || production:
		return "P1"
	case signal.Severity == "warning":
		return "P2"
	default:
		return "P3"
	}
}
