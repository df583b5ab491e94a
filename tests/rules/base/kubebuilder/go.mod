module example.com/shop

go 1.24.5

require (
	github.com/onsi/ginkgo/v2 v2.22.0
	github.com/onsi/gomega v1.36.1
	k8s.io/client-go v0.33.0
	sigs.k8s.io/controller-runtime v0.21.0
)
