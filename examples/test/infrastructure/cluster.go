// Package infrastructure builds, deploys and stops what the end-to-end suites test.
package infrastructure

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// ProjectRoot is the folder that holds go.mod, above the working directory.
func ProjectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above %s", dir)
		}
		dir = parent
	}
}

// CreateCluster creates a Kind cluster from a config below test/infrastructure.
func CreateCluster(name, kubeconfig, config string, w io.Writer) error {
	root, err := ProjectRoot()
	if err != nil {
		return err
	}
	path := filepath.Join(root, "test", "infrastructure", config)
	args := []string{"create", "cluster", "--name", name, "--config", path, "--kubeconfig", kubeconfig, "--wait", "60s"}
	if image := os.Getenv("KIND_NODE_IMAGE"); image != "" {
		args = append(args, "--image", image)
	}
	return run(w, "", "kind", args...)
}

// DeleteCluster deletes a Kind cluster.
func DeleteCluster(name string, w io.Writer) error {
	return run(w, "", "kind", "delete", "cluster", "--name", name)
}

// LoadImage loads a local image into every node of a Kind cluster.
func LoadImage(cluster, image string, w io.Writer) error {
	return run(w, "", "kind", "load", "docker-image", image, "--name", cluster)
}

func run(w io.Writer, dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Stdout = w
	cmd.Stderr = w
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %v: %w", name, args, err)
	}
	return nil
}
