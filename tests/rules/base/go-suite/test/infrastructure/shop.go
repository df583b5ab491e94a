// Package infrastructure brings up what the end-to-end suites need.
package infrastructure

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// ShopImage is the image of the shop as the suite builds it.
	ShopImage = "shop:e2e"
	// ShopNamespace is where the shop runs.
	ShopNamespace = "shop-e2e"
)

// SetupShop creates the cluster, builds and loads the image and deploys the shop.
func SetupShop(ctx context.Context, clusterName, kubeconfig string, writer io.Writer) error {
	if err := createShopCluster(clusterName, kubeconfig, writer); err != nil {
		return fmt.Errorf("create cluster: %w", err)
	}
	if err := buildShopImage(writer); err != nil {
		return fmt.Errorf("build image: %w", err)
	}
	if err := loadShopImage(clusterName, writer); err != nil {
		return fmt.Errorf("load image: %w", err)
	}
	if err := deployShop(ctx, kubeconfig); err != nil {
		return fmt.Errorf("deploy shop: %w", err)
	}
	return waitForShop(kubeconfig, writer)
}

func createShopCluster(clusterName, kubeconfig string, writer io.Writer) error {
	cmd := exec.Command("kind", "create", "cluster",
		"--name", clusterName,
		"--config", "test/infrastructure/kind-shop-config.yaml",
		"--kubeconfig", kubeconfig,
	)
	cmd.Dir = "../../.."
	cmd.Stdout, cmd.Stderr = writer, writer
	return cmd.Run()
}

func buildShopImage(writer io.Writer) error {
	buildArgs := []string{"build", "-t", ShopImage, "-f", "Dockerfile"}
	if os.Getenv("E2E_COVERAGE") == "true" {
		buildArgs = append(buildArgs, "--build-arg", "GOFLAGS=-cover")
	}
	buildArgs = append(buildArgs, ".")
	cmd := exec.Command("docker", buildArgs...)
	cmd.Dir = "../../.."
	cmd.Stdout, cmd.Stderr = writer, writer
	return cmd.Run()
}

func loadShopImage(clusterName string, writer io.Writer) error {
	cmd := exec.Command("kind", "load", "docker-image", ShopImage, "--name", clusterName)
	cmd.Stdout, cmd.Stderr = writer, writer
	return cmd.Run()
}

func deployShop(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	clientset, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ShopNamespace}}
	if _, err := clientset.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
		return err
	}
	_, err = clientset.AppsV1().Deployments(ShopNamespace).Create(ctx, shopDeployment(), metav1.CreateOptions{})
	return err
}

func shopDeployment() *appsv1.Deployment {
	replicas := int32(1)
	grace := int64(30)
	labels := map[string]string{"app": "shop"}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "shop", Namespace: ShopNamespace, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					TerminationGracePeriodSeconds: &grace,
					Containers: []corev1.Container{
						{
							Name:            "shop",
							Image:           ShopImage,
							ImagePullPolicy: corev1.PullNever,
							Ports:           []corev1.ContainerPort{{ContainerPort: 8080}},
							Env: func() []corev1.EnvVar {
								env := []corev1.EnvVar{
									{
										Name:  "LOG_LEVEL",
										Value: "debug",
									},
								}
								if os.Getenv("E2E_COVERAGE") == "true" {
									env = append(env, corev1.EnvVar{
										Name:  "GOCOVERDIR",
										Value: "/coverdata",
									})
								}
								return env
							}(),
							VolumeMounts: []corev1.VolumeMount{
								{
									Name:      "coverage",
									MountPath: "/coverdata",
								},
							},
						},
					},
					Volumes: []corev1.Volume{
						{
							Name: "coverage",
							VolumeSource: corev1.VolumeSource{
								HostPath: &corev1.HostPathVolumeSource{
									Path: "/coverdata",
									Type: func() *corev1.HostPathType {
										kind := corev1.HostPathDirectoryOrCreate
										return &kind
									}(),
								},
							},
						},
					},
				},
			},
		},
	}
}

func waitForShop(kubeconfig string, writer io.Writer) error {
	cmd := exec.Command("kubectl", "--kubeconfig", kubeconfig, "-n", ShopNamespace,
		"rollout", "status", "deployment/shop", "--timeout=180s")
	cmd.Stdout, cmd.Stderr = writer, writer
	return cmd.Run()
}

// DeleteCluster removes the Kind cluster.
func DeleteCluster(clusterName string, writer io.Writer) error {
	cmd := exec.Command("kind", "delete", "cluster", "--name", clusterName)
	cmd.Stdout, cmd.Stderr = writer, writer
	return cmd.Run()
}
