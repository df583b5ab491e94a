package datastorage

import (
	"os/exec"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("Audit events", func() {
	It("keeps an event", func() {
		Eventually(func() error {
			post := exec.Command("kubectl", "--kubeconfig", kubeconfig, "create", "-f", "-", "--raw",
				"/api/v1/namespaces/"+namespace+"/services/datastorage:8080/proxy/events")
			post.Stdin = strings.NewReader(`{"action": "deploy", "actor": "ada"}`)
			return post.Run()
		}).WithTimeout(30 * time.Second).WithPolling(time.Second).Should(Succeed())
	})
})
