package signalprocessing

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/platform/test/infrastructure"
)

const clusterName = "signalprocessing-e2e"

var kubeconfig string

func TestSignalProcessingE2E(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Signal Processing E2E Suite")
}

var _ = BeforeSuite(func() {
	kubeconfig = filepath.Join(os.TempDir(), "signalprocessing-e2e.kubeconfig")
	Expect(infrastructure.SetupSignalProcessing(clusterName, kubeconfig, GinkgoWriter)).To(Succeed())
})

var _ = AfterSuite(func() {
	if os.Getenv("COVERAGE_MODE") == "true" {
		collectCoverage()
	}
	Expect(infrastructure.DeleteCluster(clusterName, GinkgoWriter)).To(Succeed())
})

func collectCoverage() {
	root, err := infrastructure.ProjectRoot()
	Expect(err).NotTo(HaveOccurred())
	coverDir := filepath.Join(root, "coverdata")
	Expect(os.RemoveAll(coverDir)).To(Succeed())
	Expect(os.MkdirAll(coverDir, 0o755)).To(Succeed())

	scale := exec.Command("kubectl", "--kubeconfig", kubeconfig, "-n", "platform",
		"scale", "deployment", "signalprocessing", "--replicas=0")
	Expect(scale.Run()).To(Succeed())

	Eventually(func() bool {
		pods := exec.Command("kubectl", "--kubeconfig", kubeconfig, "-n", "platform",
			"get", "pods", "-l", "app=signalprocessing", "-o", "name")
		output, _ := pods.Output()
		return len(strings.TrimSpace(string(output))) == 0
	}).WithTimeout(60 * time.Second).WithPolling(time.Second).Should(BeTrue())

	Expect(infrastructure.CollectCoverage(clusterName, coverDir, GinkgoWriter)).To(Succeed())
	percent := exec.Command("go", "tool", "covdata", "percent", "-i="+coverDir)
	output, err := percent.CombinedOutput()
	GinkgoWriter.Printf("%s\n", output)
	Expect(err).NotTo(HaveOccurred())
}
