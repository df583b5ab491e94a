package datastorage

import (
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("Audit events", func() {
	It("keeps an event", func() {
		Eventually(func() (int, error) {
			body := strings.NewReader(`{"action": "deploy", "actor": "ada"}`)
			response, err := http.Post("http://localhost:28090/events", "application/json", body)
			if err != nil {
				return 0, err
			}
			defer response.Body.Close()
			return response.StatusCode, nil
		}).WithTimeout(30 * time.Second).WithPolling(time.Second).Should(Equal(http.StatusCreated))
	})
})
