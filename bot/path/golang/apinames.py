"""Kubernetes API names in Go: JSON names of struct fields, values of constants, kinds of types."""

from __future__ import annotations

import re

_ODD_NAMES = {
    "ObjectMeta": "metadata",
    "ListMeta": "metadata",
    "HostPID": "hostPID",
    "HostIPC": "hostIPC",
    "PodIP": "podIP",
    "HostIP": "hostIP",
    "FSGroup": "fsGroup",
    "FSGroupChangePolicy": "fsGroupChangePolicy",
    "FSType": "fsType",
    "SELinuxOptions": "seLinuxOptions",
    "ClusterIP": "clusterIP",
    "ClusterIPs": "clusterIPs",
    "APIVersion": "apiVersion",
    "APIGroup": "apiGroup",
    "APIGroups": "apiGroups",
    "API": "api",
    "TTLSecondsAfterFinished": "ttlSecondsAfterFinished",
    "HTTPGet": "httpGet",
    "TCPSocket": "tcpSocket",
    "GRPC": "grpc",
    "UID": "uid",
    "TLS": "tls",
    "DNSPolicy": "dnsPolicy",
    "DNSConfig": "dnsConfig",
    "NFS": "nfs",
    "ISCSI": "iscsi",
    "CSI": "csi",
    "RBD": "rbd",
    "FC": "fc",
    "GCEPersistentDisk": "gcePersistentDisk",
    "AWSElasticBlockStore": "awsElasticBlockStore",
    "SelinuxRelabel": "selinuxRelabel",
    "URL": "url",
    "TTY": "tty",
}

EMBEDDED = frozenset(
    {
        "TypeMeta", "VolumeSource", "ProbeHandler", "Handler", "LocalObjectReference",
        "PersistentVolumeSource", "SecretReference", "ObjectReference",
    }
)  # fmt: skip
"""Fields that are embedded structs: theirs stand among those of the struct around them."""

METADATA = frozenset({"Name", "Namespace", "Labels", "Annotations", "GenerateName", "OwnerReferences"})
"""Fields of ObjectMeta, reached through the object (`deployment.Name`)."""

GROUPS = {
    "k8s.io/api/apps/v1": "apps/v1",
    "k8s.io/api/batch/v1": "batch/v1",
    "k8s.io/api/core/v1": "v1",
    "k8s.io/api/rbac/v1": "rbac.authorization.k8s.io/v1",
    "k8s.io/api/networking/v1": "networking.k8s.io/v1",
    "sigs.k8s.io/kind/pkg/apis/config/v1alpha4": "kind.x-k8s.io/v1alpha4",
}

OBJECTS = frozenset(
    {
        "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Namespace",
        "Service", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim", "PersistentVolume",
        "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Ingress", "NetworkPolicy", "Cluster",
        "DeploymentList", "PodList",
    }
)  # fmt: skip

_CONSTANTS = {
    "PullAlways": "Always", "PullNever": "Never", "PullIfNotPresent": "IfNotPresent",
    "RestartPolicyAlways": "Always", "RestartPolicyNever": "Never", "RestartPolicyOnFailure": "OnFailure",
    "HostPathUnset": "", "HostPathDirectoryOrCreate": "DirectoryOrCreate", "HostPathDirectory": "Directory",
    "HostPathFileOrCreate": "FileOrCreate", "HostPathFile": "File", "HostPathSocket": "Socket",
    "HostPathCharDev": "CharDevice", "HostPathBlockDev": "BlockDevice",
    "TolerationOpExists": "Exists", "TolerationOpEqual": "Equal",
    "TaintEffectNoSchedule": "NoSchedule", "TaintEffectNoExecute": "NoExecute",
    "TaintEffectPreferNoSchedule": "PreferNoSchedule",
    "NodeSelectorOpIn": "In", "NodeSelectorOpNotIn": "NotIn", "NodeSelectorOpExists": "Exists",
    "NodeSelectorOpDoesNotExist": "DoesNotExist",
    "ResourceMemory": "memory", "ResourceCPU": "cpu", "ResourceEphemeralStorage": "ephemeral-storage",
    "ResourceStorage": "storage",
    "NamespaceDefault": "default", "NamespaceAll": "", "NamespaceSystem": "kube-system",
    "LabelHostname": "kubernetes.io/hostname", "LabelOSStable": "kubernetes.io/os",
    "ReadWriteOnce": "ReadWriteOnce", "ReadWriteMany": "ReadWriteMany", "ReadOnlyMany": "ReadOnlyMany",
    "StorageMediumMemory": "Memory", "StorageMediumDefault": "",
    "FSGroupChangeOnRootMismatch": "OnRootMismatch", "FSGroupChangeAlways": "Always",
    "RollingUpdateDeploymentStrategyType": "RollingUpdate", "RecreateDeploymentStrategyType": "Recreate",
    "ControlPlaneRole": "control-plane", "WorkerRole": "worker",
    "ServiceTypeNodePort": "NodePort", "ServiceTypeClusterIP": "ClusterIP",
    "ProtocolTCP": "TCP", "ProtocolUDP": "UDP",
}  # fmt: skip

_LEADING = re.compile(r"[A-Z]+(?=[A-Z][a-z]|$|\d|s$)|[A-Z]")


def json_name(field: str) -> str:
    """The JSON name of a Go field of the API: `VolumeMounts` is `volumeMounts`."""
    if field in _ODD_NAMES:
        return _ODD_NAMES[field]
    return field[:1].lower() + field[1:]


def constant(path: str, name: str) -> str | None:
    """The value of a constant of the Kubernetes or kind API, or None."""
    if path.startswith(("k8s.io/api/", "k8s.io/apimachinery/", "sigs.k8s.io/kind")):
        return _CONSTANTS.get(name)
    return None


def object_kind(type_name: str) -> tuple[str, str] | None:
    """(apiVersion, kind) of a Go type that is an API object, or None: `k8s.io/api/apps/v1.Deployment`."""
    path, _, name = type_name.rpartition(".")
    if name in OBJECTS and path in GROUPS:
        return GROUPS[path], name
    return None
