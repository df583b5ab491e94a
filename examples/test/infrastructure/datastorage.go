package infrastructure

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const dataStorageImage = "localhost/datastorage:e2e"

// SetupDataStorage creates the cluster and deploys Data Storage into it.
func SetupDataStorage(ctx context.Context, cluster, kubeconfig, namespace string, w io.Writer) error {
	if err := CreateCluster(cluster, kubeconfig, "kind-datastorage-config.yaml", w); err != nil {
		return err
	}
	if err := buildDataStorageImage(w); err != nil {
		return err
	}
	if err := LoadImage(cluster, dataStorageImage, w); err != nil {
		return err
	}
	return deployDataStorage(ctx, kubeconfig, namespace)
}

func buildDataStorageImage(w io.Writer) error {
	root, err := ProjectRoot()
	if err != nil {
		return err
	}
	args := []string{"build", "-t", dataStorageImage, "-f", "docker/data-storage.Dockerfile"}
	if os.Getenv("E2E_COVERAGE") == "true" {
		args = append(args, "--build-arg", "GOFLAGS=-cover")
		fmt.Fprintln(w, "building with coverage instrumentation")
	}
	args = append(args, ".")
	return run(w, root, "docker", args...)
}

func deployDataStorage(ctx context.Context, kubeconfig, namespace string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	clientset, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("clientset: %w", err)
	}
	created := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	if _, err := clientset.CoreV1().Namespaces().Create(ctx, created, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("namespace: %w", err)
	}
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "datastorage", Namespace: namespace},
		Spec: corev1.ServiceSpec{
			Selector: map[string]string{"app": "datastorage"},
			Ports:    []corev1.ServicePort{{Port: 8080, TargetPort: intstr.FromInt(8080)}},
		},
	}
	if _, err := clientset.CoreV1().Services(namespace).Create(ctx, service, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("service: %w", err)
	}
	replicas := int32(1)
	labels := map[string]string{"app": "datastorage"}
	deployment := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "datastorage", Namespace: namespace, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					// Images are loaded to the control-plane, so the pod is kept there.
					NodeSelector: map[string]string{
						"node-role.kubernetes.io/control-plane": "",
					},
					Tolerations: []corev1.Toleration{
						{
							Key:      "node-role.kubernetes.io/control-plane",
							Operator: corev1.TolerationOpExists,
							Effect:   corev1.TaintEffectNoSchedule,
						},
					},
					SecurityContext: func() *corev1.PodSecurityContext {
						if os.Getenv("E2E_COVERAGE") == "true" {
							root := int64(0)
							return &corev1.PodSecurityContext{RunAsUser: &root, RunAsGroup: &root}
						}
						return nil
					}(),
					Containers: []corev1.Container{
						{
							Name:            "datastorage",
							Image:           dataStorageImage,
							ImagePullPolicy: corev1.PullNever,
							Ports:           []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}},
							Env:             dataStorageEnv(),
							VolumeMounts:    dataStorageMounts(),
							ReadinessProbe: &corev1.Probe{
								ProbeHandler: corev1.ProbeHandler{
									HTTPGet: &corev1.HTTPGetAction{Path: "/health", Port: intstr.FromInt(8080)},
								},
								PeriodSeconds: 2,
							},
						},
					},
					Volumes: dataStorageVolumes(),
				},
			},
		},
	}
	if _, err := clientset.AppsV1().Deployments(namespace).Create(ctx, deployment, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("deployment: %w", err)
	}
	return waitReady(ctx, clientset, namespace)
}

func dataStorageEnv() []corev1.EnvVar {
	env := []corev1.EnvVar{{Name: "LOG_LEVEL", Value: "debug"}}
	if os.Getenv("E2E_COVERAGE") == "true" {
		env = append(env, corev1.EnvVar{Name: "GOCOVERDIR", Value: "/coverdata"})
	}
	return env
}

func dataStorageMounts() []corev1.VolumeMount {
	mounts := []corev1.VolumeMount{{Name: "scratch", MountPath: "/var/lib/datastorage"}}
	if os.Getenv("E2E_COVERAGE") == "true" {
		mounts = append(mounts, corev1.VolumeMount{Name: "coverage", MountPath: "/coverdata"})
	}
	return mounts
}

func dataStorageVolumes() []corev1.Volume {
	volumes := []corev1.Volume{
		{
			Name:         "scratch",
			VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}},
		},
	}
	if os.Getenv("E2E_COVERAGE") == "true" {
		directory := corev1.HostPathDirectoryOrCreate
		volumes = append(volumes, corev1.Volume{
			Name: "coverage",
			VolumeSource: corev1.VolumeSource{
				HostPath: &corev1.HostPathVolumeSource{Path: "/coverdata", Type: &directory},
			},
		})
	}
	return volumes
}

func waitReady(ctx context.Context, clientset *kubernetes.Clientset, namespace string) error {
	for range 60 {
		deployment, err := clientset.AppsV1().Deployments(namespace).Get(ctx, "datastorage", metav1.GetOptions{})
		if err == nil && deployment.Status.ReadyReplicas == 1 {
			return nil
		}
		time.Sleep(2 * time.Second)
	}
	return fmt.Errorf("datastorage did not become ready in %s", namespace)
}
