package infrastructure

import (
	"fmt"
	"io"
	"os/exec"
	"strings"
)

const signalProcessingImage = "localhost/signalprocessing:e2e-coverage"

// SetupSignalProcessing creates the cluster and deploys Signal Processing into it, with coverage.
func SetupSignalProcessing(cluster, kubeconfig string, w io.Writer) error {
	root, err := ProjectRoot()
	if err != nil {
		return err
	}
	if err := run(w, root, "docker", "build",
		"-t", signalProcessingImage,
		"-f", "docker/signalprocessing.Dockerfile",
		"--build-arg", "GOFLAGS=-cover",
		"."); err != nil {
		return err
	}
	if err := CreateCluster(cluster, kubeconfig, "kind-signalprocessing-config.yaml", w); err != nil {
		return err
	}
	if err := LoadImage(cluster, signalProcessingImage, w); err != nil {
		return err
	}
	apply := exec.Command("kubectl", "--kubeconfig", kubeconfig, "apply", "-f", "-")
	apply.Stdin = strings.NewReader(signalProcessingManifest())
	apply.Stdout = w
	apply.Stderr = w
	if err := apply.Run(); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	return run(w, "", "kubectl", "--kubeconfig", kubeconfig, "-n", "platform",
		"rollout", "status", "deployment/signalprocessing", "--timeout=120s")
}

func signalProcessingManifest() string {
	return fmt.Sprintf(`
apiVersion: v1
kind: Namespace
metadata:
  name: platform
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: signalprocessing
  namespace: platform
spec:
  replicas: 1
  selector:
    matchLabels:
      app: signalprocessing
  template:
    metadata:
      labels:
        app: signalprocessing
    spec:
      terminationGracePeriodSeconds: 30
      # Run as root: the directory on the node belongs to root.
      securityContext:
        runAsUser: 0
        runAsGroup: 0
      containers:
      - name: signalprocessing
        image: %s
        imagePullPolicy: Never
        env:
        - name: GOCOVERDIR
          value: /coverdata
        ports:
        - containerPort: 8081
        readinessProbe:
          httpGet:
            path: /healthz
            port: 8081
        volumeMounts:
        - name: coverdata
          mountPath: /coverdata
      volumes:
      - name: coverdata
        hostPath:
          path: /coverdata
          type: DirectoryOrCreate
`, signalProcessingImage)
}

// CollectCoverage copies the coverage files from the Kind worker to a folder of this machine.
func CollectCoverage(cluster, destination string, w io.Writer) error {
	return run(w, "", "docker", "cp", cluster+"-worker:/coverdata/.", destination)
}
