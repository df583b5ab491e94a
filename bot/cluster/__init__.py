"""The shared Kind cluster: probes, the stop, collection, the lease and the way back."""
