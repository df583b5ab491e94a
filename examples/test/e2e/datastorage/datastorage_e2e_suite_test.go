package datastorage

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/platform/test/infrastructure"
)

const (
	clusterName = "datastorage-e2e"
	namespace   = "datastorage-e2e"
)

var (
	kubeconfig   string
	coverDir     = "./coverdata"
	coverageMode = os.Getenv("E2E_COVERAGE") == "true"
)

func TestDataStorageE2E(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Data Storage E2E Suite")
}

var _ = BeforeSuite(func() {
	kubeconfig = filepath.Join(os.TempDir(), "datastorage-e2e.kubeconfig")
	if coverageMode {
		Expect(os.RemoveAll(coverDir)).To(Succeed())
		Expect(os.MkdirAll(coverDir, 0o777)).To(Succeed())
	}
	Expect(infrastructure.SetupDataStorage(context.Background(), clusterName, kubeconfig, namespace, GinkgoWriter)).To(Succeed())
})

var _ = AfterSuite(func() {
	if coverageMode {
		collectCoverage()
	}
	Expect(infrastructure.DeleteCluster(clusterName, GinkgoWriter)).To(Succeed())
})

// collectCoverage stops the pod, so that the coverage data is written, and takes the files from the node.
func collectCoverage() {
	scale := exec.Command("kubectl", "--kubeconfig", kubeconfig, "-n", namespace,
		"scale", "deployment", "datastorage", "--replicas=0")
	Expect(scale.Run()).To(Succeed())

	gone := exec.Command("kubectl", "--kubeconfig", kubeconfig, "-n", namespace,
		"wait", "--for=delete", "pod", "-l", "app=datastorage", "--timeout=60s")
	Expect(gone.Run()).To(Succeed())

	copied := exec.Command("docker", "cp", clusterName+"-worker:/coverdata/.", coverDir)
	Expect(copied.Run()).To(Succeed())

	percent := exec.Command("go", "tool", "covdata", "percent", "-i="+coverDir)
	output, err := percent.CombinedOutput()
	GinkgoWriter.Printf("%s\n", output)
	Expect(err).NotTo(HaveOccurred())
}
