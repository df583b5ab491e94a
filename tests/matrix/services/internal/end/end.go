// Package end is how the shop comes to its end: well, or in one of the ways that lose its counters.
package end

import (
	"log"
	"os"
	"syscall"
	"time"
)

// Chunk is how much memory is taken at once.
const Chunk = 4 << 20

// On does what the mode says after SIGTERM; it returns when the shop may end normally.
func On(mode string) {
	switch mode {
	case "slow":
		log.Print("draining for 5 s")
		time.Sleep(5 * time.Second)
	case "block":
		log.Print("waiting for the last worker")
		select {}
	case "panic":
		panic("the queue was closed twice")
	case "hard-exit":
		syscall.Exit(0)
	case "oom":
		log.Print("writing everything that is in memory")
		Fill()
	}
}

// Fill takes memory until there is none left.
func Fill() {
	var taken [][]byte
	for {
		chunk := make([]byte, Chunk)
		for i := 0; i < len(chunk); i += 4096 {
			chunk[i] = 1
		}
		taken = append(taken, chunk)
		if len(taken)%64 == 0 {
			log.Printf("%d MiB", len(taken)*Chunk>>20)
		}
	}
}

// Once fails the first time that it is called with a path, as a service does whose database is late.
func Once(marker string) {
	if _, err := os.Stat(marker); err == nil {
		return
	}
	if err := os.WriteFile(marker, nil, 0o644); err != nil {
		log.Printf("marker: %v", err)
	}
	log.Print("no database yet")
	os.Exit(1)
}
