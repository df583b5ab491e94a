// Package sdk is a module of its own in the same repo.
package sdk

// Rate is what a carrier takes per item, in cents.
func Rate(items int) int {
	if items > 10 {
		return 40
	}
	return 50
}
