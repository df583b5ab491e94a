//go:build older

package orders

// Discount is what the version before this one gave.
func Discount(n int) int {
	if n > 100 {
		return 5
	}
	return 0
}
