"""YAML as trees with places; workloads and Kind configs made of them."""
