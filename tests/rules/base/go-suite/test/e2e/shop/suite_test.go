package shop

import (
	"context"
	"os"
	"os/exec"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/shop/test/infrastructure"
)

const (
	clusterName = "shop-e2e"
	hostDir     = "/tmp/shop-coverdata"
	collected   = "/tmp/shop-collected"
)

var (
	kubeconfig   = os.TempDir() + "/shop-e2e-kubeconfig"
	coverageMode = os.Getenv("E2E_COVERAGE") == "true"
)

func TestShop(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Shop end to end")
}

var _ = BeforeSuite(func() {
	if coverageMode {
		Expect(os.RemoveAll(hostDir)).To(Succeed())
		Expect(os.MkdirAll(hostDir, 0o777)).To(Succeed())
		// The pod runs as 65532 and the umask cuts the mode above
		Expect(os.Chmod(hostDir, 0o777)).To(Succeed())
		Expect(os.RemoveAll(collected)).To(Succeed())
		Expect(os.MkdirAll(collected, 0o755)).To(Succeed())
	}
	Expect(infrastructure.SetupShop(context.Background(), clusterName, kubeconfig, GinkgoWriter)).To(Succeed())
})

var _ = AfterSuite(func() {
	if coverageMode {
		collectCoverage()
	}
	Expect(infrastructure.DeleteCluster(clusterName, GinkgoWriter)).To(Succeed())
})

func collectCoverage() {
	run("kubectl", "--kubeconfig", kubeconfig, "-n", infrastructure.ShopNamespace,
		"scale", "deployment", "shop", "--replicas=0")
	run("kubectl", "--kubeconfig", kubeconfig, "-n", infrastructure.ShopNamespace,
		"wait", "--for=delete", "pod", "-l", "app=shop", "--timeout=60s")
	run("docker", "cp", clusterName+"-worker:/coverdata/.", collected)

	files, err := os.ReadDir(collected)
	Expect(err).NotTo(HaveOccurred())
	Expect(files).NotTo(BeEmpty(), "no coverage files were written")

	run("go", "tool", "covdata", "percent", "-i="+collected)
}

func run(name string, args ...string) {
	output, err := exec.Command(name, args...).CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(output))
	GinkgoWriter.Println(string(output))
}
