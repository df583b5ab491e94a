package signalprocessing

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/platform/internal/pipeline"
)

var _ = Describe("Priorities", func() {
	It("puts critical production signals first", func() {
		Expect(pipeline.Priority(pipeline.Signal{Namespace: "prod-eu", Severity: "critical"})).To(Equal("P0"))
	})
})
