// Package price has two branches, so that a run can cover a part.
package price

// Of is the price of some items in cents; ten or more are cheaper.
func Of(items int) int {
	if items >= 10 {
		total := items * 90
		return total
	}
	return items * 100
}
